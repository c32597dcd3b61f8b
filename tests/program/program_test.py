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


NEVER = """
title: one job on two racks
start: 2027-01-01
duration: 3 h
site:
  name: hall
  grid: {region: US-AZ}
  cooling: {system: {use: fixed-overhead, overhead: 20 %}}
  racks: {dgx: {use: rack-dgx-h100, count: 2}}
workload: {fixed: {a: {accelerators: 64, duration: 1 h, utilisation: 100 %}}}
"""


def test_strict():
    Path("never.yaml").write_text(NEVER)
    tight = ["run", QUICKSTART, "--set", "site.grid.connection=1 MW", "-o", "s.h5"]
    loose = call(tight)
    check(loose.returncode == 0 and "BROKEN" in loose.stdout, "a broken limit is not on the screen")
    check(call(tight + ["--strict"]).returncode == 1, "--strict does not exit with 1 on a broken limit")
    check(call(["run", QUICKSTART, "--strict", "-o", "s.h5"]).returncode == 0, "--strict fails without a breach")
    queue = "workload={fixed: {a: {accelerators: 64, duration: 1 h, utilisation: 100 %, copies: 9}}}"
    for sets, status, said in ((["site.grid.connection=25 kW"], 1, "1 job never started: held back by the connection"),
                               (["site.grid.connection=1 MW", queue], 0, ""),
                               (["limits={a: {quantity: pue, per: year, max: 2}}"], 1, "1 limit not measurable")):
        words = [word for each in ["duration=3 h", *sets] for word in ("--set", each)]
        done = call(["run", "never.yaml", "--strict", "-o", "n.h5", *words])
        check(done.returncode == status and said in done.stderr, f"--strict with {sets}: {done.returncode}, {done.stderr}")
        screen = " ".join(done.stdout.split())
        if "never" in said:
            check("1 job NEVER STARTED: 1 held back by the connection" in screen, f"the screen does not say {said}: {screen}")
        if sets[-1] == queue:
            check("still waiting" in screen and "NEVER" not in screen, f"a plain queue is told wrongly: {screen}")
        if "measurable" in said:
            check("a NOT MEASURABLE: the run holds no whole year" in screen, f"the screen does not say {said}: {screen}")


def test_leaks():
    signals = ["pdu.0.input", "ups.0.input", "transformer.0.input", "mechanical load", "pdu.0.loss", "heat_rejected",
               "water_makeup", "emissions_location"]
    for signal in signals:
        done = call(["run", QUICKSTART, "--leak", signal, "-o", "leak.h5"], LEAKY)
        check(done.returncode == 3, f"a leak at {signal} exits with {done.returncode}")
        check("failed audit" in done.stderr, f"a leak at {signal} is not named: {done.stderr}")
        check(Path("leak.h5").exists(), "the file of a failed audit is not kept")
    check(call(["run", QUICKSTART, "-o", "leak.h5"], LEAKY).returncode == 0, "the leaky program fails without a leak")
    check(call(["run", QUICKSTART, "--leak", "pdu.0.input"]).returncode == 2, "the real program knows --leak")


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


RING = """mpc.baseMVA = 100;
mpc.bus = [
  1 3   0   0 0 0 1 1 0 230 1 1.05 0.95;
  5 2  50  20 0 0 1 1 0 230 1 1.05 0.95;
  3 1 120  40 0 0 1 1 0 230 1 1.05 0.95;
  4 4  10   0 0 0 1 1 0 230 1 1.05 0.95;
];
mpc.gen = [ 1 0 0 200 -100 1.02 100 1 400 0; 5 60 0 9 -50 1.01 100 1 100 0 ];
mpc.branch = [
  1 5 0.01 0.08 0.02 150 0 0 0 0 1;
  5 3 0.02 0.10 0.02 150 0 0 0 0 1;
  1 3 0.01 0.06 0.02 150 0 0 0 0 1;
];
"""


def table(path):
    rows = [line.split(",") for line in Path(path).read_text().splitlines()]
    return rows[0], rows[1:]


