#!/usr/bin/python3
"""The program from outside: what it prints, how it exits, what it leaves on the disk.

usage: program_test.py PROGRAM LEAKY_PROGRAM SOURCE_DIR {fast|kill}

`fast`: exit statuses, leaks (status 3), --strict (1), Ctrl-C (130), JSON, export, the screen's width.
`kill`: kill -9 at twenty random moments of a long run; every .part must open and hold what was flushed.
Needs Debian's python3-h5py and python3-numpy.
"""
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAM, LEAKY, SOURCE, PART = sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4]
QUICKSTART = str(SOURCE / "scenarios" / "quickstart.yaml")
TRACE = str(SOURCE / "scenarios" / "cluster_trace.yaml")
faults = []


def check(holds, text):
    if not holds:
        faults.append(text)
        print("FAULT", text)


def call(arguments, program=PROGRAM, timeout=120):
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)


def attributes(path):
    import h5py
    with h5py.File(path, "r") as file:
        return {k: file.attrs[k] for k in file.attrs}


def test_run_prints_one_screen():
    done = call(["run", QUICKSTART, "-o", "q.h5"])
    check(done.returncode == 0, f"run exits with {done.returncode}: {done.stderr}")
    lines = done.stdout.splitlines()
    check(all(len(line) <= 80 for line in lines), "a line of the screen is wider than 80 columns")
    check(len(lines) <= 24, f"the screen has {len(lines)} lines")
    for word in ("POWER", "ENERGY", "WATER", "CARBON", "MONEY", "WORK", "LIMITS", "TRUST", "NEXT"):
        check(any(line.startswith(word) for line in lines), f"the screen has no {word}")
    check(done.stderr == "", f"stderr without a terminal: {done.stderr!r}")
    check(int(attributes("q.h5")["complete"]) == 1, "complete is not 1")
    check(not Path("q.h5.part").exists(), "a .part is left")
    us = call(["run", QUICKSTART, "-o", "us.h5", "--units", "us"])
    check("gal" in us.stdout, "--units us shows no gallons")
    quiet = call(["run", QUICKSTART, "-o", "quiet.h5", "--quiet"])
    check(quiet.stdout == "", "--quiet prints")


def test_json():
    done = call(["run", QUICKSTART, "--json", "-o", "j.h5"])
    summary = json.loads(done.stdout)["summary"]
    check(summary["pue"]["value"] > 1 and summary["it_energy"]["units"] == "J", "the JSON lacks pue or units")


def test_default_output_and_seed():
    done = call(["run", QUICKSTART, "--seed", "5", "--run", "3"])
    check(done.returncode == 0 and Path("quickstart.h5").exists(), "the default output is not ./quickstart.h5")
    found = attributes("quickstart.h5")
    check(int(found["seed"]) == 5 and int(found["run"]) == 3, "seed or run is not in the file")


def test_strict():
    tight = ["run", QUICKSTART, "--set", "site.grid.connection=1 MW", "-o", "s.h5"]
    loose = call(tight)
    check(loose.returncode == 0 and "BROKEN" in loose.stdout, "a broken limit is not on the screen")
    check(call(tight + ["--strict"]).returncode == 1, "--strict does not exit with 1 on a broken limit")
    check(call(["run", QUICKSTART, "--strict", "-o", "s.h5"]).returncode == 0, "--strict fails without a breach")


def test_leaks():
    layers = {"racks": 1, "pdu": 1, "ups": 1, "transformer": 1, "cooling": 1, "heat": 1, "water": 1e-3, "carbon": 1e-3}
    for layer, amount in layers.items():
        done = call(["run", QUICKSTART, "--leak", f"{layer}={amount}", "-o", "leak.h5"], LEAKY)
        check(done.returncode == 3, f"a leak in {layer} exits with {done.returncode}")
        check("failed audit" in done.stderr, f"a leak in {layer} is not named: {done.stderr}")
        check(Path("leak.h5").exists(), "the file of a failed audit is not kept")
    check(call(["run", QUICKSTART, "-o", "leak.h5"], LEAKY).returncode == 0, "the leaky program fails without a leak")
    check(call(["run", QUICKSTART, "--leak", "racks=1"]).returncode == 2, "the real program knows --leak")


