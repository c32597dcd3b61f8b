#!/usr/bin/python3
"""Gives the program broken input and holds what it says and leaves behind against what each case expects.

usage: run.py PROGRAM [CASE…]          (cases: cases/*.case; README.md says how one is written)

For every command of a case: the exit status and the fragments on stderr are the expected ones; stdout is empty (where
the input is good, stderr is); nothing was written; no path of this machine is named; stderr stays below 20 kB; it ends
within 10 s and in 1 GB.
"""
import concurrent.futures
import os
import re
import resource
import shlex
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from made_files import MAKERS  # noqa: E402

SECONDS = int(os.environ.get("WATTERSHED_TEST_SECONDS", 10))  # longer under sanitizers
LONGEST_STDERR = 20_000
MOST_MEMORY_KB = 1_000_000
# A finished run is the input of the cases about `export`.
RUN_FILE_OF = "good.case"


class Case:
    """A case as written: a head of `key: value` lines, then files, each below a line `--- NAME`."""

    KEYS = ("status", "says", "set", "run", "make", "file_size", "writes")

    def __init__(self, path):
        self.name = os.path.basename(path)
        with open(path, "rb") as file:
            head, *files = re.split(rb"^--- (\S+)\n", file.read(), flags=re.MULTILINE)
        self.files = dict(zip((name.decode() for name in files[0::2]), files[1::2]))
        self.title, values = "", {key: [] for key in self.KEYS}
        for line in head.decode().splitlines():
            if line.startswith("#"):
                self.title = self.title or line[1:].strip()
            elif line.strip():
                key, _, value = line.partition(": ")
                if key not in values:
                    raise ValueError(f"{self.name}: '{key}' is none of {', '.join(self.KEYS)}")
                values[key].append(value)
        self.status = int(values["status"][0]) if values["status"] else 2
        self.says, self.makes = values["says"], [shlex.split(make) for make in values["make"]]
        self.writes = {name for line in values["writes"] for name in line.split()}
        self.file_size = int(values["file_size"][0]) if values["file_size"] else None
        if not self.title or (self.status != 0 and not self.says):
            raise ValueError(f"{self.name}: a case has a title and says what must be said")
        sets = [word for value in values["set"] for word in ("--set", value)]
        self.commands = [shlex.split(run) + sets for run in values["run"]] or [
            ["check", "scenario.yaml"] + sets, ["run", "scenario.yaml", "-o", "run.h5", "--quiet"] + sets]


def everything_in(folder):
    """Every file with what it holds, and every folder."""
    found = {}
    for where, folders, files in os.walk(folder):
        for name in folders:
            found[os.path.relpath(os.path.join(where, name), folder)] = None
        for name in files:
            path = os.path.join(where, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = file.read()
    return found


def faults_of(case, command, program, folder, private_words):
    """What is wrong with one command of a case, as sentences."""
    before = everything_in(folder)

    def limits():
        if case.file_size is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (case.file_size, case.file_size))

    # Pipes, since a file would fall under the limit of the disk.
    process = subprocess.Popen([program] + command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, preexec_fn=None if case.file_size is None else limits)
    timed_out = False
    try:
        stdout, stderr = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        timed_out = True
        process.kill()
        stdout, stderr = process.communicate()

    faults = []
    if timed_out:
        faults.append(f"ran longer than {SECONDS} s")
    elif process.returncode != case.status:
        faults.append(f"exit {process.returncode}, expected {case.status}")
    text = stderr.decode("utf8", "replace")
    for fragment in case.says:
        if fragment not in text:
            faults.append(f"does not say: {fragment}")
    if case.status == 0 and stderr:
        faults.append("complains about good input")
    if case.status != 0 and stdout:
        faults.append(f"wrote to stdout: {stdout[:200]!r}")
    if len(stderr) > LONGEST_STDERR:
        faults.append(f"{len(stderr)} bytes on stderr")
    for word in private_words:
        if word.encode() in stderr:
            faults.append(f"names a path of the machine: {word}")
    after = everything_in(folder)
    new = {name for name in after if name not in before}
    if command[0] != "check" and new != case.writes or command[0] == "check" and new:
        faults.append(f"wrote {sorted(new) or 'nothing'}, expected {sorted(case.writes) or 'nothing'}")
    for name, contents in before.items():
        if name not in after or after[name] != contents:
            faults.append(f"changed or removed '{name}'")
    return [f"{case.name}: `{shlex.join(command)[:200]}`: {fault}" for fault in faults], text


def lay_out(case, folder, run_file):
    """Writes the files of a case; some are made from a finished run."""
    for name, contents in case.files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(contents)
    for maker, name, *words in case.makes:
        contents = MAKERS[maker](run_file, *words)
        path = os.path.join(folder, name)
        if contents is None:
            os.makedirs(path)
            continue
        with open(path, "wb") as file:
            file.write(contents)


def run_case(case, program, run_file):
    faults = []
    for command in case.commands:
        with tempfile.TemporaryDirectory(prefix="bad_input_") as folder:
            lay_out(case, folder, run_file)
            private = {folder, HERE, os.path.dirname(program), os.path.expanduser("~") + "/"} - {"//"}
            some, said = faults_of(case, command, program, folder, private)
            faults += some + ([f"    it said: {said[:1500]}"] if some else [])
    return faults


def good_run_file(program):
    """A finished run of the good scenario, as bytes."""
    case = Case(os.path.join(HERE, "cases", RUN_FILE_OF))
    with tempfile.TemporaryDirectory() as folder:
        for name, contents in case.files.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(contents)
        subprocess.run([program, "run", "scenario.yaml", "-o", "run.h5", "--quiet"], cwd=folder, check=True)
        with open(os.path.join(folder, "run.h5"), "rb") as file:
            return file.read()


def main(program, names):
    program = os.path.abspath(program)
    paths = sorted(os.path.join(HERE, "cases", name) for name in os.listdir(os.path.join(HERE, "cases")))
    cases = [Case(path) for path in paths if not names or os.path.basename(path).removesuffix(".case") in names]
    run_file = good_run_file(program)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        results = list(pool.map(lambda case: run_case(case, program, run_file), cases))
    for faults in results:
        for fault in faults:
            print(fault)
    memory_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    failed = sum(1 for faults in results if faults)
    broken = sum(1 for case in cases if case.status != 0)
    print(f"{len(cases)} cases, {broken} of them broken input: {failed} failed")
    if memory_kb > MOST_MEMORY_KB:
        print(f"one of them took {memory_kb // 1000} MB")
        return 1
    if not names and broken < 60:
        print("fewer than 60 broken inputs: cases are missing")
        return 1
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
