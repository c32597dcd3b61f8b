"""The rooms of the house: which folder may include which, held against CMake's links, and how large a room may grow.

A room is a folder of sim/, models/ or analysis/ that holds sources: one CMake library with the links it may have. Headers
are found from the root whatever is linked, so that only this keeps an include from pointing up.

Rules of a tree take {path: Source} and give (path, line, why); those of one file stand in lint.py.
"""
import re

HERE = "tests/lint/rooms.py"
MAXIMUM_SOURCES = 30

# Room: the rooms below it that it may include, and with them what they may include in turn. Lowest first: a room names
# only what stands above it in this list. Behind the bar stand CMake's PRIVATE links: for its .cpp files alone, and handed
# on to nobody.
ARROWS = {
    "sim/base": "",
    "sim/units": "sim/base",
    "sim/calendar": "sim/units",
    "sim/kernel": "sim/units",
    "sim/input": "sim/calendar",
    "sim/output": "sim/kernel | sim/calendar",

    "models/catalog": "sim/input",
    "models/compute": "sim/input",
    "models/scheduling": "models/compute",
    "models/workload": "models/scheduling",
    "models/weather": "sim/input sim/kernel",
    "models/machines": "sim/input",
    "models/cooling/machines": "models/weather models/machines",
    "models/cooling/plant": "models/cooling/machines",
    "models/cooling/system": "models/cooling/plant",
    "models/electrical": "models/machines",
    "models/grid/point": "sim/input",
    "models/grid/case": "sim/input | models/grid/point",
    "models/grid/network": "models/grid/case models/grid/point",
    "models/grid/market": "models/grid/point",
    "models/accounting": "sim/kernel",

    "models/facility/scenario": "models/workload models/cooling/system models/electrical models/grid/network"
                                " models/grid/market models/catalog",
    "models/facility/waveform": "models/compute models/electrical models/grid/point sim/kernel",
    "models/facility/part": "models/facility/scenario models/facility/waveform models/accounting sim/output",
    "models/facility/hall": "models/facility/part",
    "models/facility/power": "models/facility/part",
    "models/facility/site": "models/facility/hall models/facility/power",
    "models/facility/record": "models/facility/site",

    "analysis/command": "sim/base",
    "analysis/text": "sim/base",
    "analysis/summary": "sim/output | sim/calendar",
    "analysis/waveform": "models/grid/point",
    "analysis/expectation": "models/facility/scenario",
    "analysis/screen": "analysis/summary | sim/calendar",
    "analysis/run": "analysis/command analysis/screen analysis/expectation models/facility/record",
    "analysis/evidence": "analysis/command analysis/expectation analysis/summary models/facility/record",
    "analysis/inspect": "analysis/command analysis/expectation | models/facility/record",
    "analysis/export": "analysis/command analysis/text sim/output",
    "analysis/component": "analysis/command analysis/text models/cooling/machines",
    "analysis/swing": "analysis/text analysis/waveform sim/output",
    "analysis/sizing": "analysis/command analysis/swing analysis/summary models/facility/record",
    "analysis/network": "analysis/command analysis/text models/grid/network",
}
INCLUDE = re.compile(r'#\s*include\s+"([^"]+)"')


def links(room):
    """The rooms that a room names, as (public, private) sets."""
    public, _, private = ARROWS[room].partition("|")
    return set(public.split()), set(private.split())


def allowed(path):
    """The rooms that the file at this path may include, its own among them; None outside of the rooms."""
    room = room_of(path)
    if room not in ARROWS:
        return None
    public, private = links(room)
    seen, todo = {room}, list(public | private if path.endswith(".cpp") else public)
    while todo:
        other = todo.pop()
        if other not in seen:
            seen.add(other)
            todo += links(other)[0] if other in ARROWS else ()
    return seen


def room_of(path):
    return path.rpartition("/")[0]


def in_a_room(path):
    return path.endswith((".hpp", ".cpp")) and path.startswith(("sim/", "models/", "analysis/"))


