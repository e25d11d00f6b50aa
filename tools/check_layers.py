#!/usr/bin/python3
"""Checks that includes go only downward, and that heavy libraries stay inside their room.

    tools/check_layers.py [ROOT]     exit 1 and one line a breach

The table below is the one of docs/architecture.md. A new edge needs a decision record (docs/adr/) in the same commit.
"""

import pathlib
import re
import sys

# Room -> rooms that it may include (itself besides). In build order.
ROOMS = {
    "base": [],
    "domain": ["base"],
    "sql": ["base"],
    "store": ["base", "domain"],
    "collect": ["base", "domain", "sql"],
    "detect": ["base", "domain"],
    "graph": ["base", "domain"],
    "rank": ["base", "domain", "graph"],
    "incident": ["base", "domain"],
    "notify": ["base", "domain"],
    "inject": ["base", "domain"],
    "lab": ["base", "domain", "sql", "inject"],
    "serve": ["base", "domain", "store", "graph", "rank", "incident", "notify", "inject"],
    "engine": ["base", "domain", "store", "collect", "detect", "graph", "rank", "incident", "notify", "inject",
               "serve", "sql", "lab"],
}

# Folders whose subfolders are independent of each other: a source knows no other source, a channel no other channel.
INDEPENDENT_SUBFOLDERS = ["src/collect", "src/notify/channels"]

# Libraries that cost compile time or tie us to a vendor: pattern of the include -> where it may stand. Never in a header.
HEAVY = {
    r"xgboost/": ["src/detect/"],
    r"sqlite3\.h": ["src/store/"],
    r"boost/(beast|asio)": ["src/serve/"],
    r"curl/": ["src/notify/"],
    r"(mysql|mariadb)/|mysql\.h": ["src/sql/"],
    r"yaml-cpp/": ["src/engine/"],
    r"cctz/": ["src/detect/seasonal/"],
    r"Eigen/": ["src/detect/sequence/"],
    r"CLI/": ["apps/"],
    r"spdlog/": ["src/base/"],
}

SUFFIXES = {".h", ".cc", ".inc"}
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def includes_of(path):
    """Yields (line number, name, is_quoted) for every include of the file."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1) or match.group(2), match.group(1) is not None


def room_of(relative):
    """The room of a path like src/<room>/file.h; None for apps/."""
    return relative.parts[1] if relative.parts[0] == "src" else None


def quoted_include_breach(root, relative, name):
    """What is wrong with `#include "name"` in the file `relative`, or None."""
    target = name.split("/")[0]
    if relative.parts[0] == "apps" and "/" not in name and (root / relative.parent / name).exists():
        return None  # a program's own header lies beside it
    if "/" not in name or target not in ROOMS:
        return f'"{name}": expected "room/file.h" with one of the rooms {", ".join(ROOMS)}'
    if not (root / "src" / name).exists():
        return f'"{name}": no such file under src/'
    room = room_of(relative)
    if room is not None and target != room and target not in ROOMS[room]:
        allowed = ", ".join(ROOMS[room]) or "nothing"
        return f'"{name}": room {room} may include {allowed}, not {target}'
    for folder in INDEPENDENT_SUBFOLDERS:
        parts = pathlib.PurePosixPath(folder).parts
        target_path = pathlib.PurePosixPath("src") / name
        inside = relative.parts[:len(parts)] == parts and len(relative.parts) > len(parts) + 1
        target_inside = target_path.parts[:len(parts)] == parts and len(target_path.parts) > len(parts) + 1
        if inside and target_inside and relative.parts[len(parts)] != target_path.parts[len(parts)]:
            return (f'"{name}": {folder}/{relative.parts[len(parts)]} and {folder}/{target_path.parts[len(parts)]} '
                    "are independent of each other")
    return None


def heavy_breach(relative, name):
    """What is wrong with including the library header `name` in the file `relative`, or None."""
    for pattern, places in HEAVY.items():
        if not re.match(pattern, name):
            continue
        if not relative.as_posix().startswith(tuple(places)):
            return f"<{name}>: allowed only under {', '.join(places)}"
        if relative.suffix == ".h":
            return f"<{name}>: a heavy library stays out of headers; include it in the .cc"
    return None


def check(root):
    """Returns the breaches under `root` as 'path:line: what'."""
    breaches = []
    for top in ("src", "apps"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix not in SUFFIXES or not path.is_file():
                continue
            relative = path.relative_to(root)
            if top == "src" and room_of(relative) not in ROOMS:
                breaches.append(f"{relative}:1: src/{relative.parts[1]} is no room of tools/check_layers.py")
                continue
            for number, name, quoted in includes_of(path):
                breach = (quoted_include_breach(root, relative, name) if quoted else None) or heavy_breach(relative, name)
                if breach:
                    breaches.append(f"{relative}:{number}: {breach}")
    return breaches


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    breaches = check(root)
    for breach in breaches:
        print(breach, file=sys.stderr)
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
