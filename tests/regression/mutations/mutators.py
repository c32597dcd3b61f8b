"""Ways to break a scenario, or to ask it for something nobody meant: each takes text and a random source, and gives text.

The text is read by its looks alone (`KEY: VALUE` in blocks and in braces), so that what is broken YAML can come out of
it, too. Most of what comes out shall still be read: what is refused at once finds little.
"""
import functools
import re

KEY = re.compile(r"([A-Za-z0-9_-]+|\"[^\"]*\"):(?=\s|$)")
NUMBER = re.compile(r"(?<![\w.:-])[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w:-]|\.\d)")


class Entry:
    """A key with its value: where each begins and ends in the text, and where the whole entry does."""

    def __init__(self, begin, key, value, end, in_braces):
        self.begin, self.key, self.value, self.end, self.in_braces = begin, key, value, end, in_braces


def without_comment(line):
    """The line with its comment blanked, so that places stay."""
    cut = re.search(r"(?:^|\s)#", re.sub(r"\"[^\"]*\"", lambda quoted: "x" * len(quoted[0]), line))
    return line if not cut else line[:cut.start()] + " " * (len(line) - cut.start())


def end_in_braces(text, begin):
    """Where the value that begins here ends: at a comma or a bracket of its own depth."""
    depth, quoted = 0, False
    for i in range(begin, len(text)):
        c = text[i]
        if c == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif c in "{[":
            depth += 1
        elif c in "}]":
            if depth == 0:
                return i
            depth -= 1
        elif c in ",\n" and depth == 0:
            return i
    return len(text)


@functools.lru_cache(maxsize=64)
def entries(text):
    """Every entry of a scenario, outer ones before those within."""
    plain = "\n".join(without_comment(line) for line in text.split("\n"))
    found, line_begin = [], 0
    for line in plain.split("\n"):
        for match in KEY.finditer(line):
            begin = line_begin + match.start()
            before = line[:match.start()]
            in_braces = before.count("{") > before.count("}")
            value = line_begin + match.end()
            while value < len(plain) and plain[value] == " ":
                value += 1
            if in_braces:
                end = end_in_braces(plain, value)
            else:
                indent = len(line) - len(line.lstrip())
                end = plain.find("\n", begin)
                end = len(plain) if end < 0 else end
                if not plain[value:end].strip():  # a block: all lines further in
                    block = re.compile(r"(?:\n(?: {%d,}\S[^\n]*| *))*" % (indent + 1))
                    end = block.match(plain, end).end()
                    value = min(value, end)
            found.append(Entry(begin, text[begin:line_begin + match.end() - 1], text[value:end].rstrip(), end, in_braces))
            found[-1].value_begin, found[-1].value_end = value, value + len(found[-1].value)
        line_begin += len(line) + 1
    return found


def replaced(text, entry, value):
    return text[:entry.value_begin] + (" " if text[entry.value_begin - 1:entry.value_begin] == ":" else "") + value + \
        text[entry.value_end:]


NUMBERS = ["0", "-0", "-1", "1", "2", "1e-300", "1e300", "5e-324", "1e-24", "1e24", ".inf", "-.inf", ".nan", "inf", "nan",
           "1e999", "1e18", "9223372036854775808", "4294967296", "2147483648", "1000000", "1000001", "0x10", "1_000", "1,5",
           "1e-9", "1e-6", "1e-3", "1e3", "1e6", "1e9", "1e12", "1e15", "0.1", "0.999999", "1.000001", "99999999999999999999"]
FACTORS = [1e-12, 1e-9, 1e-6, 1e-3, 0.01, 0.1, 0.5, 0.9, 0.999, 1.001, 1.1, 2, 3, 10, 100, 1e3, 1e6, 1e9, 1e12]
UNITS = ["W", "kW", "MW", "GW", "TW", "J", "Wh", "MWh", "s", "ms", "ns", "min", "h", "day", "days", "week", "year", "years", "%",
         "degC", "K", "degF", "m", "km", "kg", "L", "m3", "kg/s", "L/kWh", "g/kWh", "USD/kWh", "USD/kW/month", "/s", "Hz", "kV",
         "V", "MVA", "token", "", "degC/s", "W/s", "%/year", "USD", "Wh/Wh", "m3/s", "Pa", "bananas"]
# Those that may stand for each other.
FAMILIES = [["W", "kW", "MW", "GW"], ["ns", "ms", "s", "min", "h", "day", "week", "year"], ["%"], ["degC", "degF", "K"], ["kV", "V"],
            ["J", "Wh", "kWh", "MWh"], ["kg/s", "kg/h"], ["USD/kWh", "USD/MWh"], ["/s", "/h", "/day"], ["kg", "t", "g"], ["MVA", "kVA", "VA"],
            ["m", "km"], ["g/kWh", "kg/kWh"], ["L/kWh", "L/MWh"], ["FLOP/s", "TFLOP/s", "PFLOP/s"], ["B", "kB", "GB", "TB"]]
