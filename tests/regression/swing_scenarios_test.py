#!/usr/bin/python3
"""The sheets of training_swing_100mw.yaml as scenarios/README.md prints them, run again and held figure by figure.

usage: swing_scenarios_test.py PROGRAM SOURCE_DIR

The table between `<!-- sheets -->` names measures and variants; the list below it says what each variant is set to. A
figure may differ by one unit of its last digit, a verdict and a count not at all.
"""
import json
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

UNITS = {"MW": 1e6, "MW/min": 1e6 / 60, "MW/s": 1e6, "%": 0.01, "mHz": 1e-3, "": 1.0}
program, source = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2])
text = (source / "scenarios" / "README.md").read_text(encoding="utf8")
text = text[text.index("<!-- sheets -->"):text.index("<!-- /sheets -->")]
rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
variants = rows[0][2:]
sets = {name: shlex.split(words) for name, words in re.findall(r"^- \*\*(\w+)\*\*[^`]*`(.*)`$", text, re.MULTILINE)}
if set(variants) != set(sets) | {"none"}:
    sys.exit(f"variants {variants}, but sets of {list(sets)}")


def run(variant):
    """What the program finds: values and broken checks by measure, energy a token, number of broken checks."""
    with tempfile.TemporaryDirectory() as folder:
        words = [program, "run", str(source / "scenarios/training_swing_100mw.yaml"), "-o", folder + "/run.h5", "--json"]
        done = subprocess.run(words + sets.get(variant, []), capture_output=True, text=True, check=True)
        summary = {name: entry["value"] for name, entry in json.loads(done.stdout)["summary"].items()}
        words = [program, "swing", folder + "/run.h5", "--limits", "generic-utility", "--json"]
        window = json.loads(subprocess.run(words, capture_output=True, text=True, check=False).stdout)["windows"][0]
    values = {measure["measure"]: measure.get("value") for measure in window["measures"]}
    broken = set()
    for check in window["checks"]:
        values[check["measure"]] = check["value"]
        if check["verdict"] == "breach":
            broken.add(check["measure"])
    return values, broken, summary["grid_energy"] / summary["tokens_trained"]


found = {variant: run(variant) for variant in variants}
faults = 0
for label, _, *cells in rows[2:]:
    name, _, unit = label.rpartition(", ") if ", " in label else (label, "", "")
    for variant, cell in zip(variants, cells):
        values, broken, per_token = found[variant]
        printed, _, verdict = cell.partition(" ")
        if label == "checks broken":
            value = len(broken)
        elif label.startswith("grid energy a token"):
            value = 100 * (per_token / found["none"][2] - 1)
        else:
            value = values[name] / UNITS[unit]
            if (name in broken) != (verdict == "BREACH"):
                faults += 1
                print(f"{variant}: {name}: the verdict is not {verdict or 'pass'}")
        last_digit = 10.0 ** -len(printed.partition(".")[2])
        if abs(value - float(printed)) > (1.01 * last_digit if "." in printed else 0.6):
            faults += 1
            print(f"{variant}: {label}: {value:.4g}, printed {printed}")
print(f"{len(variants)} sheets of {len(rows) - 2} rows: {faults} faults")
sys.exit(1 if faults else 0)
