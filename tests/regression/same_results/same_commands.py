#!/usr/bin/python3
"""Holds what two builds of the program say against each other: every command, its help, and words that do not fit.

usage: same_commands.py BEFORE AFTER

Each command line is run by both in folders of the same content: exit status, stdout, stderr and the text files written
must be equal, but for the program's version and the seconds that a run takes. Once more on a terminal, where both
streams come in one order. Prints what differs; exits 1 if anything does.

No line may name a device as a file to be written: a run file is renamed over it, and whoever may do so loses the device.
"""
import os
import pty
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
COMMANDS = ("run", "check", "explain", "catalog", "export", "component", "powerflow", "swing", "evidence")
QUICK = os.path.join(ROOT, "scenarios/quickstart.yaml")
STATES = "T_drybulb_C,RH_pct,sim_x\n20,50,1\n30,400,2\n"
LIMITS = "limits: {ranges: {all: {swing: 1 W}}}\n"
WINDOWED = """
title: one job
start: 2027-06-07
duration: 15 min
record: {every: 5 min, windows: {glass: {at: 2027-06-07T00:03, for: 2 min, every: 5 ms}}}
site:
  name: hall
  location: {time_zone: America/Phoenix}
  grid: {connection: 1 MW, region: US-AZ}
  cooling: {system: {use: fixed-overhead, overhead: 20 %, wue: 1.63 L/kWh}}
  racks: {dgx: {use: rack-dgx-h100, count: 16}}
workload:
  training: {base: {llm: llama-3-70b, tokens: 1e+12, accelerators: 512}}
"""
LINES = """

--help
-h
--version
--nothing
-x run
nothing
rnu q.yaml
"" run
run
run --help --nothing
run q.yaml extra
run q.yaml --output
run q.yaml -o a.h5 -o b.h5
run q.yaml --units metric
run q.yaml --units
run q.yaml --seed -1
run q.yaml --seed 1.5
run q.yaml --seed 1234567890123456789
run q.yaml --run x
run q.yaml --leak racks=1
run q.yaml --set
run q.yaml --set a=1 b=2
run q.yaml --set nonsense=1
run q.yaml --quiet=2
run q.yaml --strict --units us -o a.h5
run q.yaml --json -o a.h5 --seed 5 --run 3
run q.yaml -q -v
run q.yaml -v
run q.yaml --strict --set "site.grid.connection=1 MW" -o a.h5
run q.yaml -o nowhere/a.h5
run absent.yaml
run q.yaml check q.yaml
run -- q.yaml
check
check q.yaml bad.yaml q.yaml absent.yaml
check q.yaml --set seed=2 w.yaml
check --set seed=2
explain
explain q.yaml
explain q.yaml q.yaml
explain q.yaml --set seed=7
explain bad.yaml
catalog
catalog racks
catalog rack
catalog racks gb200-nvl72
catalog racks gb200-nvl7
catalog racks gb200-nvl72 more
export
export absent.h5
export q.yaml
export q.h5
export q.h5 --list
export q.h5 --list --group nothing
export q.h5 --group /nothing
export q.h5 --columns it_power,grid_power
export q.h5 --columns it_power grid_power
export q.h5 --columns it_powr
export q.h5 --columns
export q.h5 -o q.h5
export q.h5 -o out.csv
export q.h5 -o nowhere/out.csv
component
component moist-air
component moist-air --states s.csv
component moist-air --states s.csv -o s.csv
component moist-air --states s.csv -o out.csv
component moist-air --states s.csv --compare
component moist-air --states r.csv --set input=relative_humidity --compare
component moist-air --states r.csv --set input=relative_humidity --compare -o out.csv
component moist-arr --states s.csv
component chiller --states s.csv --set x=1
component moist-air --states absent.csv
component --states s.csv
powerflow
powerflow western-9
powerflow western-8
powerflow western-9 --csv out.csv
powerflow western-9 --csv nowhere/out.csv
powerflow western-9 --dc
powerflow western-9 --limits --dc
powerflow western-9 --dc --limits --load 5=10
powerflow western-9 --limits
powerflow western-9 --load 5=10,2 --load 6=1
powerflow western-9 --load 5=100000 --csv out.csv
powerflow western-9 --load 5=100000 --hosting 5 --csv out.csv
powerflow western-9 --load 5=100000 --modes
powerflow western-9 --load
powerflow western-9 --load 77=1
powerflow western-9 --hosting all --csv out.csv
powerflow western-9 --hosting all --csv nowhere/out.csv
powerflow western-9 --hosting 5 --contingencies N-1
powerflow western-9 --hosting 5 --contingencies N-2
powerflow western-9 --contingencies N-1
powerflow western-9 --hosting 5 --power-factor 0.9 --limits
powerflow western-9 --hosting 5 --power-factor 0
powerflow western-9 --hosting 5 --power-factor 1.1
powerflow western-9 --hosting 5 --power-factor nan
powerflow western-9 --hosting 5 --power-factor 0x1p-1
powerflow western-9 --hosting 5 --power-factor " 0.5"
powerflow western-9 --hosting 5 --power-factor "0.5 "
powerflow western-9 --hosting 5 --power-factor ""
powerflow western-9 --hosting 5 --power-factor one
powerflow western-9 --power-factor 0.9
powerflow western-9 --hosting 5 --dc
powerflow western-9 --hosting 5 --modes
powerflow western-9 --modes
powerflow western-9 --modes --csv out.csv
powerflow western-9 --modes --csv nowhere/out.csv
powerflow western-9 --modes --dc
powerflow western-9 --modes --site 5 --site 6 --damping 0.25
powerflow western-9 --modes --site 5 6
powerflow western-9 --modes --site 77
powerflow western-9 --modes --damping 101
powerflow western-9 --modes --damping -1
powerflow western-9 --modes --damping slow
powerflow western-9 --site 5
powerflow western-9 --damping 1
powerflow q.yaml --csv q.yaml
swing
swing w.h5
swing w.h5 --json
swing w.h5 --limits limits.yaml
swing w.h5 --limits limits.yaml --json
swing w.h5 --limits choukse-2025 --window glass --site hall
swing w.h5 --limits choukse-2024
swing w.h5 --window glas
swing w.h5 --site hal
swing w.h5 --band 0.2-3 --band 3-9
swing w.h5 --band 9-3
swing w.h5 --band
swing w.h5 --csv out.csv
swing w.h5 --csv w.h5
swing w.h5 --csv nowhere/out.csv
swing w.h5 --set seed=2
swing w.h5 --size bess
swing w.h5 --size bess --limits limits.yaml
swing w.yaml --size flywheel --limits limits.yaml
swing w.yaml --size bess --limits limits.yaml --csv out.csv
swing w.yaml --size bess --limits limits.yaml --band 1-2
swing w.yaml --size floor --limits limits.yaml
swing w.yaml --size floor --limits limits.yaml --set site.nothing=2
swing w.yaml --size bess --limits loose.yaml --json
swing q.h5
swing absent.h5
evidence nothing
evidence q.yaml
"""
ON_A_TERMINAL = ("check q.yaml bad.yaml q.yaml absent.yaml", "component moist-air --states r.csv --set input=relative_humidity --compare",
                 "component moist-air --states r.csv --set input=relative_humidity", "run q.yaml --strict --set 'site.grid.connection=1 MW' -o a.h5",
                 "swing w.yaml --size floor --limits limits.yaml", "powerflow western-9 --csv nowhere/out.csv", "nothing")


