#!/usr/bin/python3
"""What the program must not do to what is not its own: the files, links and nodes of others, the terminal, the machine.

usage: harm_test.py PROGRAM SOURCE_DIR

Every node and link is made in a folder of this test, never the machine's. Device nodes need root, and are left out
without. Needs Debian's python3-h5py.
"""
import json
import os
import resource
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import h5py

PROGRAM, SOURCE = sys.argv[1], Path(sys.argv[2])
QUICKSTART = str(SOURCE / "scenarios" / "quickstart.yaml")
TRACE = str(SOURCE / "scenarios" / "cluster_trace.yaml")
STATES = "T_drybulb_C,T_wetbulb_C,T_water_in_C,m_water_kg_s,air_flow_ratio\n25,20,35,1,0.5\n"
SCENARIO = """title: {title}
start: 2027-01-01
duration: 2 h
{more}
site:
  name: hall
  grid: {{region: US}}
  cooling: {{system: {{use: fixed-overhead, overhead: 20 %}}}}
  racks: {{dgx: {{use: rack-dgx-h100, count: 2}}}}
"""
WINDOW = "record: {every: 5 min, windows: {glass: {at: 2027-01-01T00:10, for: 1 min, every: 100 ms}}}"
faults = []


def check(holds, text):
    if not holds:
        faults.append(text)
        print("FAULT", text)


SLOWER = int(os.environ.get("WATTERSHED_TEST_SLOWER", 1))  # how many times, under sanitizers


def call(arguments, timeout=60, **more):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, timeout=timeout * SLOWER, stdin=subprocess.DEVNULL,
                          **more)


def text_of(done):
    return (done.stdout + done.stderr).decode("utf8", "replace")[:500]


# ---- what stands at an output -----------------------------------------------------------------------------------


def make_pipe(path):
    os.mkfifo(path)


def make_null(path):
    os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 3))


def make_block(path):
    os.mknod(path, 0o600 | stat.S_IFBLK, os.makedev(240, 240))  # a number for experiments: nothing is behind it


def make_socket(path):
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path)


def make_link(path):
    Path("precious").write_text("precious")
    os.symlink("precious", path)


def make_link_to_own(path):
    shutil.copy("own", "precious")
    os.symlink("precious", path)


def make_dangling(path):
    os.symlink("nothing_there", path)


def make_foreign(path):
    Path(path).write_text("somebody's notes\n")


def make_scenario(path):
    shutil.copy(QUICKSTART, path)


def make_hdf5(path):
    with h5py.File(path, "w") as file:
        file["measured"] = [1.0, 2.0]


def make_folder(path):
    os.mkdir(path)


FOREIGN = (make_pipe, make_null, make_block, make_socket, make_link, make_link_to_own, make_dangling, make_foreign,
           make_scenario, make_hdf5, make_folder)


def made(make, path):
    """Whether it could be: nodes of devices need root, and not every container lets it."""
    try:
        make(path)
    except PermissionError:
        return False
    return True


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        os.rmdir(path)
    elif os.path.lexists(path):
        os.remove(path)


def standing(path):
    """What stands at a path, so that any change of it shows."""
    status = os.lstat(path)
    content = Path(path).read_bytes() if stat.S_ISREG(status.st_mode) else b""
    link = os.readlink(path) if stat.S_ISLNK(status.st_mode) else ""
    return status.st_ino, status.st_mode, status.st_rdev, link, content


def everything():
    return {name: standing(name) for name in os.listdir(".")}


def writers():
    """Every command that writes a file, ready for the name of its output."""
    Path("states.csv").write_text(STATES)
    Path("glass.yaml").write_text(SCENARIO.format(title="glass", more=WINDOW))
    done = call(["run", "glass.yaml", "-q", "-o", "done.h5"])
    check(done.returncode == 0, f"the run to be read fails: {text_of(done)}")
    return (("run", ["run", QUICKSTART, "-q", "-o"]),
            ("export", ["export", "done.h5", "-o"]),
            ("component", ["component", "tower", "--states", "states.csv", "--set", "tower=energyplus-25kw", "-o"]),
            ("powerflow", ["powerflow", "western-9", "--csv"]),
            ("swing", ["swing", "done.h5", "--csv"]))


