"""Input that is too large, too deep or too binary to keep as a file: made when a case needs it.

A case names a maker, the file to write, and words for the maker. Each maker takes the bytes of a finished run file and
those words, and gives the bytes of the file; None makes a folder.
"""
import datetime
import math


def folder(_run_file):
    return None


def deep_nesting(_run_file, depth, opening="["):
    """A scenario whose title is nested `depth` times and never closed."""
    return b"title: " + opening.encode() * int(depth) + b"\n"


def deep_blocks(_run_file, depth):
    """The same in block style: each key one space further in."""
    return b"".join(b" " * i + b"a:\n" for i in range(int(depth)))


def alias_bomb(_run_file, levels):
    """Lists of ten aliases of the list before: 10^levels values from a few lines."""
    lines = ["title: bomb", "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in range(1, int(levels)):
        lines.append(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]")
    return "\n".join(lines).encode() + b"\n"


def many_keys(_run_file, count):
    """So many unknown keys: the message must not grow with them."""
    return b"title: many\n" + b"".join(b"key_%d: 1\n" % i for i in range(int(count)))


def repeat(_run_file, text, count):
    return text.encode().decode("unicode_escape").encode("latin1") * int(count)


def octets(_run_file, hexadecimal):
    return bytes.fromhex(hexadecimal)


def edited(lines, edits):
    """The lines of a file by number, after edits: LINE=TEXT replaces a line, LINE= or FIRST..LAST= takes lines out."""
    for edit in edits:
        number, _, text = edit.partition("=")
        if ".." in number:
            first, last = map(int, number.split(".."))
            for i in range(first, last + 1):
                lines.pop(i)
        elif text:
            lines[int(number)] = text
        else:
            lines.pop(int(number))
    return "\n".join(lines[i] for i in sorted(lines)).encode() + b"\n"


def hourly_csv(_run_file, column, *edits):
    """A year of hours in `column`; an edit LINE=TEXT replaces a line of the file, LINE= takes it out (lines from 1)."""
    begin = datetime.datetime(2022, 1, 1)
    lines = {1: f"timestamp_utc,{column}"}
    for hour in range(8760):
        t = begin + datetime.timedelta(hours=hour)
        lines[hour + 2] = f"{t:%Y-%m-%dT%H:%M:%SZ},{400 + hour % 24}"
    return edited(lines, edits)


def epw(_run_file, *edits):
    """A year of hours as an EPW file: four lines of header, then the hours from line 5; edits as of `hourly_csv`."""
    lines = {1: "LOCATION,Somewhere,AZ,USA,TMYx,722780,33.43,-112.00,-7.0,337.0",
             2: "DESIGN CONDITIONS,0",
             3: "TYPICAL/EXTREME PERIODS,0",
             4: "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31"}
    begin = datetime.datetime(2021, 1, 1)
    for hour in range(8760):
        t = begin + datetime.timedelta(hours=hour)
        dry_bulb = 20 + 10 * math.sin(2 * math.pi * hour / 8760) + 5 * math.sin(2 * math.pi * hour / 24)
        lines[hour + 5] = f"{t.year},{t.month},{t.day},{t.hour + 1},0,?9?9,{dry_bulb:.1f},5.0,40,97000"
    return edited(lines, edits)


def run_file(contents, first="0", last=""):
    """The bytes [first, last) of a finished run."""
    return contents[int(first):int(last) if last else None]


def torn_run_file(contents, at, count):
    """A finished run with `count` bytes of zeros written over it, `at` counted in hundredths of its size."""
    begin = len(contents) * int(at) // 100
    return contents[:begin] + bytes(int(count)) + contents[begin + int(count):]


MAKERS = {maker.__name__: maker for maker in (folder, deep_nesting, deep_blocks, alias_bomb, many_keys, repeat, octets,
                                              hourly_csv, epw, run_file, torn_run_file)}
