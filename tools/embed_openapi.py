#!/usr/bin/env python3
"""Writes api/openapi.yaml, as text and as JSON, into a C++ source file.

Usage: embed_openapi.py OPENAPI_YAML OUTPUT_CC
"""

import json
import sys

import yaml

PIECE = 8000  # characters a literal; compilers promise 64 KiB


def literal(text: str) -> str:
    pieces = [text[i : i + PIECE] for i in range(0, len(text), PIECE)]
    return "\n".join(f'    R"~~({piece})~~"' for piece in pieces)


def main() -> int:
    source, output = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        text = file.read()
    # Dates are text in JSON; the contract holds none outside strings.
    as_json = json.dumps(yaml.safe_load(text), ensure_ascii=False, separators=(",", ":"))
    with open(output, "w", encoding="utf-8") as file:
        file.write(
            "// Generated from api/openapi.yaml by tools/embed_openapi.py.\n"
            '#include "serve/openapi.h"\n\n'
            "namespace distdiag::serve {\n\n"
            f"std::string_view OpenApiYaml() {{\n  return\n{literal(text)};\n}}\n\n"
            f"std::string_view OpenApiJson() {{\n  return\n{literal(as_json)};\n}}\n\n"
            "}  // namespace distdiag::serve\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
