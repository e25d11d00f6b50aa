#!/usr/bin/python3
"""Tests of what run_tests makes of the runners' reports."""

import importlib.machinery
import importlib.util
import pathlib
import unittest

LOADER = importlib.machinery.SourceFileLoader("run_tests", str(pathlib.Path(__file__).parent / "run_tests"))
run_tests = importlib.util.module_from_spec(importlib.util.spec_from_loader("run_tests", LOADER))
LOADER.exec_module(run_tests)

JUNIT = """<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="Linux-c++" tests="4" failures="1" disabled="1" skipped="1">
  <testcase name="base.A" status="run"/>
  <testcase name="base.B" status="fail"><failure message=""/></testcase>
  <testcase name="base.C" status="disabled"><skipped message="Disabled"/></testcase>
  <testcase name="base.D" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/></testcase>
</testsuite>"""

VITEST = """{"testResults": [
  {"name": "/x/a.test.ts", "assertionResults": [
    {"status": "passed", "fullName": "adds"}, {"status": "failed", "fullName": "takes away"},
    {"status": "pending", "fullName": "divides"}]},
  {"name": "/x/broken.test.ts", "assertionResults": []}]}"""


class RunTestsTest(unittest.TestCase):
    def test_junit(self):
        outcome = run_tests.read_junit(JUNIT)
        self.assertEqual(outcome.passed, 1)
        self.assertEqual(outcome.failed, ["base.B", "base.C (disabled)", "base.D (notrun)"])

    def test_junit_without_status(self):
        outcome = run_tests.read_junit("""<testsuite><testcase name="a"/><testcase name="b"><failure/></testcase>
            <testcase name="c"><skipped/></testcase></testsuite>""")
        self.assertEqual(outcome.passed, 1)
        self.assertEqual(outcome.failed, ["b", "c (skipped)"])

    def test_vitest(self):
        outcome = run_tests.read_vitest(VITEST)
        self.assertEqual(outcome.passed, 1)
        self.assertEqual(outcome.failed, ["a.test.ts: takes away", "a.test.ts: divides (pending)",
                                          "broken.test.ts (no test ran)"])

    def test_closing_line(self):
        cases = [
            ("plain", ["x", "3 passed, 0 failed"], (3, 0)),
            ("with a word before", ["e2e: 2 passed, 1 failed"], (2, 1)),
            ("the last counts", ["1 passed, 1 failed", "4 passed, 0 failed", "bye"], (4, 0)),
        ]
        for name, lines, expected in cases:
            with self.subTest(name):
                outcome = run_tests.read_closing_line(lines)
                self.assertEqual((outcome.passed, len(outcome.failed)), expected)
        self.assertIsNone(run_tests.read_closing_line(["all fine"]))

    def test_settle(self):
        cases = [
            ("all passed", run_tests.Outcome(2), 0, 0),
            ("no report", None, 0, 1),
            ("no test", run_tests.Outcome(0), 0, 1),
            ("named failure", run_tests.Outcome(2, ["x"]), 1, 1),
            ("passed but exits with 1", run_tests.Outcome(2), 1, 1),
        ]
        for name, outcome, exit_status, failures in cases:
            with self.subTest(name):
                self.assertEqual(len(run_tests.settle(outcome, exit_status).failed), failures)

    def test_a_suite_that_says_why_it_cannot_run_is_no_failure(self):
        outcome = run_tests.settle(run_tests.Outcome(skipped="SKIPPED: no root"), 77)
        self.assertEqual(outcome.failed, [])
        self.assertEqual(outcome.skipped, "SKIPPED: no root")


if __name__ == "__main__":
    unittest.main()