def test_outputs_and_parts_of_others():
    for command, words in writers():
        check(call([*words, "own"]).returncode == 0, f"{command} fails into nothing")
        for make in FOREIGN:
            for name in ("out", "out.part"):
                if name == "out" and command != "run" and make in (make_pipe, make_null):
                    continue  # a stream: written in place, below
                if not made(make, name):
                    continue
                before = everything()
                done = call([*words, "out"])
                what = f"{command} with {make.__name__[5:]} at {name}"
                check(done.returncode == 2, f"{what} exits with {done.returncode}: {text_of(done)}")
                check(done.stderr.startswith(f"{name}: ".encode()), f"{what}: no place: {text_of(done)}")
                check(everything() == before, f"{what}: something was changed, made or removed")
                for each in ("out", "out.part", "precious"):
                    remove(each)
        os.remove("own")


def test_a_part_with_a_second_name():
    call(["run", QUICKSTART, "-q", "-o", "kept.h5"])
    before = Path("kept.h5").read_bytes()
    os.link("kept.h5", "again.h5.part")
    done = call(["run", QUICKSTART, "-q", "-o", "again.h5"])
    check(done.returncode == 2 and b"second name" in done.stderr, f"a part with two names: {text_of(done)}")
    check(Path("kept.h5").read_bytes() == before, "a run was written over through another name")


def test_own_outputs_are_replaced():
    for command, words in writers():
        for left in ("nothing", "an earlier output", "an empty file", "an earlier part"):
            if left == "an empty file":
                os.remove("own")
                Path("own").touch()
            if left == "an earlier part":
                shutil.copy("own", "own.part")
            done = call([*words, "own"])
            check(done.returncode == 0 and Path("own").stat().st_size > 0,
                  f"{command} over {left} exits with {done.returncode}: {text_of(done)}")
            check(not Path("own.part").exists(), f"{command} over {left} leaves a .part")
        os.remove("own")


def test_streams_are_written_in_place():
    writers()
    os.mkfifo("pipe")
    os.symlink("pipe", "to_pipe")
    for name in ("pipe", "to_pipe"):
        read = []
        reader = threading.Thread(target=lambda: read.append(Path("pipe").read_bytes()), daemon=True)
        reader.start()
        done = call(["export", "done.h5", "-o", name])
        reader.join(30)
        check(done.returncode == 0 and read and read[0].startswith(b"time [UTC],"), f"export into {name}: {text_of(done)}")
        check(stat.S_ISFIFO(os.lstat("pipe").st_mode) and os.path.islink("to_pipe"), f"export replaced {name}")


def long_run(output, **more):
    """A run that lasts, when its file is there."""
    process = subprocess.Popen([PROGRAM, "run", TRACE, "--set", "record.every=1 s", "-q", "-o", output],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
    while not Path(output + ".part").exists() and process.poll() is None:
        time.sleep(0.01)
    time.sleep(0.3)
    return process


def test_what_appears_during_a_run_is_kept():
    process = long_run("late.h5")
    Path("late.h5").write_text("somebody's notes\n")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60 * SLOWER)
    check(process.returncode == 3 and b"the results are in the first" in said, f"{process.returncode}: {said.decode()}")
    check(Path("late.h5").read_text() == "somebody's notes\n", "a file that appeared during a run was replaced")
    check(Path("late.h5.part").exists(), "the results of a run that could not be renamed are gone")


# ---- what reaches the terminal ----------------------------------------------------------------------------------


