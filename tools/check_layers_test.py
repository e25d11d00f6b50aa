#!/usr/bin/python3
"""Tests of check_layers.py on small made-up trees."""

import pathlib
import tempfile
import unittest

import check_layers


def breaches_of(files):
    """Writes `files` (path -> text) into an empty tree and returns what check() says of it."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        return check_layers.check(root)


CASES = [
    # name, files, words that the only breach must contain (None = no breach)
    ("downward include", {"src/base/a.h": "", "src/domain/b.h": '#include "base/a.h"'}, None),
    ("own room", {"src/detect/a.h": "", "src/detect/b.cc": '#include "detect/a.h"'}, None),
    ("upward include", {"src/domain/a.h": "", "src/base/b.cc": '\n#include "domain/a.h"'},
     "src/base/b.cc:2: \"domain/a.h\": room base may include nothing, not domain"),
    ("middle rooms do not meet", {"src/detect/a.h": "", "src/rank/b.cc": '#include "detect/a.h"'},
     "room rank may include base, domain, graph, not detect"),
    ("serve does not see detect", {"src/detect/a.h": "", "src/serve/b.cc": '#include "detect/a.h"'}, "not detect"),
    ("engine sees all", {"src/detect/a.h": "", "src/engine/b.cc": '#include "detect/a.h"'}, None),
    ("apps see all rooms", {"src/engine/a.h": "", "apps/distdiag/b.cc": '#include "engine/a.h"'}, None),
    ("a program's own header", {"apps/distdiag/a.h": "", "apps/distdiag/b.cc": '#include "a.h"'}, None),
    ("a program's header that is not there", {"apps/distdiag/b.cc": '#include "a.h"'}, 'expected "room/file.h"'),
    ("nobody includes engine", {"src/engine/a.h": "", "src/serve/b.cc": '#include "engine/a.h"'}, "not engine"),
    ("tests obey too", {"src/store/a.h": "", "src/detect/b_test.cc": '#include "store/a.h"'}, "not store"),
    ("include without room", {"src/base/a.h": "", "src/base/b.cc": '#include "a.h"'}, 'expected "room/file.h"'),
    ("file that is not there", {"src/base/b.cc": '#include "base/gone.h"'}, "no such file"),
    ("unknown room", {"src/misc/a.h": ""}, "is no room"),
    ("spaces in the directive", {"src/domain/a.h": "", "src/base/b.cc": ' # include  "domain/a.h"'}, "not domain"),
    ("commented out", {"src/domain/a.h": "", "src/base/b.cc": '// #include "domain/a.h"'}, None),
    ("sources are independent", {"src/collect/mysql/a.h": "", "src/collect/host/b.cc": '#include "collect/mysql/a.h"'},
     "independent"),
    ("sources share what lies above", {"src/collect/a.h": "", "src/collect/host/b.cc": '#include "collect/a.h"'}, None),
    ("library in its room", {"src/store/a.cc": "#include <sqlite3.h>"}, None),
    ("library in a header", {"src/store/a.h": "#include <sqlite3.h>"}, "out of headers"),
    ("library in another room", {"src/engine/a.cc": "#include <sqlite3.h>"}, "allowed only under src/store/"),
    ("library in quotes", {"src/rank/a.cc": '#include "xgboost/c_api.h"'}, 'expected "room/file.h"'),
    ("command line in apps", {"apps/distdiag/main.cc": "#include <CLI/CLI.hpp>"}, None),
    ("command line in a room", {"src/engine/a.cc": "#include <CLI/CLI.hpp>"}, "allowed only under apps/"),
    ("asio in a header", {"src/serve/a.h": "#include <boost/asio/io_context.hpp>"}, "out of headers"),
    ("json is not heavy", {"src/engine/a.h": "#include <boost/json/fwd.hpp>"}, None),
]


class CheckLayersTest(unittest.TestCase):
    def test_cases(self):
        for name, files, words in CASES:
            with self.subTest(name):
                breaches = breaches_of(files)
                if words is None:
                    self.assertEqual(breaches, [])
                else:
                    self.assertEqual(len(breaches), 1, breaches)
                    self.assertIn(words, breaches[0])

    def test_table_is_in_build_order_and_without_cycle(self):
        rooms = list(check_layers.ROOMS)
        for room, allowed in check_layers.ROOMS.items():
            for lower in allowed:
                self.assertLess(rooms.index(lower), rooms.index(room), f"{room} -> {lower}")

    def test_table_is_the_one_of_the_document(self):
        text = (pathlib.Path(__file__).resolve().parent.parent / "docs/architecture.md").read_text(encoding="utf-8")
        documented = {}
        for line in text.splitlines():
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if len(cells) == 3 and cells[0].strip("`") in check_layers.ROOMS:
                documented[cells[0].strip("`")] = cells[2]
        for room, allowed in check_layers.ROOMS.items():
            self.assertIn(room, documented, "docs/architecture.md has no row for the room")
            stated = documented[room]
            if stated != "all":
                self.assertEqual(stated.replace("–", "").split(), allowed, f"docs/architecture.md, row {room}")


if __name__ == "__main__":
    unittest.main()