def lay_out(folder, program):
    shutil.copy(QUICK, os.path.join(folder, "q.yaml"))
    for name, text in (("w.yaml", WINDOWED), ("s.csv", STATES), ("r.csv", STATES.replace("sim_x", "W_kg_kg")),
                       ("limits.yaml", LIMITS), ("loose.yaml", LIMITS.replace("1 W", "1 GW")),
                       ("bad.yaml", "titel: x\nstart: 2027-13-01\n")):
        with open(os.path.join(folder, name), "w", encoding="utf8") as file:
            file.write(text)
    for name in ("q", "w"):
        subprocess.run([program, "run", name + ".yaml", "-q", "-o", name + ".h5"], cwd=folder, check=True)


def plain(text):
    text = re.sub(r"wattershed \d[\d.]* \(\w+\)", "VERSION", text)
    text = re.sub(r"\d+(\.\d+)? (k |M )?(events/s|s left)", "N", text)
    return re.sub(r"[\d.]+ s(?=, seed)", "WALL", text)


def texts_in(folder):
    found = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            found[name] = None if name.endswith(".h5") else file.read()
    return found


def in_a_copy(start, call):
    with tempfile.TemporaryDirectory() as parent:
        folder = os.path.join(parent, "here")
        shutil.copytree(start, folder)
        said = call(folder)
        return said + (texts_in(folder),)