def steers(text):
    """Whether bytes hold what a terminal obeys: C0 but newline and tab, DEL, C1 as a character or a bare byte."""
    shown = text.decode("utf8", "surrogateescape")
    return any((ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160 or 0xDC80 <= ord(c) <= 0xDCFF for c in shown)


# As YAML writes them, and what they are.
ESCAPES = (("\\e[31;1mRED\\e]0;owned\\a\\e[2J", "\x1b[31;1mRED\x1b]0;owned\x07\x1b[2J"), ("\\x9b2J", "\x9b2J"),
           ("\\x85\\x7f\\r", "\x85\x7f\r"))


def test_no_escape_reaches_the_terminal():
    for written, meant in ESCAPES:
        good = SCENARIO.format(title=f'"{written}"', more=WINDOW) + \
            f'constants: {{c: {{value: 1 MWh, source: "{written}"}}}}\n'
        Path("e.yaml").write_text(good)
        Path("bad.yaml").write_text(good + f'"{written}key": 3\n' + f'limits: {{"{written}": {{quantity: "{written}"}}}}\n')
        Path("value.yaml").write_text(good.replace("2 h", f'"2 {written}"'))
        file = b"\x1b[2J\x9b31m.yaml"
        shutil.copy("e.yaml", file)
        ran = call(["run", "e.yaml", "-o", "e.h5", "--json"])
        check(ran.returncode == 0 and json.loads(ran.stdout)["title"] == meant, f"JSON of {written}: {text_of(ran)}")
        commands = (["check", "e.yaml"], ["explain", "e.yaml"], ["run", "e.yaml", "-o", "f.h5"],
                    ["run", "e.yaml", "-o", "f.h5", "-v"], ["run", "e.yaml", "-o", "f.h5", "--json"], ["export", "e.h5", "--list"],
                    ["export", "e.h5", "--group", "catalog"], ["export", "e.h5", "--group", "warnings"],
                    ["check", "bad.yaml"], ["run", "bad.yaml"], ["check", "value.yaml"], ["explain", "value.yaml"],
                    ["check", file], ["run", file, "-o", b"\x1b[2J.h5"], ["run", file, "-o", "f.h5", "--json"],
                    ["check", b"\x1b]0;x\x07"], ["export", "e.h5", "--group", "\x1b[2J"], ["export", b"\x9b.h5"],
                    ["export", "e.h5", "--columns", "\x1b[2J"], ["swing", "e.h5", "--window", "\x1b[2J"], ["swing", "e.h5"],
                    ["swing", "e.h5", "--json"], ["powerflow", "\x1b[2J.m"], ["powerflow", "western-9", "--load", "\x1b[2J"],
                    ["component", "\x1b[2J"], ["component", "tower", "--states", "\x1b[2J"], ["\x1b[2J"],
                    ["run", "e.yaml", "--units", "\x1b[2J"], ["catalog", "\x1b[2J"], ["catalog", "racks", "\x1b[2J"],
                    ["evidence", "\x1b[2J"], ["check", "e.yaml", "--set", "title=\x1b[2J"], ["check", "e.yaml", "--set", "\x1b[2J"])
        for command in commands:
            done = call(command)
            check(not steers(done.stdout), f"{written}: {command} steers the terminal: {done.stdout[:300]!r}")
            check(not steers(done.stderr), f"{written}: {command} steers by its complaint: {done.stderr[:300]!r}")
        Path("again.yaml").write_bytes(call(["explain", "e.yaml"]).stdout)
        again = call(["run", "again.yaml", "-o", "f.h5", "--json"])
        check(again.returncode == 0 and json.loads(again.stdout)["title"] == meant,
              f"what explain prints of {written} does not read back: {text_of(again)}")


# ---- what must come to an end -----------------------------------------------------------------------------------


def test_endless_input_is_refused():
    """A pipe that never ends, and a device where one can be made, behind each reader of files."""
    Path("ok.yaml").write_text(SCENARIO.format(title="ok", more=""))
    os.mkfifo("endless")
    sources = ["endless"]
    if made(lambda path: os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 5)), "zero"):
        os.symlink("zero", "to_zero")
        sources += ["zero", "to_zero"]
    stop = threading.Event()

    def feed():
        while not stop.is_set():
            try:
                with open("endless", "wb", buffering=0) as pipe:
                    while not stop.is_set():
                        pipe.write(b"aaaaaaaaaaaaaaa\n" * 4096)
            except OSError:
                pass  # the reader has had enough

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    for source in sources:
        os.symlink(source, source + ".m")
        for command in (["check", source], ["run", source], ["explain", source], ["export", source], ["swing", source],
                        ["powerflow", source + ".m"], ["component", "tower", "--states", source],
                        ["check", "ok.yaml", "--set", f"base={source}"],
                        ["check", "ok.yaml", "--set", f"site.weather={{epw: {source}}}"],
                        ["check", "ok.yaml", "--set", f"site.grid.carbon={{csv: {source}, boundary: life-cycle}}"],
                        ["check", "ok.yaml", "--set", f"workload.traces=[{{swf: {source}}}]"],
                        ["swing", "ok.yaml", "--size", "bess", "--limits", source]):
            try:
                done = call(command)
                check(done.returncode == 2, f"{command} exits with {done.returncode}: {text_of(done)}")
            except subprocess.TimeoutExpired:
                check(False, f"{command} reads for ever")
    stop.set()
    os.close(os.open("endless", os.O_RDONLY | os.O_NONBLOCK))  # wakes the feeder
    feeder.join(10)