def test_powerflow():
    Path("ring.m").write_text(RING)
    for arguments in ([], ["--load", "3=20"], ["--load", "3=20,5", "--load", "5=1"], ["--dc"], ["--limits"]):
        Path("ring.csv").unlink(missing_ok=True)
        done = call(["powerflow", "ring.m", *arguments, "--csv", "ring.csv"])
        check(done.returncode == 0 and done.stderr == "", f"powerflow {arguments} exits with {done.returncode}: {done.stderr}")
        check(all(len(line) <= 80 for line in done.stdout.splitlines()), f"powerflow {arguments} is wider than 80 columns")
        heading, rows = table("ring.csv")
        check(",".join(heading) == "bus,vm_pu,va_deg,p_inj_mw,q_inj_mvar", f"columns of powerflow: {heading}")
        check([row[0] for row in rows] == ["1", "5", "3", "4"], "buses of powerflow are not in the file's order")
        load = 120 + (20 if "--load" in arguments else 0)
        check(abs(float(rows[2][3]) + load) < 1e-5, f"powerflow {arguments}: {rows[2][3]} MW at bus 3, not {-load}")
        check(all(float(x) == 0 for x in rows[3][1:]), "an isolated bus is not dead")
    kept = call(["powerflow", "ring.m", "--load", "5=0,30", "--limits"]).stdout
    check("at limit" in kept, "--limits holds no unit at its limit")
    check("MVAr above" in call(["powerflow", "ring.m", "--load", "5=0,30"]).stdout, "a unit above its limit is not listed")
    named = call(["powerflow", "western-9"])
    check(named.returncode == 0 and "4.641 MW" in named.stdout, f"a network of the catalog: {named.stdout}{named.stderr}")


def test_powerflow_modes():
    Path("ring.m").write_text(RING)
    done = call(["powerflow", "new-england-39", "--modes", "--site", "20", "--damping", "0.25"])
    check(done.returncode == 0 and "GAIN of a load at bus 20" in done.stdout, f"--modes: {done.stdout}{done.stderr}")
    check(all(len(line) <= 80 for line in done.stdout.splitlines()), "--modes is wider than 80 columns")
    for arguments, word in ((["new-england-39", "--modes", "--site", "99"], "has no bus 99"),
                            (["ring.m", "--modes"], "no machines"), (["new-england-39", "--site", "20"], "--modes")):
        done = call(["powerflow", *arguments])
        check(done.returncode == 2 and word in done.stderr, f"powerflow {arguments}: {done.returncode} {done.stderr}")


def test_powerflow_without_solution():
    Path("ring.m").write_text(RING)
    for arguments in (["ring.m", "--load", "3=100000"], ["new-england-39", "--load", "16=100000"],
                      ["ring.m", "--load", "3=100000", "--hosting", "3"]):
        done = call(["powerflow", *arguments, "--csv", "none.csv"])
        check(done.returncode == 1, f"powerflow {arguments} exits with {done.returncode}")
        check("no power flow: " in done.stderr and len(done.stderr) > 40, f"{arguments}: no reason on stderr: {done.stderr}")
        check("nan" not in (done.stdout + done.stderr).lower(), f"{arguments}: NaN is printed")
        check(not Path("none.csv").exists(), f"{arguments}: a CSV of no solution is written")