def include_upwards(source):
    here, may = room_of(source.path), allowed(source.path)
    for match in INCLUDE.finditer(source.code):
        other, line = match.group(1), source.line_of(match.start())
        if other.startswith("."):
            yield line, f"'{other}' is not a path from the root of the project"
        elif may is not None and other == "build_info.hpp":
            yield line, "changes with every commit: main.cpp includes it and hands it down"
        elif may is not None and room_of(other) not in may:
            yield line, f"{here} may not include {other}: includes point down the house only"


def folder_unknown(source):
    if room_of(source.path) not in ARROWS:
        yield 1, f"{room_of(source.path) or '.'} has no place in the arrows of the house ({HERE})"


def cmake_links(tree):
    """What CMake links: {room: [path, line, public, private]}, and what could not be read, as faults."""
    names = {"wattershed_" + room.replace("/", "_"): room for room in ARROWS}
    found, faults = {}, []
    for path in sorted(tree):
        if not path.endswith("CMakeLists.txt") or path.startswith("tests/"):
            continue
        text, values = re.sub(r"#[^\n]*", "", tree[path].text), {}
        for match in re.finditer(r"\b(set|wattershed_folder|target_link_libraries)\(([^()]*)\)", text):
            words = re.sub(r"\$\{(\w+)\}", lambda name: values.get(name.group(1), name.group(0)), match.group(2)).split()
            line = tree[path].line_of(match.start())
            if match.group(1) == "set":
                values[words[0]] = " ".join(words[1:])
                continue
            if match.group(1) == "wattershed_folder":
                room, scope = words[0], "LINKS"
            else:
                room, scope = names.get(words[0]), "PUBLIC"
                if room is None:
                    continue
            entry = found.setdefault(room, [path, line, set(), set()])
            for word in words[1:]:
                if word in ("LINKS", "PUBLIC", "INTERFACE", "PRIVATE"):
                    scope = word
                elif word in names:
                    entry[3 if scope == "PRIVATE" else 2].add(names[word])
                elif "$" in word or (word.startswith("wattershed_") and word != "wattershed_flags"):
                    faults.append((path, line, f"{room} links {word}, which is no room of {HERE}"))
    return found, faults


def links_differ(tree):
    """CMake's links are the arrows, each way: neither can be widened alone."""
    found, faults = cmake_links(tree)
    yield from faults
    seen = set()
    for room in ARROWS:
        public, private = links(room)
        for other in sorted((public | private) - seen):
            yield HERE, 1, f"{room} names {other}, which does not stand above it in ARROWS"
        seen.add(room)
        if room not in found:
            yield HERE, 1, f"{room} is no wattershed_folder of CMake"
            continue
        path, line, *linked = found[room]
        for scope, mine, theirs in (("LINKS", public, linked[0]), ("PRIVATE", private, linked[1])):
            for other in sorted(mine ^ theirs):
                where = "CMake alone" if other in theirs else "ARROWS alone"
                yield path, line, f"{room} {scope} {other}: said by {where}"
    for room in sorted(found.keys() - ARROWS.keys()):
        yield found[room][0], found[room][1], f"{room} has no place in the arrows of the house ({HERE})"


def include_circle(tree):
    """No header comes back to itself through what it includes, in a room or across rooms."""
    includes = {path: [(match.group(1), source.line_of(match.start())) for match in INCLUDE.finditer(source.code)]
                for path, source in tree.items() if path.endswith((".hpp", ".cpp"))}
    for path, first in includes.items():
        for begin, line in first:
            seen, todo = set(), [begin]
            while todo and path not in seen:
                other = todo.pop()
                if other not in seen:
                    seen.add(other)
                    todo += [name for name, _ in includes.get(other, ())]
            if path in seen:
                yield path, line, f"{begin} includes this file again"


def folder_too_full(tree):
    count = {}
    for path in filter(in_a_room, tree):
        count[room_of(path)] = count.get(room_of(path), 0) + 1
    for room, sources in count.items():
        if sources > MAXIMUM_SOURCES:
            yield room, 1, f"{sources} source files; a room has at most {MAXIMUM_SOURCES}: more than one may live here"


TREE_RULES = (links_differ, include_circle, folder_too_full)