def run(program, words, start):
    def call(folder):
        done = subprocess.run([program, *words], cwd=folder, capture_output=True, text=True, errors="replace",
                              check=False, stdin=subprocess.DEVNULL)
        return done.returncode, plain(done.stdout), plain(done.stderr)
    return in_a_copy(start, call)


def run_on_a_terminal(program, words, start):
    def call(folder):
        leader, follower = pty.openpty()
        process = subprocess.Popen([program, *words], cwd=folder, stdin=subprocess.DEVNULL, stdout=follower, stderr=follower)
        os.close(follower)
        text = b""
        try:
            while piece := os.read(leader, 65536):
                text += piece
        except OSError:  # the other end is closed
            pass
        os.close(leader)
        # How often a progress line is drawn hangs on the clock: only the last of each counts.
        return process.wait(), re.sub(r"(\r[^\r\n]*\x1b\[K)+", "PROGRESS", plain(text.decode(errors="replace")))
    return in_a_copy(start, call)


def interrupted(program, words, start):
    def call(folder):
        process = subprocess.Popen([program, *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(0.7)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
        return process.returncode, b"INTERRUPTED" in out, err
    return in_a_copy(start, call)


def onto_a_full_disk(program, words, start):
    def call(folder):
        with open("/dev/full", "w", encoding="utf8") as full:
            done = subprocess.run([program, *words], cwd=folder, stdout=full, stderr=subprocess.PIPE, check=False)
        return done.returncode, done.stderr
    return in_a_copy(start, call)


def main():
    before, after = (os.path.abspath(word) for word in sys.argv[1:3])
    lines = LINES.strip("\n").split("\n") + [f"{command} {word}" for command in COMMANDS for word in ("--help", "-h", "--nothing")]
    long = os.path.join(ROOT, "scenarios/cluster_trace.yaml")
    tasks = [(run, shlex.split(line)) for line in lines]
    tasks += [(run_on_a_terminal, shlex.split(line)) for line in ON_A_TERMINAL]
    tasks += [(interrupted, ["run", long, "--set", "record.every=1 s", "-o", "c.h5"]),
              (interrupted, ["swing", "w.yaml", "--size", "bess", "--limits", "limits.yaml"]), (interrupted, ["evidence"])]
    tasks += [(onto_a_full_disk, shlex.split(line)) for line in (
        "--help", "explain q.yaml", "export q.h5", "export q.h5 --list", "check q.yaml bad.yaml", "catalog",
        "component moist-air --states r.csv --set input=relative_humidity", "powerflow western-9")]
    differ = 0
    with tempfile.TemporaryDirectory() as start:
        lay_out(start, before)
        for way, words in tasks:
            one, two = way(before, words, start), way(after, words, start)
            if one != two:
                differ += 1
                print(f"{way.__name__}: {shlex.join(words)}")
                for old, new in zip(one, two):
                    if old != new:
                        print(f"  - {old!r:.600}\n  + {new!r:.600}")
    print(f"{len(tasks)} command lines: {differ} differ")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
