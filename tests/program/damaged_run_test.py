#!/usr/bin/python3
"""A run file with changed bytes: whoever reads it gives what was recorded, or refuses in one sentence with status 2.

usage: damaged_run_test.py PROGRAM [COUNT]

Bytes are changed anywhere, one to a few hundred at a time; files are cut, and bytes put behind them.
"""
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

program, count = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 80
SCENARIO = """
title: a small run
start: 2027-01-01
duration: 20 min
record: {every: 1 min, racks: true, windows: {glass: {at: "2027-01-01T00:05", for: 5 s, every: 10 ms}}}
site:
  name: hall
  grid: {carbon: 400 g/kWh, water_intensity: 2 L/kWh, connection: 1 MW, tariff: {energy: 0.1 USD/kWh}}
  cooling: {system: {use: fixed-overhead, overhead: 20 %}}
  racks: {dgx: {use: rack-dgx-h100, count: 2}}
workload:
  training: {base: {flops: 1e+30, accelerators: 32, accelerator_failure_every: none}}
  fixed: {job: {accelerators: 8, duration: 5 min, utilisation: 50 %, every: 6 min}}
"""
COMMANDS = [["export", "run.h5"], ["export", "run.h5", "--group", "/hall/racks"], ["export", "run.h5", "--group", "/hall/jobs"],
            ["export", "run.h5", "--group", "/hall/windows/glass"], ["export", "run.h5", "--group", "/catalog"],
            ["export", "run.h5", "--list"], ["swing", "run.h5", "--json"]]


def call(folder, command):
    done = subprocess.run([program, *command], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    return done.returncode, done.stdout, done.stderr.decode("utf8", "replace")


def damaged(source, whole):
    """What was done, and the bytes after it."""
    kind = source.random()
    at = source.randrange(len(whole))
    if kind < 0.05:
        return f"cut at {at}", whole[:at]
    if kind < 0.1:
        return "bytes behind it", whole + source.randbytes(source.choice([1, 55, 4096]))
    if kind < 0.2:
        length = source.choice([16, 512, 4096])
        return f"zeros at {at}", whole[:at] + bytes(length) + whole[at + length:]
    changed = bytearray(whole)
    places = [source.randrange(len(whole)) for _ in range(source.choice([1, 1, 1, 2, 8, 300]))]
    for place in places:
        changed[place] ^= source.choice([1, 1 << source.randrange(8), 255])
    return f"bytes changed at {places[:8]}", bytes(changed)


failed = refused = 0
with tempfile.TemporaryDirectory() as folder:
    Path(folder, "scenario.yaml").write_text(SCENARIO)
    subprocess.run([program, "run", "scenario.yaml", "-o", "run.h5", "--quiet"], cwd=folder, check=True)
    whole = Path(folder, "run.h5").read_bytes()
    good = [call(folder, command) for command in COMMANDS]
    assert all(status == 0 and out for status, out, _ in good), good
    source = random.Random(1)
    for number in range(count):
        what, contents = damaged(source, whole)
        Path(folder, "run.h5").write_bytes(contents)
        chosen = source.randrange(len(COMMANDS))
        status, out, err = call(folder, COMMANDS[chosen])
        refused += status == 2
        same = (status, out) == good[chosen][:2]
        sentence = status == 2 and not out and err.startswith("run.h5: ") and err.count("\n") == 1
        if not (sentence or (same and contents == whole)):
            failed += 1
            print(f"{number}: {what}: `{' '.join(COMMANDS[chosen])}` ended with {status}, "
                  f"{'the same' if same else 'other'} output: {err[:300]}")
    # What another program writes anew has no seal, and is read.
    sealed = whole.rfind(b"\nwattershed-seal crc32 ")
    Path(folder, "run.h5").write_bytes(whole[:sealed])
    for command, expected in zip(COMMANDS, good):
        if call(folder, command)[:2] != expected[:2]:
            failed += 1
            print(f"without its seal `{' '.join(command)}` gives something else")
print(f"{count} damaged files, {refused} refused, {failed} failed")
sys.exit(1 if failed else 0)