def test_powerflow_hosting():
    Path("ring.m").write_text(RING)
    done = call(["powerflow", "ring.m", "--hosting", "all", "--csv", "h.csv"])
    check(done.returncode == 0 and done.stderr == "", f"--hosting all exits with {done.returncode}: {done.stderr}")
    check(all(len(line) <= 80 for line in done.stdout.splitlines()), "--hosting is wider than 80 columns")
    heading, rows = table("h.csv")
    check(",".join(heading) == "bus,hosting_mw,stopped_by,bus_or_branch,value,limit,branch_out,slack_mw", f"hosting: {heading}")
    check([row[0] for row in rows] == ["1", "5", "3"], "buses of --hosting: the isolated one stays out")
    check(rows[0][2] == "nothing", "a load at the slack bus is stopped")
    host = float(rows[2][1])
    for more, broken in ((0.0, False), (0.1, True)):  # the flow itself, on both sides
        found = call(["powerflow", "ring.m", "--load", f"3={host + more:.1f}"]).stdout
        limits = found[found.index("LIMITS"):]
        check(("MVA of" in limits or "p.u." in limits) == broken, f"at {host + more:.1f} MW: {limits}")
    secure = call(["powerflow", "ring.m", "--hosting", "3", "--contingencies", "N-1", "--csv", "n1.csv"])
    _, one = table("n1.csv")
    check(secure.returncode == 0 and len(one) == 1 and float(one[0][1]) < host, f"N-1 leaves more room: {one} against {host}")
    check("branches out" in secure.stdout, "N-1 is not said")
    lag = call(["powerflow", "ring.m", "--hosting", "3", "--power-factor", "0.9", "--csv", "pf.csv"])
    check(lag.returncode == 0 and float(table("pf.csv")[1][0][1]) < host, "reactive load takes no room")
    check(call(["powerflow", "ring.m", "--hosting", "3", "--limits"]).returncode == 0, "--hosting --limits fails")
    Path("free.m").write_text(RING.replace(" 150 ", " 0 ").replace("1.05 0.95", "0 0"))
    free = call(["powerflow", "free.m", "--hosting", "3"])
    check("no branch ratings" in free.stdout and "collapse" in free.stdout, f"a case without ratings: {free.stdout}")
    tight = call(["powerflow", "ring.m", "--load", "3=150", "--hosting", "3"])
    check("without the load" in tight.stdout and tight.returncode == 0, f"limits broken before: {tight.stdout}")


def test_powerflow_bad_input():
    Path("ring.m").write_text(RING)
    for bad in (["nothing.m"], ["western-8"], ["ring.m", "--load", "7=1"], ["ring.m", "--load", "3"], ["ring.m", "--load", "4=1"],
                ["ring.m", "--csv", "ring.m"], ["ring.m", "--dc", "--limits"], ["ring.m", "--hosting", "7"],
                ["ring.m", "--hosting", "4"], ["ring.m", "--hosting", "3x"], ["ring.m", "--hosting", "3", "--dc"],
                ["ring.m", "--contingencies", "N-1"], ["ring.m", "--hosting", "3", "--contingencies", "N-2"],
                ["ring.m", "--power-factor", "0.9"], ["ring.m", "--hosting", "3", "--power-factor", "1.1"],
                ["ring.m", "--hosting", "3", "--power-factor", "0"], ["ring.m", "--hosting", "3", "--power-factor", "nan"]):
        done = call(["powerflow", *bad])
        check(done.returncode == 2 and done.stderr != "", f"powerflow {bad} exits with {done.returncode}: {done.stderr}")
    faulty = {"no baseMVA": RING.replace("mpc.baseMVA", "mpc.other"), "no bus": RING.replace("mpc.bus", "mpc.other"),
              "no gen": RING.replace("mpc.gen", "mpc.other"), "no branch": RING.replace("mpc.branch", "mpc.other"),
              "short bus": RING.replace("1.05 0.95;\n  5", "1.05;\n  5"), "short gen": RING.replace("100 1 400 0;", "100;"),
              "short branch": RING.replace("150 0 0 0 0 1;\n  5", "150;\n  5"), "NaN bus": RING.replace("120  40", "NaN 40"),
              "NaN gen": RING.replace("60 0 9", "NaN 0 9"), "NaN branch": RING.replace("0.02 0.10", "NaN 0.10"),
              "unknown bus of gen": RING.replace("5 60 0", "6 60 0"), "unknown bus of branch": RING.replace("5 3 0.02", "5 8 0.02"),
              "empty": "", "cut off": RING[:250]}
    for what, text in faulty.items():
        check(text != RING, f"{what}: the fault is not in the text")
        Path("faulty.m").write_text(text)
        done = call(["powerflow", "faulty.m", "--csv", "none.csv"])
        check(done.returncode == 2, f"{what} exits with {done.returncode}: {done.stdout}{done.stderr}")
        check(done.stderr.startswith("faulty.m:"), f"{what}: no place: {done.stderr}")
        check(not Path("none.csv").exists(), f"{what}: a CSV is written")


