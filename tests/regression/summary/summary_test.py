#!/usr/bin/python3
"""The summaries of our scenarios against the ones kept here: a result that changes must be seen and explained.

usage: summary_test.py PROGRAM SOURCE_DIR [--update]

Every scalar within 1e-9 of the kept one (audits: under 1e-9). `--update` rewrites them; then CHANGES.md says, under
*Behaviour*, what changed and why.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

# What runs for seconds is cut: every scenario runs whole in CI's section `scenarios`.
short = {"campus_100k": "5 days", "phoenix_60mw": "10 days", "hall_year": "30 days",
         "training_swing_100mw": "15 min"}
program, source = sys.argv[1], Path(sys.argv[2])
here = Path(__file__).parent
faults = 0
for scenario in sorted((source / "scenarios").glob("*.yaml")):
    with tempfile.TemporaryDirectory() as folder:
        cut = ["--set", f"duration={short[scenario.stem]}"] if scenario.stem in short else []
        done = subprocess.run([program, "run", str(scenario), "--json", "-o", folder + "/run.h5", *cut],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        sys.exit(f"{scenario.name}: exit status {done.returncode}: {done.stderr}")
    run = json.loads(done.stdout)
    sites = {f"{site}.": facts["summary"] for site, facts in run["sites"].items()} if "sites" in run else {"": run["summary"]}
    found = {site + name: entry["value"] for site, facts in sites.items() for name, entry in facts.items()}
    file = here / (scenario.stem + ".json")
    if "--update" in sys.argv:
        kept = {name: value for name, value in found.items() if "audit_" not in name}
        file.write_text(json.dumps(kept, indent=1) + "\n")
        continue
    if not file.exists():
        sys.exit(f"{file.name} is not here: run this with --update")
    kept = json.loads(file.read_text())
    for name in sorted(kept.keys() | found.keys()):
        if "audit_" in name:
            good = abs(found[name]) < 1e-9
        else:
            good = name in kept and name in found and abs(found[name] - kept[name]) <= 1e-9 * abs(kept[name])
        if not good:
            faults += 1
            print(f"{scenario.stem}: {name} is {found.get(name)}, was {kept.get(name)}")
print(f"{faults} scalars differ")
sys.exit(1 if faults else 0)