def test_interrupt():
    command = [PROGRAM, "run", TRACE, "--set", "record.every=1 s", "-o", "c.h5"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not Path("c.h5.part").exists():
        time.sleep(0.01)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    check(process.returncode == 130, f"Ctrl-C exits with {process.returncode}")
    check(Path("c.h5").exists() and not Path("c.h5.part").exists(), "an interrupted run leaves no renamed file")
    check(int(attributes("c.h5")["complete"]) == 0, "an interrupted file says complete")
    check("INTERRUPTED" in out, "the screen does not say that the run was interrupted")
    checker = SOURCE.parent / "shared" / "checks" / "run_file.py"
    if checker.exists():
        done = subprocess.run(["/usr/bin/python3", checker, "c.h5", "--allow-incomplete"], capture_output=True, text=True)
        check(done.returncode == 0, f"the interrupted file fails the outside check: {done.stdout}")


def test_other_commands():
    check(call(["check", QUICKSTART, TRACE]).returncode == 0, "check refuses our scenarios")
    explained = call(["explain", QUICKSTART])
    check(explained.returncode == 0 and "site.grid.connection" in explained.stdout, "explain lists no changeable path")
    Path("again.yaml").write_text(explained.stdout)
    check(call(["check", "again.yaml"]).returncode == 0, "what explain prints is no scenario")
    check("h100-sxm" in call(["catalog", "accelerators"]).stdout, "catalog accelerators lacks h100-sxm")
    entry = call(["catalog", "racks", "gb200-nvl72"])
    check(entry.returncode == 0 and "source" in entry.stdout, "a catalog entry shows no source")
    for bad in (["catalog", "rack"], ["catalog", "racks", "gb200-nvl7"], ["export", QUICKSTART], ["evidence", "nothing"],
                ["run"], ["run", "nothing.yaml"], ["nothing"], [], ["run", QUICKSTART, "--units", "metric"]):
        done = call(bad)
        check(done.returncode == 2, f"{bad} exits with {done.returncode}")
        check(done.stderr != "", f"{bad} says nothing on stderr")
    check(re.match(r"wattershed \d+\.\d+", call(["--version"]).stdout) is not None, "--version")
    call(["run", QUICKSTART, "-o", "e.h5", "-q"])
    for group in call(["export", "e.h5", "--list"]).stdout.split():
        rows = call(["export", "e.h5", "--group", group]).stdout.splitlines()
        check(len(rows) >= 1 and len(set(len(r.split(",")) for r in rows if '"' not in r)) <= 1, f"export of {group} is ragged")
    some = call(["export", "e.h5", "--columns", "it_power,grid_power"]).stdout.splitlines()
    check(some[0] == "time [UTC],it_power [W],grid_power [W]", f"export --columns: {some[0]}")
    check(some[1].startswith("20") and len(some) > 600, "export has no rows")
    to_file = call(["export", "e.h5", "-o", "e.csv"])
    check(to_file.returncode == 0 and Path("e.csv").read_text().count("\n") == len(call(["export", "e.h5"]).stdout.splitlines()),
          "export -o differs from export")


def test_kill():
    import h5py
    import numpy as np
    command = [PROGRAM, "run", TRACE, "--set", "record.every=1 s", "-o", "t.h5"]
    begin = time.monotonic()
    warm = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        warm.wait(timeout=12)
        check(False, f"the run to be killed ends in {time.monotonic() - begin:.1f} s: too short for this test")
    except subprocess.TimeoutExpired:
        warm.kill()
        warm.wait()
    chance = random.Random(20)
    for number in range(20):
        for name in ("t.h5", "t.h5.part"):
            Path(name).unlink(missing_ok=True)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        while not Path("t.h5.part").exists():
            time.sleep(0.005)
        alive = chance.uniform(0.05, 8.0)
        time.sleep(alive)
        check(process.poll() is None, f"kill {number}: the run ended before it was killed")
        process.kill()
        killed = time.time()
        process.wait()
        check(not Path("t.h5").exists(), f"kill {number}: t.h5 appeared")
        lag = killed - os.stat("t.h5.part").st_mtime
        check(lag < 6.5, f"kill {number}: the last flush was {lag:.1f} s before the kill")
        try:
            with h5py.File("t.h5.part", "r") as file:
                check(int(file.attrs["complete"]) == 0, f"kill {number}: complete is not 0")
                group = file["cluster"]
                rows = min(len(group[name]) for name in group if isinstance(group[name], h5py.Dataset) and name != "bound")
                power = group["grid_power"][:rows]
                check(rows > 0 or alive < 6.5, f"kill {number}: no rows after {alive:.1f} s")
                check(np.isfinite(power).all() and (power > 0).all(), f"kill {number}: rows that were flushed are not whole")
                print(f"kill {number:2d}: {rows} rows, last flush {max(lag, 0):.2f} s before")
        except OSError as error:
            check(False, f"kill {number}: the .part does not open: {error}")
    Path("t.h5.part").unlink(missing_ok=True)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        if PART == "kill":
            test_kill()
        else:
            for name, test in list(globals().items()):
                if name.startswith("test_") and name != "test_kill":
                    test()
    print(f"{len(faults)} faults")
    sys.exit(1 if faults else 0)


main()