# Keys whose values may change during a run.
MAY_CHANGE = {"connection", "price", "overhead", "facility_water", "count", "energy", "demand", "water", "intensity", "lighting", "other",
              "water_intensity", "wue", "supply_air", "chilled_water", "cycles_of_concentration", "rate", "energy_per_request"}
TYPES = ["", "~", "null", "true", "no", "[]", "{}", "[[]]", "{a: 1}", "{use: none}", "none", "auto", "text", "5", "-3.5", "1 kW", "50 %",
         "20 degC", "2027-06-08", "2027-06-08T12:00", "'quoted'", "\"\"", "' '", "[1, 2, 3]", "{value: 1, source: here, kind: measured}",
         "{2027-01-01: 1, 2028-01-01: 2}", "{2027-06-08: 1}", "{2030-01-01: 1, 2027-01-01: 2}", "[~]", "*x", "&x 1", "!!str 1", "!!binary aGk=",
         "|", ">", "? a", "site.grid.connection", "site.name", "site", "{csv: small_trace.swf}", "{use: dgx-h100}", "all"]
TIMES = ["0001-01-01", "1969-12-31T23:59:59", "1970-01-01", "2027-02-29", "2028-02-29", "2027-13-01", "2027-03-28T02:30", "9999-12-31",
         "2262-04-11", "2262-04-12", "1677-09-21", "2027-06-07T24:00", "2027-06-07T23:59:60", "2100-01-01", "-2027-01-01"]
PATHS = ["/dev/null", "/dev/zero", "/dev/stdin", "/dev/tty", ".", "..", "/", "../../../../etc/passwd", "scenario.yaml", "run.h5", "run.h5.part",
         "nothing.csv", "small_trace.swf/x", "/proc/self/mem", "~", "-", "--help", "a b", "'a\\0b'", "\"a\\0b\"", "'%s%n'", "x" * 5000]
ESCAPES = [r'"\e[2J"', r'"\e]0;owned\a"', r'"\x9b31m"', r'"\r\n\b\v"', r'"\u202e\u200d"', r'"\x7f"', "\x1b[31m", "\u009b1m", "\u202eabc", "\U0001f525",
           "'\u0000'", "\ufeffx", "\u2028", "é" * 50, r'"\ud800"', r'"\0"', "\t", "name with spaces", "a/b", "a.b", "..", "summary", "catalog",
           "warnings", "network", "time", "total", '"a\\nb"', "0", "true", "x" * 300]
INSERTED = list("{}[]:,#&*!|>%@`'\"\\-?\t \n\x00\x1b\x7f") + ["\ufeff", "\u2028", "\u0085", "- ", ": ", "---\n", "...\n", "<<: *a", "\r"]


def delete(text, random, others):
    entry = random.choice(entries(text))
    end = entry.end + 1 if text[entry.end:entry.end + 1] in (",", "\n") else entry.end
    return text[:entry.begin] + text[end:].lstrip(" ") if entry.in_braces else text[:entry.begin].rstrip(" ") + text[end:]


def duplicate(text, random, others):
    entry = random.choice(entries(text))
    whole = text[entry.begin:entry.end]
    name = entry.key if random.random() < 0.3 else random.choice([entry.key + "_2", "zz", random.choice(entries(text)).key])
    copy = name + whole[len(entry.key):]
    if entry.in_braces:
        return text[:entry.begin] + whole + ", " + copy + text[entry.end:]
    line = text.rfind("\n", 0, entry.begin) + 1
    return text[:entry.end] + "\n" + text[line:entry.begin] + copy + text[entry.end:]


def swap_type(text, random, others):
    words = random.choice([TYPES, ["none", "auto", "0", "{}", "all"]])
    return replaced(text, random.choice(entries(text)), random.choice(words))


def with_numbers(text):
    return [entry for entry in entries(text) if NUMBER.search(entry.value)]


def extreme_number(text, random, others):
    entry = random.choice(with_numbers(text))
    match = random.choice(list(NUMBER.finditer(entry.value)))
    return replaced(text, entry, entry.value[:match.start()] + random.choice(NUMBERS) + entry.value[match.end():])


def scaled_number(text, random, others):
    entry = random.choice(with_numbers(text))
    match = random.choice(list(NUMBER.finditer(entry.value)))
    number = float(match[0]) * random.choice(FACTORS) * random.choice([1] * 9 + [-1])
    written = f"{number:.0f}" if number == int(number) and abs(number) < 1e15 else f"{number!r}"
    return replaced(text, entry, entry.value[:match.start()] + written + entry.value[match.end():])


