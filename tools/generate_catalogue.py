#!/usr/bin/python3
"""Writes what is derived from config/metrics.yaml: the C++ table, the TypeScript types, docs/metrics.md.

    tools/generate_catalogue.py            write the files
    tools/generate_catalogue.py --check    write nothing; exit 1 when a file differs from what would be written
"""

import argparse
import json
import pathlib
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = "config/metrics.yaml"
CPP_TABLE = "src/domain/metric_catalogue_table.inc"
TYPESCRIPT = "web/src/generated/metrics.ts"
DOCUMENT = "docs/metrics.md"

KINDS = {"gauge": "MetricKind::kGauge", "counter": "MetricKind::kCounter"}
BAD_WHEN = {
    "high": "BadWhen::kHigh",
    "low": "BadWhen::kLow",
    "both": "BadWhen::kBoth",
    "none": "BadWhen::kNone",
}
SCOPES = {"node": "MetricScope::kNode", "cluster": "MetricScope::kCluster"}
FIELDS = {"name", "unit", "kind", "group", "bad_when", "scope", "label", "description"}
LANGUAGES = {"en", "zh"}


class CatalogueError(Exception):
    """The catalogue breaks one of its own rules; the message says which metric and how."""


def read_catalogue(text):
    """Returns (groups, metrics sorted by name) after checking every rule of the file's header."""
    document = yaml.safe_load(text)
    groups, units = document["groups"], set(document["units"])
    seen = set()
    for metric in document["metrics"]:
        name = metric.get("name", "(no name)")
        if set(metric) != FIELDS:
            raise CatalogueError(f"{name}: fields {sorted(metric)}, expected {sorted(FIELDS)}")
        if name in seen:
            raise CatalogueError(f"{name}: listed twice")
        seen.add(name)
        for field, allowed in (("unit", units), ("kind", KINDS), ("group", groups), ("bad_when", BAD_WHEN),
                               ("scope", SCOPES)):
            if metric[field] not in allowed:
                raise CatalogueError(f"{name}: {field} '{metric[field]}', expected one of {sorted(allowed)}")
        for field in ("label", "description"):
            if set(metric[field]) != LANGUAGES or not all(metric[field].values()):
                raise CatalogueError(f"{name}: {field} needs text in each of {sorted(LANGUAGES)}")
        if not metric["description"]["en"].endswith(".") or not metric["description"]["zh"].endswith("。"):
            raise CatalogueError(f"{name}: a description is a sentence and ends with a full stop")
    for field, listed in (("unit", units), ("group", groups)):
        unused = set(listed) - {metric[field] for metric in document["metrics"]}
        if unused:
            raise CatalogueError(f"{field}s that no metric uses: {sorted(unused)}")
    # Byte order, as std::string_view compares: FindMetric() searches the table by halves.
    return groups, sorted(document["metrics"], key=lambda metric: metric["name"].encode())


def cpp_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def cpp_table(_groups, metrics):
    lines = [f"// Generated from {SOURCE} by tools/generate_catalogue.py. Don't edit.", "// clang-format off"]
    for metric in metrics:
        texts = [cpp_string(metric[field][language]) for field in ("label", "description") for language in ("en", "zh")]
        lines.append(
            f"{{{cpp_string(metric['name'])}, {cpp_string(metric['unit'])}, {KINDS[metric['kind']]}, "
            f"{cpp_string(metric['group'])}, {BAD_WHEN[metric['bad_when']]}, {SCOPES[metric['scope']]}, "
            f"{', '.join(texts)}}},")
    lines.append("// clang-format on")
    return "\n".join(lines) + "\n"