def test_a_closed_terminal_is_as_ctrl_c():
    ignore = {"preexec_fn": lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)}
    for number, more in ((signal.SIGHUP, {}), (signal.SIGTERM, {}), (signal.SIGHUP, ignore)):
        process = long_run("hung.h5", **more)
        process.send_signal(number)
        if more:
            time.sleep(0.5)
            check(process.poll() is None, "nohup does not keep a run alive")
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=60 * SLOWER)
        check(process.returncode == 130, f"signal {number} exits with {process.returncode}")
        check(not Path("hung.h5.part").exists(), f"signal {number} leaves a .part")
        with h5py.File("hung.h5", "r") as file:
            check(int(file.attrs["complete"]) == 0, f"after signal {number} the file says complete")
        os.remove("hung.h5")


def test_out_of_memory_is_no_full_disk():
    """In less and less memory a run is done, or says what is used up and leaves nothing."""
    ends = set()
    for megabytes in (160, 120, 100, 90, 80, 70, 60, 50, 45, 40, 35, 30):
        most = megabytes << 20

        def limit(most=most):
            resource.setrlimit(resource.RLIMIT_AS, (most, most))

        if call(["--version"], preexec_fn=limit).returncode != 0:
            break  # too little for the program itself
        done = call(["run", TRACE, "-q", "--set", "record.racks=true", "-o", "m.h5"], preexec_fn=limit)
        ends.add(done.returncode)
        if done.returncode == 0:
            os.remove("m.h5")
            continue
        check(done.returncode == 3, f"{megabytes} MB: exits with {done.returncode}: {text_of(done)}")
        check(b"memory" in done.stderr and b"space" not in done.stderr, f"{megabytes} MB: {text_of(done)}")
        check(not Path("m.h5").exists() and not Path("m.h5.part").exists(), f"{megabytes} MB: a file is left")
    if not ends and SLOWER > 1:
        print("left out: under an address sanitizer no limit of memory lets the program begin")
        return
    check(3 in ends, "no limit of memory was felt")


def main():
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            with tempfile.TemporaryDirectory() as folder:
                os.chdir(folder)
                began = time.monotonic()
                test()
                print(f"{name} {time.monotonic() - began:.1f} s")
                os.chdir("/")
    print(f"{len(faults)} faults")
    sys.exit(1 if faults else 0)


main()
