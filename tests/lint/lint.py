#!/usr/bin/python3
"""What the compiler does not see: rules of the house that a machine can hold.

usage: lint.py [FILE…]      lints these files, or all of the tree; prints FILE:LINE: RULE: why, and exits 1
       lint.py --self-test  holds every rule against tests/lint/bad (each line marked FAULT must be found, no other)
                            and tests/lint/good (nothing may be found)

A rule is a function from a Source to (line, text) pairs, listed in RULES with the files it looks at. Rules of the rooms,
some of which look at the whole tree, are in rooms.py.
A sample's first line may say `lint as: sim/thing.hpp`: it is then judged as if it stood there.
"""
import functools
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True  # the tree stays as it is
import rooms

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLES = "tests/lint/"

HEAVY = r"yaml-cpp/|date/|Eigen/|unsupported/Eigen/|boost/graph/|CLI/|nlohmann/"


class Source:
    """A file as text, and for C++ also `code`: the same text with comments and strings blanked, line for line."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        self.lines = text.split("\n")
        self.code = blanked(text) if path.endswith((".hpp", ".cpp")) else text

    def line_of(self, offset):
        return self.text.count("\n", 0, offset) + 1

    def found(self, pattern, why, in_code=True):
        for match in re.finditer(pattern, self.code if in_code else self.text):
            yield self.line_of(match.start()), why.format(match.group(0).strip())


def blanked(text):
    token = re.compile(r'//[^\n]*|/\*.*?\*/|(?:u8|[uUL])?R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'',
                       re.DOTALL)

    def blank(match):
        piece = match.group(0)
        if piece.startswith('"') and re.search(r"#\s*include\s*$", text[max(0, match.start() - 30):match.start()]):
            return piece
        return re.sub(r"[^\n]", " ", piece) if piece.startswith("/") else '"' + re.sub(r"[^\n]", " ", piece)[1:-1] + '"'
    return token.sub(blank, text)


def closing(code, start):
    """The offset just behind the bracket that closes the one at `start`."""
    depth = 0
    for offset in range(start, len(code)):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(code[offset], 0)
        if depth == 0:
            return offset + 1
    return len(code)


def operand(code, start):
    """What a co_await at `start` waits for: a name with its calls, members, template arguments and braces."""
    step = re.compile(r"\s*(?:[A-Za-z_]\w*(?:\s*<[^;(){}]*?>(?=\s*[({:]))?|::|\.|->|\*|&|(?P<open>[(\[{]))")
    offset, end_of_name = start, False
    while match := step.match(code, offset):
        name = match.group("open") is None and re.match(r"\s*[A-Za-z_]", match.group(0))
        binary = match.group(0).strip() in "*&" and offset != start
        if (name and end_of_name) or binary:
            break
        end_of_name = bool(name) or match.group("open") is not None
        offset = closing(code, match.end() - 1) if match.group("open") else match.end()
    return code[start:offset]


def opens_a_block(code, brace):
    """Whether the { at `brace` begins statements, and not a list of initial values."""
    before = code[:brace].rstrip()
    if not before or before[-1] in ");{}:":
        return True
    word = re.search(r"(?:^|[;{}])([^;{}]*)$", before).group(1)
    if re.search(r"\b(else|do|try|const|noexcept|mutable|override|final)$", before):
        return True
    return bool(re.search(r"->\s*[\w:<>, ]+$", word) or re.match(r"\s*(struct|class|namespace|enum|union)\b", word))


def co_await_in_condition(source):
    for match in re.finditer(r"\b(?:if|while|switch|for)\s*(?:constexpr\s*)?(?=\()", source.code):
        inside = source.code[match.end():closing(source.code, match.end())]
        for wait in re.finditer(r"\bco_await\b", inside):
            yield (source.line_of(match.end() + wait.start()),
                   "GCC 12 makes the frame too small; write 'auto r = co_await f();' and test r")


def co_await_operand(source):
    for match in re.finditer(r"\bco_await\b", source.code):
        waited = operand(source.code, match.end())
        if "{" in waited:
            yield source.line_of(match.start()), "braces in the operand are freed twice by GCC 12; name the object first"
        elif "?" in waited:
            yield source.line_of(match.start()), "a conditional expression in the operand; choose first, then wait"


def co_await_in_initialiser(source):
    for match in re.finditer(r"\bco_await\b", source.code):
        depth, offset = 0, match.start() - 1
        while offset >= 0 and not (source.code[offset] == ";" and depth == 0):
            depth += {")": 1, "]": 1, "}": 1, "(": -1, "[": -1, "{": -1}.get(source.code[offset], 0)
            if depth < 0:
                if source.code[offset] == "{":
                    if not opens_a_block(source.code, offset):
                        yield (source.line_of(match.start()),
                               "inside a brace initialiser it is freed twice by GCC 12; wait first")
                    break
                depth = 0
            elif source.code[offset] == "}" and depth == 1 and opens_a_block(
                    source.code, opening(source.code, offset)):
                break
            offset -= 1


def opening(code, end):
    """The offset of the { that the } at `end` closes."""
    depth = 0
    for offset in range(end, -1, -1):
        depth += {"}": 1, "{": -1}.get(code[offset], 0)
        if depth == 0:
            return offset
    return 0


def co_await_in_new(source):
    for match in re.finditer(r"\bnew\s+[\w:]+(?:\s*<[^;(){}]*>)?\s*(?=[({])", source.code):
        if "co_await" in source.code[match.end():closing(source.code, match.end())]:
            yield source.line_of(match.start()), "new T(co_await …) leaks when the process ends early; wait first"


def heavy_header(source):
    return source.found(r'#\s*include\s+[<"](?:' + HEAVY + r')[^>"]*[>"]', "{}: seconds a file; include it in a .cpp")


def standard_random(source):
    return source.found(
        r"#\s*include\s+<random>|\bstd::(?:mt19937\w*|minstd_\w+|ranlux\w+|knuth_b|default_random_engine|random_device"
        r"|\w+_distribution|s?rand|shuffle|sample)\b|(?<![\w:.>])s?rand\s*\(",
        "{}: differs between standard libraries; take a stream of sim/kernel/random.hpp")


def prints_or_exits(source):
    return source.found(
        r"\bstd::(?:cout|cerr|clog|exit|abort|terminate|quick_exit|puts)\b|\bfmt::print\b|(?<![\w:.>])(?:std::)?f?printf\s*\("
        r"|(?<![\w:.>])(?:exit|abort|_exit)\s*\(",
        "{}: a library never prints or exits; throw, or return it")


def unsafe_arithmetic(source):
    return source.found(r"-f" r"fast-math|-O" r"fast\b|-funsafe-" r"math\w*", "{}: it destroys compensated sums",
                        in_code=False)


def machine_path(source):
    return source.found(r"(?<![\w/.$}-])/(?:root|home)/[\w.]|(?<![\w/.$}-])/ro" r"ot\b|/tmp/" r"wt|(?<![\w.$}-])/wo" r"rk/"
                        r"[\w.]", "{}: a path of one machine", in_code=False)


def most_lines(path):
    return 450 if rooms.in_a_room(path) else 600


def too_long(source):
    most = most_lines(source.path)
    if source.text.count("\n") > most:
        yield most + 1, f"{len(source.lines) - 1} lines, at most {most}; more than one thing may live here"


# What begins a line of a header's contract. Two blanks or more follow, and the lines after stand under the text.
LABELS = ("Accepted|Accuracy|Books|Broken|Control|Conventions|Cost|Draws|Engine|Errors|Failure|Forms|Header|Humidity|Inputs"
          "|Latency|Limits|Missing|Oracle|Outages|Outputs|Policies|Range|Refused|Search|Shares|Skipped|Source|Taken|Text"
          "|Threads|Units|Valid|Validity|Voltages")


def label_in_mid_line(source):
    for number, line in enumerate(source.lines, 1):
        match = re.match(r"\s*///.*\S[ ;]+(?:(?P<label>" + LABELS + r")  +\S"
                         r"|(?P<last>Accuracy|Cost|Errors|Inputs|Outputs|Source|Valid)$)", line)
        if match:
            yield number, f"'{match.group('label') or match.group('last')}' begins a line of its own"


def label_run_on(source):
    column = None
    for number, line in enumerate(source.lines, 1):
        text = re.match(r"///( *)(.*)", line)
        label = re.match(r"/// (?:" + LABELS + r")  +(?=\S)", line)
        if not text or not text.group(2):
            column = None
        elif label:
            column = label.end()
        elif column and 3 + len(text.group(1)) < column:
            if not re.match(r"/// [A-Z](?:\S| (?! ))*  +\S", line):  # another label, which LABELS need not know
                yield number, "a contract's line goes on under its text"
            column = None


def cites_outside(source):
    """Comments and documents name files of this tree only: what is needed stands here."""
    names = tree_names()
    for number, line in enumerate(source.lines, 1):
        if is_cpp(source.path):
            line = line[line.find("//"):] if "//" in line and not re.match(r"\s*#\s*include", line) else ""
        for match in re.finditer(r"(?<![\w/.<*$-])((?:[\w-]+/)*[\w.-]*\w\.(?:hpp|cpp|md))\b", line):
            if match.group(1) not in names and match.group(1) != "build_info.hpp":
                yield number, f"{match.group(1)} is not in the tree"
        for match in re.finditer(r"\bDESIGN\b(?! CONDITIONS)|(?<![\w/])(?:\.\./)*(?:shared|reference|docs|checks)/"
                                 r"|(?<![\w&\"])#\d+\b(?!\")|\bissue \d+", line):
            yield number, f"'{match.group(0)}' is not in the tree; say here what is needed"


@functools.cache
def tree_names():
    """Every path of the tree and every end of one: how a comment may name a file."""
    names = set()
    for path in listed():
        parts = path.split("/")
        names |= {"/".join(parts[start:]) for start in range(len(parts))}
    return names


def fragment_unknown(source):
    """A change since the last release: .changes/README.md."""
    if not re.fullmatch(r"\.changes/[a-z0-9]+(-[a-z0-9]+)*\.(added|behaviour|fixed|house)\.md", source.path):
        yield 1, "a change is .changes/<number or topic>.<kind>.md, its kind added, behaviour, fixed or house"
    for number, line in enumerate(source.text.removesuffix("\n").split("\n"), 1):
        if not re.match(r"- \S|  \S" if number > 1 else r"- \S", line):
            yield number, "a change is list items ('- …', further lines under their text): they are put one after another"


def threads_unnamed(source):
    """What the thread sanitizer of .ci/run looks at is chosen by the names of tests."""
    for match in re.finditer(r"\bstd::(?:thread|jthread|async)\b", source.code):
        names = re.findall(r"TEST_CASE\w*\(([^\n]*)", source.text[:match.start()])
        if not names or not re.search(r"\bthreads\b", names[-1]):
            yield source.line_of(match.start()), "a test that starts threads has 'threads' in its name"


def is_cpp(path):
    return path.endswith((".hpp", ".cpp"))


def is_ours(path):
    return rooms.in_a_room(path) or path == "main.cpp"


def is_program_text(path):
    return is_cpp(path) or path.endswith((".py", ".sh", ".cmake")) or path in ("wattershed", ".ci/run")


def is_build(path):
    return path.endswith(("CMakeLists.txt", ".cmake", "CMakePresets.json")) or path in ("wattershed", ".ci/run")


RULES = {
    co_await_in_condition: is_cpp,
    co_await_operand: is_cpp,
    co_await_in_initialiser: is_cpp,
    co_await_in_new: is_cpp,
    rooms.include_upwards: is_cpp,
    rooms.folder_unknown: rooms.in_a_room,
    heavy_header: lambda path: rooms.in_a_room(path) and path.endswith(".hpp"),
    standard_random: is_ours,
    prints_or_exits: rooms.in_a_room,
    unsafe_arithmetic: is_build,
    machine_path: lambda path: True,
    too_long: is_program_text,
    fragment_unknown: lambda path: path.startswith(".changes/") and path != ".changes/README.md",
    threads_unnamed: lambda path: path.startswith("tests/") and path.endswith("_test.cpp"),
    label_in_mid_line: is_cpp,
    label_run_on: is_cpp,
    cites_outside: lambda path: is_cpp(path) or path.endswith(".md"),
}


def faults(source):
    for rule, looks_at in RULES.items():
        if looks_at(source.path):
            for line, why in rule(source):
                yield line, rule.__name__, why


def read(path, name=None):
    with open(os.path.join(ROOT, path), encoding="utf8", errors="replace") as file:
        return Source(name or path, file.read())


def listed():
    """The paths of the project, from git where there is one."""
    found = subprocess.run(["git", "-C", ROOT, "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard"],
                           capture_output=True, text=True, check=False)
    if found.returncode == 0:
        paths = found.stdout.splitlines()
    else:
        paths = [os.path.relpath(os.path.join(folder, name), ROOT) for folder, _, names in os.walk(ROOT) for name in names]
        paths = [path for path in paths if not path.startswith(("build/", ".git/"))]
    return sorted(path for path in paths if os.path.isfile(os.path.join(ROOT, path)))


def tree():
    """Every text file of the project but the samples."""
    for path in listed():
        if not path.startswith((SAMPLES + "bad/", SAMPLES + "good/")):
            with open(os.path.join(ROOT, path), "rb") as file:
                if b"\0" not in file.read(4096):
                    yield path


def house():
    """What the rules of a tree look at: the sources and what CMake says of them."""
    return {path: read(path) for path in tree() if path.endswith((".hpp", ".cpp", "CMakeLists.txt"))}


def lint(paths):
    wanted = list(paths or tree())
    found = [(path, *fault) for path in wanted for fault in faults(read(path))]
    whole = house()
    for rule in rooms.TREE_RULES:
        found += [(path, line, rule.__name__, why) for path, line, why in rule(whole) if not paths or path in wanted]
    for path, line, rule, why in found:
        print(f"{path}:{line}: {rule}: {why}")
    print(f"{len(wanted)} files, {len(RULES) + len(rooms.TREE_RULES)} rules, {len(found)} faults")
    return len(found)


def sample(path):
    source = read(path)
    claimed = re.search(r"lint as: (\S+)", source.lines[0])
    return Source(claimed.group(1), source.text.replace(claimed.group(0), "", 1)) if claimed else source


def self_test():
    shown, wrong = set(), 0
    for path in sorted(os.listdir(os.path.join(ROOT, SAMPLES, "bad"))):
        source = sample(SAMPLES + "bad/" + path)
        rule = os.path.splitext(path)[0]
        wanted = {(number, rule) for number, line in enumerate(source.lines, 1) if re.search(r"\bFAULT\b", line)}
        found = {(line, name) for line, name, _ in faults(source)}
        if found != wanted or not wanted:
            print(f"bad/{path}: not found {sorted(wanted - found)}, found besides {sorted(found - wanted)}")
            wrong += 1
        shown.add(rule)
    # Too long to keep as a sample.
    for path, most in (("sim/base/long.cpp", 450), ("tests/sim/long_test.cpp", 600), ("main.cpp", 600)):
        for length, expected in ((most, 0), (most + 1, 1)):
            if len(list(too_long(Source(path, "int x;\n" * length)))) != expected:
                print(f"too_long: wrong at {length} lines of {path}")
                wrong += 1
    shown.add("too_long")
    for path in sorted(os.listdir(os.path.join(ROOT, SAMPLES, "good"))):
        for line, rule, why in faults(sample(SAMPLES + "good/" + path)):
            print(f"good/{path}:{line}: {rule}: {why}")
            wrong += 1
    for rule in RULES:
        if rule.__name__ not in shown:
            print(f"{rule.__name__}: no sample in tests/lint/bad shows that it can fail")
            wrong += 1
    for complaint in rooms.self_test(Source, house()):
        print(complaint)
        wrong += 1
    print(f"{len(RULES) + len(rooms.TREE_RULES)} rules, {wrong} wrong")
    return wrong


if __name__ == "__main__":
    words = sys.argv[1:]
    if words == ["--self-test"]:
        sys.exit(1 if self_test() else 0)
    sys.exit(1 if lint([os.path.relpath(os.path.abspath(word), ROOT) for word in words]) else 0)
