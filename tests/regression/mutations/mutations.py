#!/usr/bin/python3
"""Breaks our scenarios in thousands of ways and holds what the program makes of each.

usage: mutations.py PROGRAM SOURCE_DIR [COUNT] [--seed N] [--only N[,N…]] [--jobs N] [--keep FOLDER]

Mutation N of a seed is the same for ever: `--only N` runs it alone and says what is found. Each is one to three changes
(mutators.py) of one scenario of `scenarios/`, as it stands or as `explain` writes it out, with every default and every
value of the catalog. `check` must end with 0 or 2; what it accepts is run, cut to a length that takes part of a second,
and must end with 0, or with 1 where a network cannot carry its sites, which only a run can tell. Of both, and of
`explain`, `export` and the run file is demanded:

  - they end within a minute and in 2 GB, by no signal, and leave no file but the run's;
  - no control character leaves the program;
  - no infinity in the file, no NaN but in columns that say that values may be missing;
  - the audits are below 1e-9.

Whatever breaks that is a fault of the program.
"""
import argparse
import concurrent.futures
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from mutators import MUTATORS, without_comment  # noqa: E402

SECONDS = int(os.environ.get("WATTERSHED_TEST_SECONDS", 60))
MOST_MEMORY = None if "WATTERSHED_TEST_SECONDS" in os.environ else 2 << 30  # sanitizers take address space
# Long enough for what is special of each scenario to happen.
SHORT = {"ride_through_2024": "62 min", "training_swing_100mw": "21 min", "checkpoint_storm": "7 min",
         "two_campuses_one_grid": "250 s", "frontier": "2 h", "quickstart": "1 week", "two_sites": "1 day"}
# Control characters but newline and tab; those of C1 as UTF-8.
CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]")


class Mutation:
    """Scenarios are pairs of texts by name: as written, and as written out."""

    def __init__(self, seed, number, scenarios):
        source = random.Random(f"{seed}/{number}")
        self.number, self.name = number, source.choice(sorted(scenarios))
        self.original = source.choice(scenarios[self.name])
        self.text, self.how = self.original, []
        texts = [text for pair in scenarios.values() for text in pair]
        for _ in range(source.choice([1, 1, 1, 2, 3])):
            mutator = source.choices(list(MUTATORS), list(MUTATORS.values()))[0]
            try:
                self.text = mutator(self.text, source, texts)
            except (IndexError, ValueError):  # nothing left of that kind
                continue
            self.how.append(mutator.__name__)

    def changes(self):
        """What is other than in the scenario, as short lines."""
        mine, theirs = self.text.split("\n"), set(self.original.split("\n"))
        lines = [f"{i}: {line.strip()[:200]!r}" for i, line in enumerate(mine, 1) if line not in theirs]
        lost = [f"without {line.strip()[:120]!r}" for line in self.original.split("\n") if line not in set(mine)]
        return "; ".join((lines + lost)[:8])


def written_out(program, path):
    """The scenario with all that it leaves out, without comments."""
    done = subprocess.run([program, "explain", str(path)], capture_output=True, text=True, check=True)
    lines = (without_comment(line).rstrip() for line in done.stdout.split("\n"))
    return "\n".join(line for line in lines if line) + "\n"


class Fault(Exception):
    """Something that the program must not do."""


def call(program, folder, *words):
    """Status and text of a command, which has kept what every command must."""
    # Into files: what writes for ever must not fill the memory of the test.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen([program, *words], cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        try:
            status = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise Fault(f"`{words[0]}` ran longer than {SECONDS} s") from None
        out.seek(0), err.seek(0)
        said, complained = out.read(10 << 20), err.read(10 << 20)
    told = complained.decode("utf8", "replace")[:1500]
    if status not in (0, 1, 2):
        raise Fault(f"`{words[0]}` ended with {status}: {told}")
    if control := CONTROL.search(said) or CONTROL.search(complained):
        raise Fault(f"`{words[0]}` let the control character {control[0]!r} out: {told}")
    if status == 2 and (not told or said and words[0] != "check"):
        raise Fault(f"`{words[0]}` refused with {len(told)} characters on stderr and {len(said)} on stdout")
    return status, told


