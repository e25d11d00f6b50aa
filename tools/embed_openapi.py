#!/usr/bin/env python3
"""Writes api/openapi.yaml, as text and as JSON, into a C++ source file.

Usage: embed_openapi.py OPENAPI_YAML OUTPUT_CC
"""

import json
import sys

import yaml

PIECE = 8000  # characters a literal


def function(name: str, text: str) -> str:
    """Returns the text. Its pieces are joined at the first call: compilers promise 64 KiB a literal, adjacent ones joined."""
    pieces = [text[i : i + PIECE] for i in range(0, len(text), PIECE)]
    literals = ",\n".join(f'      R"~~({piece})~~"' for piece in pieces)
    return (
        f"std::string_view {name}() {{\n"
        f"  constexpr std::string_view kPieces[] = {{\n{literals}}};\n"
        "  static const std::string text = Join(kPieces);\n"
        "  return text;\n}\n\n"
    )


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
            "#include <span>\n#include <string>\n\n"
            "namespace distdiag::serve {\nnamespace {\n\n"
            "std::string Join(std::span<const std::string_view> pieces) {\n"
            "  std::string text;\n"
            "  for (const std::string_view piece : pieces) text += piece;\n"
            "  return text;\n}\n\n"
            "}  // namespace\n\n"
            f"{function('OpenApiYaml', text)}{function('OpenApiJson', as_json)}"
            "}  // namespace distdiag::serve\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
