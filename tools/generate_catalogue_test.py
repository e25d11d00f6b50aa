#!/usr/bin/python3
"""Tests of generate_catalogue.py."""

import gzip
import pathlib
import unittest

import generate_catalogue

ROOT = pathlib.Path(__file__).resolve().parent.parent

SMALL = """
units: ["ms"]
groups:
  client: {en: "Clients", zh: "客户端"}
metrics:
  - {name: b_ms, unit: "ms", kind: gauge, group: client, bad_when: high, scope: node,
     label: {en: "B", zh: "乙"}, description: {en: "Says \\"b\\".", zh: "乙。"}}
  - {name: B_ms, unit: "ms", kind: counter, group: client, bad_when: none, scope: cluster,
     label: {en: "B", zh: "乙"}, description: {en: "Big.", zh: "大。"}}
"""

BREACHES = [
    # name, what to replace, by what, words of the message
    ("unknown unit", 'unit: "ms", kind: gauge', 'unit: "s", kind: gauge', "unit 's'"),
    ("unknown direction", "bad_when: none", "bad_when: sometimes", "bad_when 'sometimes'"),
    ("name twice", "name: B_ms", "name: b_ms", "listed twice"),
    ("field missing", "scope: cluster,", "", "fields"),
    ("language missing", 'en: "Big.", zh: "大。"', 'en: "Big."', "description needs text"),
    ("no sentence", "Big.", "Big", "full stop"),
    ("unused group", "groups:", 'groups:\n  disk: {en: "Disk", zh: "磁盘"}', "no metric uses"),
]


class GenerateCatalogueTest(unittest.TestCase):
    def test_rows_are_in_byte_order_and_quoted(self):
        table = generate_catalogue.derived_files(SMALL)[generate_catalogue.CPP_TABLE]
        rows = [line for line in table.splitlines() if line.startswith("{")]
        self.assertEqual([row.split('"')[1] for row in rows], ["B_ms", "b_ms"])
        self.assertIn('"Says \\"b\\"."', rows[1])
        self.assertIn("MetricKind::kGauge", rows[1])

    def test_breaches_are_named(self):
        for name, old, new, words in BREACHES:
            with self.subTest(name):
                self.assertIn(old, SMALL)
                with self.assertRaisesRegex(generate_catalogue.CatalogueError, words):
                    generate_catalogue.derived_files(SMALL.replace(old, new, 1))

    def test_every_column_of_the_recordings_is_listed(self):
        _, metrics = generate_catalogue.read_catalogue((ROOT / generate_catalogue.SOURCE).read_text(encoding="utf-8"))
        listed = {metric["name"] for metric in metrics}
        files = sorted((ROOT / "recordings").glob("*.csv.gz"))
        self.assertTrue(files)
        for path in files:
            with gzip.open(path, "rt", encoding="utf-8") as stream:
                columns = stream.readline().rstrip("\n").split(",")
            self.assertEqual(columns[0], "ts", path.name)
            self.assertEqual(set(columns[1:]) - listed, set(), path.name)


if __name__ == "__main__":
    unittest.main()
