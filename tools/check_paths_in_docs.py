#!/usr/bin/python3
"""Checks that every path which a document names is there.

    tools/check_paths_in_docs.py [ROOT]     exit 1 and one line a path that is missing

Looked at: all Markdown files that git knows. A path is a word in `code` or a fenced block that starts with one of the
project's folders (or a room of src/), and the target of every relative link. Patterns (`*`) need one match at least;
words with a placeholder (<name>, …, $X, {a,b}) are left out.
"""

import pathlib
import re
import subprocess
import sys

from check_layers import ROOMS

TOP_FOLDERS = ["api", "apps", "bench", "cmake", "config", "deploy", "docs", "lab", "models", "recordings", "src", "tests",
               "tools", "web", ".ci"]
# Made by a build or a run: named in documents, not in the tree.
MADE = ("build/", "web/dist", "web/node_modules")

CODE = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^\s*(```|~~~)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"^\.?[A-Za-z0-9_*][A-Za-z0-9_.*\-/]*$")


def words_of(text):
    """Yields (line number, word, is_link) of what may be a path in a Markdown text."""
    fenced = False
    for number, line in enumerate(text.splitlines(), start=1):
        if FENCE.match(line):
            fenced = not fenced
            continue
        codes = [line] if fenced else CODE.findall(line)
        for code in codes:
            for word in code.split():
                yield number, word.strip(".,;:()\"'"), False
        if not fenced:
            for target in LINK.findall(line):
                yield number, target, True


def missing(root, folder, word, is_link):
    """True when `word` in a document of `folder` is a path of the project that is not there."""
    if is_link:
        if re.match(r"^[a-z]+:|^#", word):
            return False
        path = folder / word.split("#")[0]
        return not path.exists()
    if not PATH.match(word) or "/" not in word or word.startswith(MADE):
        return False
    first = word.split("/")[0]
    if first in TOP_FOLDERS:
        places = [root]
    elif first in ROOMS:
        places = [root / "src"]
    else:
        return False
    return not any(any(place.glob(word.rstrip("/"))) if "*" in word else (place / word).exists() for place in places)


def check(root, documents):
    breaches = []
    for document in documents:
        text = (root / document).read_text(encoding="utf-8")
        for number, word, is_link in words_of(text):
            if missing(root, (root / document).parent, word, is_link):
                breaches.append(f"{document}:{number}: {word}: no such path")
    return breaches


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent)
    listing = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"], cwd=root,
                             check=True, capture_output=True, text=True).stdout
    breaches = check(root, sorted(name for name in listing.split("\0") if name and (root / name).exists()))
    for breach in breaches:
        print(breach, file=sys.stderr)
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
