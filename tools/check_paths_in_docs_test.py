#!/usr/bin/python3
"""Tests of check_paths_in_docs.py on a small made-up tree."""

import pathlib
import tempfile
import unittest

import check_paths_in_docs

FILES = ["tools/setup", "src/detect/recent/recent.h", "docs/a.md", "recordings/x.csv.gz"]

CASES = [
    # name, text of docs/page.md, the words that are reported
    ("path that is there", "See `tools/setup`.", []),
    ("path that is missing", "See `tools/gone`.", ["tools/gone"]),
    ("folder", "`src/detect/` and `docs`", []),
    ("room without src", "`detect/recent` but not `detect/seasonal`", ["detect/seasonal"]),
    ("command with arguments", "`tools/setup build` or `tools/start build`", ["tools/start"]),
    ("pattern", "`recordings/*.csv.gz`, `recordings/*.zip`", ["recordings/*.zip"]),
    ("placeholder", "`recordings/<case>_<node>.csv.gz` `tools/$X` `docs/{a,b}.md`", []),
    ("what a build makes", "`build/release/distdiag` `web/dist/index.html`", []),
    ("other things with a slash", "`application/json` `/api/v1` `1/s` `and/or`", []),
    ("outside of code", "tools/gone is not looked at", []),
    ("fenced", "```\ntools/setup\ntools/gone now\n```\n`tools/setup`", ["tools/gone"]),
    ("link", "[a](a.md) [b](b.md) [c](https://example.org/x) [d](#there) [e](../tools/setup#x)", ["b.md"]),
]


class CheckPathsInDocsTest(unittest.TestCase):
    def test_cases(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name in FILES:
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).touch()
            for name, text, expected in CASES:
                with self.subTest(name):
                    (root / "docs/page.md").write_text(text, encoding="utf-8")
                    breaches = check_paths_in_docs.check(root, ["docs/page.md"])
                    self.assertEqual([breach.split(": ")[1] for breach in breaches], expected)


if __name__ == "__main__":
    unittest.main()
