#!/usr/bin/python3
"""Memory is bounded by bytes: the peak of whole runs, whatever their length and width.

usage: memory_test.py PROGRAM SOURCE_DIR [NAME…]
"""
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from made_scenarios import MAKERS  # noqa: E402

MIB = 1024  # [kB]
program, source = os.path.abspath(sys.argv[1]), Path(sys.argv[2])


def peak(folder, *words, status=0):
    """Largest resident set of the program [kB]; `status` is how it must end."""
    child = os.fork()
    if child == 0:  # of its own, so that the children's peak is this one's
        with open(os.path.join(folder, "said"), "wb") as said:
            done = subprocess.run([program, *words], cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        with open(os.path.join(folder, "peak"), "w") as file:
            file.write(f"{done.returncode} {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}")
        os._exit(0)
    os.waitpid(child, 0)
    ended, kilobytes = map(int, Path(folder, "peak").read_text().split())
    if ended != status:
        sys.exit(f"`{' '.join(words)[:200]}` ended with {ended}: {Path(folder, 'said').read_text(errors='replace')[:1000]}")
    return kilobytes


def run(folder, scenario, *words):
    return peak(folder, "run", str(scenario), "-o", "run.h5", "--quiet", *words)


def made(folder, maker, count):
    path = Path(folder, f"{maker}.yaml")
    path.write_text(MAKERS[maker](count))
    return path


def racks(folder):
    """20,000 racks, each recorded, for 120 days: 1.8 GB of values."""
    return [("20,000 racks recorded for 120 days", run(folder, made(folder, "racks", 20_000)), 400 * MIB)]


def years(folder):
    """What 30 years take more than 3 is under 5 %."""
    hall = source / "scenarios" / "hall_year.yaml"
    short, long = (run(folder, hall, "--set", f"duration={years} years") for years in (3, 30))
    return [(f"30 years of hall_year (3 take {short // MIB} MiB)", long, short * 105 // 100)]


def sites(folder):
    return [("200 sites", run(folder, made(folder, "sites", 200)), 1024 * MIB)]


def kinds(folder):
    """As many kinds of racks as are kept; more are refused before they take more."""
    fits, too_many = made(folder, "kinds", 2_100), Path(folder, "too_many.yaml")
    too_many.write_text(MAKERS["kinds"](20_000))
    refused = peak(folder, "check", "too_many.yaml", status=2)
    said = Path(folder, "said").read_text()
    if "too_many.yaml:" not in said or "name fewer kinds of racks" not in said:
        sys.exit(f"20,000 kinds of racks are refused with: {said[:1000]}")
    return [("2,100 kinds of racks", run(folder, fits), 300 * MIB), ("20,000 kinds, refused", refused, 300 * MIB)]


TESTS = {test.__name__: test for test in (racks, years, sites, kinds)}

failed = 0
for name in sys.argv[3:] or TESTS:
    with tempfile.TemporaryDirectory(prefix="memory_") as place:
        for what, took, most in TESTS[name](place):
            failed += took > most
            print(f"{what}: {took // MIB} MiB of {most // MIB}{' TOO MUCH' if took > most else ''}", flush=True)
sys.exit(1 if failed else 0)
