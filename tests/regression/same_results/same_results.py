#!/usr/bin/python3
"""Holds two builds of the program against each other: that a change of structure changes no result.

usage: same_results.py BEFORE AFTER [--scenarios FOLDER]… [--cases FOLDER] [--jobs N]

BEFORE and AFTER are programs. Each scenario (*.yaml of the folders, scenarios/ and scenarios/evidence by default) is run
by both; every dataset and attribute of the two run files must be equal bit for bit, and so must what `--json` prints.
Left out: `created`, `git_hash`, and what HDF5 writes by itself (references of dimension scales, `_Netcdf4*`). Of the
cases of bad input, exit status and stderr must be equal. Prints what differs and how much was compared; exits 1 if any.
"""
import argparse
import concurrent.futures
import os
import re
import resource
import subprocess
import sys
import tempfile

import h5py

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
sys.path.insert(0, os.path.join(ROOT, "tests/regression/bad_input"))
import run as bad_input  # noqa: E402

LEFT_OUT = re.compile(r"^(created|git_hash|REFERENCE_LIST|DIMENSION_LIST|axes|_Netcdf4.*|_nc_.*)$")


def values_of(path):
    """Every dataset (type, shape, bytes) and attribute of a run file, by name."""
    found = {}

    def attributes(name, thing):
        for key, value in thing.attrs.items():
            if not LEFT_OUT.match(key):
                found[f"{name}@{key}"] = repr(value) if isinstance(value, str) else (str(value.dtype), value.tobytes()
                                                                                    if value.dtype != object else repr(value))

    def visit(name, thing):
        attributes(name, thing)
        if isinstance(thing, h5py.Dataset):
            data = thing[()]
            raw = data.tobytes() if getattr(data, "dtype", None) is not None and data.dtype != object else repr(
                data.tolist() if hasattr(data, "tolist") else data)
            found[name] = (str(thing.dtype), thing.shape, raw)

    with h5py.File(path, "r") as file:
        attributes("/", file)
        file.visititems(visit)
    return found


def run_scenario(program, scenario, folder, name):
    output = os.path.join(folder, name + ".h5")
    done = subprocess.run([program, "run", scenario, "-o", output, "--json"], capture_output=True, text=True, check=False,
                          cwd=folder)
    said = done.stdout.replace(output, "RUN"), done.stderr.replace(output, "RUN")
    found = values_of(output) if os.path.exists(output) else {}
    if os.path.exists(output):
        os.remove(output)
    return done.returncode, said, found


def compare_scenario(programs, scenario):
    with tempfile.TemporaryDirectory() as folder:
        before, after = (run_scenario(program, scenario, folder, "run") for program in programs)
    faults = []
    if before[:2] != after[:2]:
        faults.append(f"status or text: {before[0]} {before[1]!r:.300} against {after[0]} {after[1]!r:.300}")
    for name in sorted(before[2].keys() | after[2].keys()):
        if before[2].get(name) != after[2].get(name):
            faults.append(name + ("" if name in before[2] and name in after[2] else " (in one only)"))
    return os.path.relpath(scenario, ROOT), len(before[2]), faults


def compare_case(programs, path, run_file):
    case = bad_input.Case(path)
    faults = []

    def limits():
        resource.setrlimit(resource.RLIMIT_FSIZE, (case.file_size, case.file_size))

    for command in case.commands:
        said = []
        for program in programs:
            with tempfile.TemporaryDirectory() as folder:
                bad_input.lay_out(case, folder, run_file)
                done = subprocess.run([program] + command, cwd=folder, capture_output=True, check=False,
                                      stdin=subprocess.DEVNULL, preexec_fn=limits if case.file_size is not None else None)
                said.append((done.returncode, done.stderr.decode(errors="replace")))
        if said[0] != said[1]:
            faults.append(f"{' '.join(command)[:200]}: {said[0]} against {said[1]}")
    return os.path.basename(path), len(case.commands), faults


def main():
    words = argparse.ArgumentParser()
    words.add_argument("before")
    words.add_argument("after")
    words.add_argument("--scenarios", action="append")
    words.add_argument("--cases", default=os.path.join(ROOT, "tests/regression/bad_input/cases"))
    words.add_argument("--jobs", type=int, default=os.cpu_count())
    given = words.parse_args()
    programs = [os.path.abspath(given.before), os.path.abspath(given.after)]
    folders = given.scenarios or [os.path.join(ROOT, "scenarios"), os.path.join(ROOT, "scenarios/evidence")]

    def files(folder, ending):
        return sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(ending))
    scenarios = [path for folder in folders for path in files(folder, ".yaml")]
    cases = files(given.cases, ".case") if given.cases and os.path.isdir(given.cases) else []
    run_file = bad_input.good_run_file(programs[0]) if cases else b""
    wrong = 0
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        for what, unit, compare, paths in (("scenarios", "datasets and attributes", compare_scenario, scenarios),
                                           ("cases of bad input", "commands", lambda pair, path: compare_case(pair, path, run_file), cases)):
            compared = differ = 0
            for name, count, faults in pool.map(lambda path, f=compare: f(programs, path), paths):
                compared += count
                differ += len(faults)
                for fault in faults[:10]:
                    print(f"{name}: {fault}")
                if len(faults) > 10:
                    print(f"{name}: and {len(faults) - 10} more")
            print(f"{len(paths)} {what}, {compared} {unit}: {differ} differ")
            wrong += differ
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