def faults_of_file(path):
    """What a run file has that it must not have."""
    found = []

    def look(name, item):
        for key, value in item.attrs.items():
            value = numpy.asarray(value)
            if value.dtype.kind == "f" and not numpy.isfinite(value).all():
                found.append(f"attribute {key} of /{name} is {value}")
        if not isinstance(item, h5py.Dataset) or item.dtype.kind != "f":
            return
        values = item[()]
        if numpy.isinf(values).any():
            found.append(f"/{name} has an infinity")
        if numpy.isnan(values).any() and item.attrs.get("allows_missing") != 1:
            found.append(f"/{name} has a NaN")
        last = name.rsplit("/", 1)[-1]
        if name.startswith("summary/") and last.startswith("audit_") and not abs(values) < 1e-9:
            found.append(f"/{name} is {values}")

    with h5py.File(path, "r") as file:
        file.visititems(look)
        if file.attrs["complete"] != 1:
            found.append("the file is not complete")
    return found


def try_mutation(program, mutation, folder):
    """Gives the program the mutation in a folder with the traces beside it; says whether it was run."""
    scenario = os.path.join(folder, "scenario.yaml")
    with open(scenario, "wb") as file:
        file.write(mutation.text.encode("utf8", "surrogatepass"))
    before = set(os.listdir(folder))
    status, told = call(program, folder, "check", "scenario.yaml")
    if status == 1:
        raise Fault(f"`check` ended with 1: {told}")
    if status == 2:
        return False
    cut = ["--set", f"duration={SHORT.get(mutation.name, '2 days')}"]
    if mutation.name not in ("ride_through_2024", "training_swing_100mw", "checkpoint_storm", "two_campuses_one_grid"):
        cut += ["--set", "record.every=15 min"]
    status, told = call(program, folder, "check", "scenario.yaml", *cut)
    if status == 2:
        return False
    call(program, folder, "explain", "scenario.yaml", *cut)
    status, told = call(program, folder, "run", "scenario.yaml", "-o", "run.h5", *cut)
    if status == 1 and "voltage collapse" in told:
        return True
    if status != 0:
        raise Fault(f"`check` accepts, `run` ends with {status}: {told}")
    if after := set(os.listdir(folder)) - before - {"run.h5"}:
        raise Fault(f"left {sorted(after)}")
    if faults := faults_of_file(os.path.join(folder, "run.h5")):
        raise Fault("; ".join(faults[:5]))
    status, told = call(program, folder, "export", "run.h5", "-o", "out.csv")
    if status != 0:
        raise Fault(f"`export` ends with {status}: {told}")
    return True


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("program")
    options.add_argument("source")
    options.add_argument("count", type=int, nargs="?", default=2000)
    options.add_argument("--seed", type=int, default=9)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--only")
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--keep")
    given = options.parse_args()
    program, folder_of_scenarios = os.path.abspath(given.program), Path(given.source) / "scenarios"
    scenarios = {path.stem: (path.read_text(), written_out(program, path))
                 for path in sorted(folder_of_scenarios.glob("*.yaml"))}
    numbers = [int(n) for n in given.only.split(",")] if given.only else range(given.first, given.first + given.count)

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if MOST_MEMORY:  # this program needs less itself, and what it starts inherits it
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))

    def one(number):
        mutation = Mutation(given.seed, number, scenarios)
        with tempfile.TemporaryDirectory(prefix="mutation_") as folder:
            for trace in folder_of_scenarios.glob("*.swf"):
                shutil.copy(trace, folder)
            try:
                return try_mutation(program, mutation, folder), None
            except Fault as fault:
                if given.keep:
                    shutil.copy(os.path.join(folder, "scenario.yaml"), os.path.join(given.keep, f"{number}.yaml"))
                return True, f"{number} {mutation.name} ({', '.join(mutation.how)}): {fault}\n" \
                             f"    {mutation.changes()}"

    ran = failed = 0
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        for done, (was_run, fault) in enumerate(pool.map(one, numbers), 1):
            ran += was_run
            if done % 200 == 0:
                print(f"... {done}, {ran} of them run", flush=True)
            failed += fault is not None
            if fault:
                print(fault, flush=True)
    print(f"{len(numbers)} mutations of {len(scenarios)} scenarios: {ran} accepted and run, {failed} failed")
    # What refuses everything holds nothing.
    return 1 if failed or (not given.only and ran < len(numbers) // 4) else 0


if __name__ == "__main__":
    sys.exit(main())