def self_test(Source, tree):
    """Every rule of a tree can fail, and every room's arrows are the closure of what CMake links. Gives complaints."""
    def sources(**texts):
        return {path: Source(path, text) for path, text in texts.items()}

    def expect(rule, lines, **texts):
        got = [f"{path}:{line}" for path, line, _ in rule(sources(**texts))]
        if sorted(got) != sorted(lines):
            yield f"{rule.__name__}: found {got} instead of {lines}"

    # By CMake's links and Warshall's algorithm, so that neither ARROWS nor `allowed` is its own judge.
    found, _ = cmake_links(tree)
    reach = {(room, other) for room, entry in found.items() for other in entry[2]}
    for middle in found:
        for room in found:
            if (room, middle) in reach:
                reach |= {(room, other) for other in found if (middle, other) in reach}
    for room in ARROWS:
        private = {(room, other) for link in (found[room][3] if room in found else ()) for other in found
                   if other == link or (link, other) in reach}
        for ending in (".hpp", ".cpp"):
            may = {other for other in found if other == room or (room, other) in reach
                   or (ending == ".cpp" and (room, other) in private)}
            refused = 0
            for other in ARROWS:
                sample = Source(room + "/sample" + ending, f'#include "{other}/thing.hpp"\n')
                fault = bool(list(include_upwards(sample)))
                refused += fault
                if fault == (other in may):
                    yield f"include_upwards: {room}/sample{ending} including {other} is {'' if fault else 'not '}a fault"
            if not refused:
                yield f"include_upwards: {room} may include everything"

    # CMake as the arrows say, then one room with a link too many, one with one too few, one public that is private, and
    # one room unknown.
    def cmake(room, words):
        return f"wattershed_folder({room} {words})\n"

    def lines_of(change=None):
        lines = []
        for room in ARROWS:
            words = [" ".join("wattershed_" + other.replace("/", "_") for other in sorted(linked)) for linked in links(room)]
            text = cmake(room, f"LINKS {words[0]} Boost::headers PRIVATE {words[1]} fmt::fmt")
            lines.append(change[1](text) if change and change[0] == room else text)
        return "".join(lines)
    number = {room: index for index, room in enumerate(ARROWS, 1)}
    for room, change in ((None, None),
                         ("sim/kernel", lambda text: text.replace(" PRIVATE", " wattershed_sim_input PRIVATE")),
                         ("analysis/swing", lambda text: text.replace("wattershed_sim_output ", "")),
                         ("sim/calendar", lambda text: text.replace("sim/calendar", "sim/almanac")),
                         ("analysis/text", lambda text: text.replace("fmt::fmt", "wattershed_sim_basement"))):
        wanted = [f"CMakeLists.txt:{number[room]}"] if room else []
        if room == "sim/calendar":
            wanted.append(f"{HERE}:1")
        yield from expect(links_differ, wanted, **{"CMakeLists.txt": lines_of((room, change))})
    yield from expect(links_differ, [f"CMakeLists.txt:{number['sim/output']}"] * 2, **{"CMakeLists.txt": lines_of(
        ("sim/output", lambda text: text.replace(" PRIVATE", "")))})

    yield from expect(include_circle, [], **{"a.hpp": '#include "b.hpp"\n#include "c.hpp"\n', "b.hpp": '#include "c.hpp"\n',
                                             "c.hpp": '// #include "a.hpp"\n', "a.cpp": '#include "a.hpp"\n'})
    yield from expect(include_circle, ["a.hpp:2", "b.hpp:1", "c.hpp:1"],
                      **{"a.hpp": '#include "d.hpp"\n#include "b.hpp"\n', "b.hpp": '#include "c.hpp"\n',
                         "c.hpp": '#include "a.hpp"\n', "d.hpp": "\n"})
    yield from expect(include_circle, ["a.hpp:1"], **{"a.hpp": '#include "a.hpp"\n'})
    for more in (0, 1):
        yield from expect(folder_too_full, ["sim/base:1"] * more, **{
            **{f"sim/base/part_{index}.cpp": "" for index in range(MAXIMUM_SOURCES + more)},
            "sim/base/README.md": "", "sim/units/part.hpp": ""})
