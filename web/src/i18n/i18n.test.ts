import { describe, expect, it } from "vitest";

import { en } from "./en";
import { zh } from "./zh";

function texts(tree: object, prefix = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value === "string") return [[prefix + key, value] satisfies [string, string]];
    return typeof value === "object" && value !== null ? texts(value, `${prefix}${key}.`) : [];
  });
}

// Chinese has no singular of its own.
const english = new Map(texts(en).filter(([key]) => !key.endsWith("_one")));
const chinese = new Map(texts(zh));

function blanks(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? "").sort();
}

describe("the two languages", () => {
  it("have the same keys", () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it.each([...english])("%s has the same blanks to fill", (key, text) => {
    expect(blanks(chinese.get(key) ?? "")).toEqual(blanks(text));
  });

  it("have no empty text", () => {
    expect([...english, ...chinese].filter(([, text]) => text.trim() === "")).toEqual([]);
  });
});