def swap_unit(text, random, others):
    """Another unit behind a number: mostly one that may stand there."""
    found = [entry for entry in with_numbers(text) if re.fullmatch(r"[-+.\de]+ [A-Za-z%/0-9]+", entry.value)]
    if not found:
        return extreme_number(text, random, others)
    entry = random.choice(found)
    number, unit = entry.value.split(" ")
    family = [each for each in FAMILIES if unit in each]
    return replaced(text, entry, number + " " + random.choice(family[0] if family and random.random() < 0.8 else UNITS))


def dated(text, random, others):
    """Another value from a date within the run on; in place, or as an event."""
    start = re.search(r"^start: (\d{4}-\d\d-\d\d)", text, re.MULTILINE)
    found = [entry for entry in with_numbers(text) if re.fullmatch(r"[-+.\de]+( [A-Za-z%/0-9]+)?", entry.value)]
    if not start or not found:
        return swap_type(text, random, others)
    if random.random() < 0.8:
        found = [entry for entry in found if entry.key in MAY_CHANGE] or found
    entry = random.choice(found)
    number, _, unit = entry.value.partition(" ")
    other = f"{float(number) * random.choice(FACTORS + [0, 0, 1, 1]):.9g} {unit}".strip()
    later = start[1] + random.choice(["T00:00:30", "T00:05", "T06:00", "T12:00", "T18:00"])
    return replaced(text, entry, f"{{{start[1]}: {entry.value}, {later}: {other}}}")


def odd_text(text, random, others):
    kind = random.choice([PATHS, ESCAPES, TIMES])
    wanted = {"title", "name", "source", "note"} if kind is ESCAPES and random.random() < 0.5 else set()
    wanted = {"start", "from", "at", "until"} if kind is TIMES and random.random() < 0.7 else wanted
    found = [entry for entry in entries(text) if entry.key in wanted] or entries(text)
    return replaced(text, random.choice(found), random.choice(kind))


def odd_key(text, random, others):
    entry = random.choice(entries(text))
    key = random.choice(ESCAPES + TYPES + [entry.key.upper(), entry.key + "s", entry.key[:-1], "use", "value", "none", "<<"])
    return text[:entry.begin] + key + text[entry.begin + len(entry.key):]


def crossed(text, random, others):
    """An entry of some scenario in place of one here that has its key, or beside any."""
    other = random.choice(others)
    mine, theirs = entries(text), [entry for entry in entries(other) if "\n" not in entry.value and entry.value]
    if not theirs:
        return swap_values(text, random, others)
    entry = random.choice(theirs)
    same = [each for each in mine if each.key == entry.key]
    if same and random.random() < 0.7:
        return replaced(text, random.choice(same), entry.value)
    place = random.choice(mine)
    if place.in_braces:
        return text[:place.begin] + f"{entry.key}: {entry.value}, " + text[place.begin:]
    line = text.rfind("\n", 0, place.begin) + 1
    return text[:line] + text[line:place.begin].replace("-", " ") + f"{entry.key}: {entry.value}\n" + text[line:]


def swap_values(text, random, others):
    one, other = sorted(random.sample(entries(text), 2), key=lambda entry: entry.value_begin)
    if other.value_begin < one.value_end:
        return swap_type(text, random, others)
    return text[:one.value_begin] + " " + other.value + text[one.value_end:other.value_begin] + " " + one.value + \
        text[other.value_end:]


def shift_line(text, random, others):
    lines = text.split("\n")
    i = random.randrange(len(lines))
    lines[i] = random.choice([" ", "  ", "   ", "\t", " " * 200, " " * 20_000, "- ", "- - - ", ""]) + \
        (lines[i].lstrip() if random.random() < 0.5 else lines[i])
    return "\n".join(lines)


def cut_or_insert(text, random, others):
    at = random.randrange(len(text))
    kind = random.random()
    if kind < 0.3:
        return text[:at] + text[at + random.choice([1, 1, 1, 2, 5, 40]):]
    if kind < 0.4:
        return text[:at]
    if kind < 0.9:
        return text[:at] + random.choice(INSERTED) + text[at:]
    return text[:at] + random.choice(["x", "[", "{a: ", " ", "- "]) * random.choice([10, 300, 20_000]) + text[at:]


# With how often each is taken.
MUTATORS = {delete: 12, duplicate: 4, swap_type: 8, extreme_number: 24, scaled_number: 34, swap_unit: 8, dated: 12, odd_text: 8,
            odd_key: 3, crossed: 8, swap_values: 2, shift_line: 2, cut_or_insert: 2}
