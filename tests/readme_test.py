#!/usr/bin/python3
"""Runs what the documents show, in their order, each in an empty folder that sees the program and the scenarios.

usage: readme_test.py PROGRAM [FILE…]       without files: every *.md of the tree that has something to run

    ```sh runnable        run by bash, every command must succeed
    ```python runnable    run by Debian's python3
    ```yaml file=NAME     written to NAME, for a later block to use
    ```sh not-run         shown only; a block of sh, python or yaml without one of these words is a fault

Links to files of the tree are checked too: those of these files, or without files of every *.md.
"""
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SECONDS = 300
INTERPRETERS = {"sh": ["bash", "-euo", "pipefail", "-c"], "python": ["/usr/bin/python3", "-c"]}


def blocks(text):
    for match in re.finditer(r"^```([^\n`]*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        yield text.count("\n", 0, match.start()) + 1, match.group(1).split(), match.group(2)


def documents():
    """Every *.md of the tree, the README at its root first."""
    found = []
    for folder, below, names in os.walk(ROOT):
        below[:] = sorted(name for name in below if name not in ("build", ".git"))
        found += [os.path.join(folder, name) for name in sorted(names) if name.endswith(".md")]
    return sorted(found, key=lambda path: (path != os.path.join(ROOT, "README.md"), path))


def read(path):
    with open(path, encoding="utf8") as file:
        return file.read()


def dead_links(path):
    """How many; code, in which [x](y) is no link, is left out."""
    failures = 0
    prose = re.sub(r"^```.*?^```$|`[^`\n]*`", "", read(path), flags=re.DOTALL | re.MULTILINE)
    for link in re.findall(r"\]\(([^)#:]+)\)", prose):
        if not os.path.exists(os.path.join(os.path.dirname(path), link)):
            print(f"{os.path.relpath(path, ROOT)}: links to {link}, which does not exist")
            failures += 1
    return failures


def run(place, language, code, folder):
    done = subprocess.run(INTERPRETERS[language] + [code], cwd=folder, text=True, timeout=SECONDS, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode == 0:
        return 0
    print(f"{place}: exit {done.returncode} from\n{code}\n{done.stdout[-4000:]}")
    return 1


def run_document(program, path):
    name, failures, count = os.path.relpath(path, ROOT), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(os.path.abspath(program), os.path.join(folder, "wattershed"))
        os.symlink(os.path.join(ROOT, "scenarios"), os.path.join(folder, "scenarios"))
        for line, words, code in blocks(read(path)):
            place = f"{name}:{line}"
            if not words or words[0] not in ("sh", "python", "yaml") or words[1:] == ["not-run"]:
                continue
            if words[0] == "yaml" and words[1:] and words[1].startswith("file="):
                with open(os.path.join(folder, os.path.basename(words[1][5:])), "w", encoding="utf8") as file:
                    file.write(code)
            elif words[0] in INTERPRETERS and words[1:] == ["runnable"]:
                count += 1
                failures += run(place, words[0], code, folder)
            else:
                print(f"{place}: a block '{' '.join(words)}' says neither how to run it nor not-run")
                failures += 1
    if count == 0:
        print(f"{name}: nothing to run was found")
        failures += 1
    print(f"{name}: {count} blocks run, {failures} failed", flush=True)
    return failures


def main(program, given):
    linked = [os.path.abspath(path) for path in given] or documents()
    to_run = linked if given else [path for path in linked if path == os.path.join(ROOT, "README.md") or any(
        "runnable" in words for _, words, _ in blocks(read(path)))]
    failures = sum(map(dead_links, linked)) + sum(run_document(program, path) for path in to_run)
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