def typescript(groups, metrics):
    def literal(value):
        return json.dumps(value, ensure_ascii=False)

    def union(values):
        return " | ".join(literal(value) for value in values)

    lines = [
        f"// Generated from {SOURCE} by tools/generate_catalogue.py. Don't edit.",
        "",
        "export interface Translated {",
        "  readonly en: string;",
        "  readonly zh: string;",
        "}",
        "",
        f"export type MetricKind = {union(KINDS)};",
        f"export type BadWhen = {union(BAD_WHEN)};",
        f"export type MetricScope = {union(SCOPES)};",
        f"export type MetricUnit = {union(sorted({metric['unit'] for metric in metrics}))};",
        "export type MetricGroup =",
        *[f"  | {literal(group)}" for group in groups][:-1],
        f"  | {literal(list(groups)[-1])};",
        "",
        "export interface MetricInfo {",
        "  readonly name: string;",
        "  readonly unit: MetricUnit;",
        "  readonly kind: MetricKind;",
        "  readonly group: MetricGroup;",
        "  readonly badWhen: BadWhen;",
        "  readonly scope: MetricScope;",
        "  readonly label: Translated;",
        "  readonly description: Translated;",
        "}",
        "",
        "export const metricGroups: Readonly<Record<MetricGroup, Translated>> = {",
        *[f"  {group}: {{ en: {literal(label['en'])}, zh: {literal(label['zh'])} }}," for group, label in groups.items()],
        "};",
        "",
        "export const metrics: readonly MetricInfo[] = [",
    ]
    for metric in metrics:
        parts = [f"{key}: {literal(metric[field])}" for key, field in (
            ("name", "name"), ("unit", "unit"), ("kind", "kind"), ("group", "group"), ("badWhen", "bad_when"),
            ("scope", "scope"))]
        parts += [f"{field}: {{ en: {literal(metric[field]['en'])}, zh: {literal(metric[field]['zh'])} }}"
                  for field in ("label", "description")]
        lines.append("  { " + ", ".join(parts) + " },")
    lines += [
        "];",
        "",
        "export const metricByName: ReadonlyMap<string, MetricInfo> = new Map(",
        "  metrics.map((metric) => [metric.name, metric]),",
        ");",
    ]
    return "\n".join(lines) + "\n"


def document(groups, metrics):
    lines = [
        "# Metrics",
        "",
        f"<!-- Generated from {SOURCE} by tools/generate_catalogue.py. Don't edit. -->",
        "",
        f"The {len(metrics)} metrics that DistDiag knows, by group. `counter` metrics are delivered as their rate of change, "
        "`gauge` metrics as they are. *Bad when* tells which side of normal is trouble: `high` or `low` alone, `both`, "
        "or `none` when the value never is trouble by itself. *Scope* is `cluster` where all nodes share one value.",
    ]
    for group, label in groups.items():
        lines += ["", f"## {label['en']} · {label['zh']}", "",
                  "| metric | label | unit | kind | bad when | scope | meaning |", "|---|---|---|---|---|---|---|"]
        for metric in metrics:
            if metric["group"] == group:
                lines.append(
                    f"| `{metric['name']}` | {metric['label']['en']} · {metric['label']['zh']} | {metric['unit']} | "
                    f"{metric['kind']} | {metric['bad_when']} | {metric['scope']} | "
                    f"{metric['description']['en']} {metric['description']['zh']} |")
    return "\n".join(lines) + "\n"


def derived_files(text):
    """Path under the root -> content, for every file that comes from the catalogue `text`."""
    groups, metrics = read_catalogue(text)
    return {
        CPP_TABLE: cpp_table(groups, metrics),
        TYPESCRIPT: typescript(groups, metrics),
        DOCUMENT: document(groups, metrics),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only tell whether the files are up to date")
    arguments = parser.parse_args()
    try:
        files = derived_files((ROOT / SOURCE).read_text(encoding="utf-8"))
    except CatalogueError as error:
        print(f"{SOURCE}: {error}", file=sys.stderr)
        return 2
    stale = []
    for name, content in files.items():
        path = ROOT / name
        if path.exists() and path.read_text(encoding="utf-8") == content:
            continue
        stale.append(name)
        if not arguments.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
            print(f"wrote {name}")
    if arguments.check and stale:
        print(f"differs from {SOURCE}: {', '.join(stale)}; run tools/generate_catalogue.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