WINDOWED = """
title: one training job, seen through two windows
start: 2027-06-07
duration: 15 min
record: {every: 5 min, windows: {glass: {at: 2027-06-07T00:03, for: 2 min, every: 5 ms},
                                 slow: {at: 2027-06-07T00:03, for: 5 min, every: 1 s}}}
site:
  name: hall
  location: {time_zone: America/Phoenix}
  grid: {connection: 1 MW, region: US-AZ}
  cooling: {system: {use: fixed-overhead, overhead: 20 %, wue: 1.63 L/kWh}}
  racks: {dgx: {use: rack-dgx-h100, count: 16}}
workload:
  training: {base: {llm: llama-3-70b, tokens: 1e+12, accelerators: 512}}
"""


def test_swing():
    Path("windowed.yaml").write_text(WINDOWED)
    made = call(["run", "windowed.yaml", "-q", "-o", "w.h5"])
    check(made.returncode == 0, f"the windowed run exits with {made.returncode}: {made.stderr}")
    sheet = call(["swing", "w.h5"])
    check(sheet.returncode == 0 and "hall/glass" in sheet.stdout and "hall/slow" in sheet.stdout, "swing lacks a window")
    check(all(len(line) <= 80 for line in sheet.stdout.splitlines()), "a line of swing is wider than 80 columns")
    check("NOT MEASURABLE" in sheet.stdout and "nan" not in sheet.stdout.lower().replace("nanos", ""), "swing prints NaN")
    paper = ["swing", "w.h5", "--window", "glass", "--limits", "choukse-2025"]
    broken = call(paper)
    check(broken.returncode == 1 and "BREACH" in broken.stdout, f"a broken limit exits with {broken.returncode}")
    found = json.loads(call(paper + ["--json"]).stdout)
    check(found["holds"] is False and len(found["windows"]) == 1, "the JSON of swing does not say that a limit is broken")
    check(any(c["verdict"] == "breach" and c["kind"] == "published" for c in found["windows"][0]["checks"]), "no breach in JSON")
    measures = {m["measure"]: m.get("value") for m in found["windows"][0]["measures"]}
    check(0 < measures["mean power"] < measures["peak power"], "mean and peak power of the window are out of order")
    Path("loose.yaml").write_text("limits: {ranges: {all: {swing: 1 MW}}, ramps: {fast: {rate: 1 GW/s, over: 100 ms}}}\n")
    held = call(["swing", "w.h5", "--window", "glass", "--limits", "loose.yaml", "--csv", "s.csv"])
    check(held.returncode == 0 and "HOLDS" in held.stdout, f"limits that hold exit with {held.returncode}: {held.stderr}")
    check(Path("s.csv").read_text().startswith("site,window,frequency_hz,density_w2_per_hz\nhall,glass,0,"), "the spectrum's CSV")
    for unseen, word in ((["--limits", "generic-utility"], "flicker Pst"),
                         (["--window", "slow", "--limits", "choukse-2025"], "cannot be seen at 1 samples")):
        done = call(["swing", "w.h5", *unseen])
        check(done.returncode == 1, f"limits that windows cannot show exit with {done.returncode}")
        said = " ".join(done.stdout.split())
        check("not measurable" in said and word in said, f"swing {unseen} does not say {word}: {done.stdout}")
    Path("wrong.yaml").write_text("limits: {rampes: {}, ranges: {all: {swing: 1}}}\n")
    call(["run", QUICKSTART, "-q", "-o", "plain.h5"])
    for bad, word in ((["w.h5", "--limits", "wrong.yaml"], "did you mean 'ramps'"),
                      (["w.h5", "--limits", "wrong.yaml"], "has no unit"),
                      (["w.h5", "--limits", "choukse-2024"], "did you mean 'choukse-2025'"),
                      (["w.h5", "--window", "slow", "--band", "0.1-20"], "--band 0.1-20"),
                      (["w.h5", "--window", "glas"], "did you mean 'glass'"),
                      (["w.h5", "--site", "hal"], "did you mean 'hall'"),
                      (["w.h5", "--band", "20-1"], "LOW-HIGH"),
                      (["w.h5", "--csv", "w.h5"], "is the run file itself"),
                      (["plain.h5"], "record: {windows:"),
                      (["windowed.yaml"], "windowed.yaml"), (["absent.h5"], "absent.h5")):
        done = call(["swing", *bad])
        check(done.returncode == 2 and done.stdout == "", f"swing {bad} exits with {done.returncode}")
        check(word in done.stderr, f"swing {bad} does not say {word}: {done.stderr}")


SQUARE_WAVE = """
title: a square wave
start: 2027-01-01
duration: 5 min
record: {every: 1 min, windows: {glass: {at: "2027-01-01T00:02", for: 1 min, every: 10 ms}}}
site:
  name: hall
  grid: {carbon: 400 g/kWh, water_intensity: 2 L/kWh, tariff: {energy: 0.1 USD/kWh}}
  cooling: {system: {use: fixed-overhead, overhead: 20 %}}
  racks: {dgx: {use: rack-dgx-h100, count: 2}}
workload:
  training:
    base: {flops: 1e+30, accelerators: 64, accelerator_failure_every: none, checkpoint_time: 0 s,
           pattern: [{power: 700 W, for: 1 s}, {power: 200 W, for: 3 s, activity: communication}]}
"""


def test_swing_size():
    Path("square.yaml").write_text(SQUARE_WAVE)
    Path("flat.yaml").write_text("limits: {ranges: {all: {share: 1 %, of: peak}}}\n")
    Path("any.yaml").write_text("limits: {ranges: {all: {share: 95 %, of: peak}}}\n")
    Path("unseen.yaml").write_text("limits: {flicker: {short_term: 0.8}}\n")
    in_line = ["--set", "site.battery={use: ups-lithium, smoothing: {window: 4 s, return_time: 10 min}}"]
    ask = ["swing", "square.yaml", "--size", "bess", "--limits"]
    before = sorted(os.listdir("."))
    found = call([*ask, "flat.yaml", *in_line])
    check(found.returncode == 0, f"swing --size exits with {found.returncode}: {found.stderr}")
    check("site.battery.energy" in found.stdout and "HOLDS" in found.stdout, "swing --size says no size")
    check(all(len(line) <= 80 for line in found.stdout.splitlines()), "a line of swing --size is wider than 80 columns")
    sized = json.loads(call([*ask, "flat.yaml", *in_line, "--json"]).stdout)
    sets = [word for path, value in sized["settings"].items() for word in ("--set", f"{path}={value}")]
    call(["run", "square.yaml", "-q", "-o", "sized.h5", *in_line, *sets])
    check(call(["swing", "sized.h5", "--limits", "flat.yaml"]).returncode == 0, "the size found does not keep the limits")
    os.remove("sized.h5")
    late = call([*ask, "flat.yaml"])
    check(late.returncode == 1 and "still broken" in late.stdout.replace("\n", " "), f"a late battery exits with {late.returncode}")
    none = call([*ask, "any.yaml"])
    check(none.returncode == 0 and "nothing to size" in none.stdout, f"limits that hold exit with {none.returncode}")
    check(sorted(os.listdir(".")) == before, "swing --size leaves files behind")
    unseen = call([*ask, "unseen.yaml"])
    check(unseen.returncode == 1 and "not measurable" in unseen.stdout and "nothing was tried" in unseen.stdout,
          f"a limit that no trial can show exits with {unseen.returncode}: {unseen.stdout}")
    for bad in (["swing", "square.yaml", "--size", "bess"], [*ask, "flat.yaml", "--csv", "x.csv"],
                ["swing", "square.yaml", "--size", "flywheel", "--limits", "flat.yaml"], [*ask, "flat.yaml", "--site", "x"],
                [*ask, "flat.yaml", "--set", "record.windows={}"], ["swing", "square.yaml", "--set", "seed=2"]):
        done = call(bad)
        check(done.returncode == 2 and (done.stderr or done.stdout), f"{bad} exits with {done.returncode}: {done.stderr}")


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
