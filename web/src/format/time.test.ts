import { describe, expect, it } from "vitest";

import { clockText, durationText, localiseTimes, offsetText, secondsBetween, spanText } from "./time";

// The tests run in Asia/Shanghai (set in src/testing/setup.ts): a zone with an offset and without summer time.

const plain = (text: string) => text.replaceAll("\u00a0", " ");

describe("clockText", () => {
  it("is in the reader's zone with its offset", () => {
    expect(clockText(new Date("2026-11-24T03:12:05Z"), "en")).toEqual({
      time: "11:12:05",
      date: "24 Nov 2026",
      offset: "+08:00",
    });
  });

  it("says half hours west of Greenwich", () => {
    const time = new Date(0);
    time.getTimezoneOffset = () => 210;
    expect(offsetText(time)).toBe("−03:30");
  });
});

describe("durationText", () => {
  it.each([
    [0, "0 s"],
    [42.4, "42 s"],
    [60, "1 min"],
    [185, "3 min 5 s"],
    [7620, "2 h 7 min"],
    [442800, "5 d 3 h"],
    [-3, "0 s"],
    [Number.NaN, "–"],
  ])("%d → %s", (seconds, text) => {
    expect(plain(durationText(seconds))).toBe(text);
  });
});

describe("localiseTimes", () => {
  const since = "2026-11-24T03:12:05Z";
  it.each([
    ["CPU is 0.49 s/s, since 03:12:05", "CPU is 0.49 s/s, since 11:12:05 +08:00"],
    ["n2 is short of CPU since 03:12", "n2 is short of CPU since 11:12 +08:00"],
    ["since 03:12:05 UTC.", "since 11:12:05 +08:00."],
    ["since 2026-11-24T03:12:05.000Z", "since 11:12:05 +08:00"],
    ["at 13:12:05 nothing", "at 13:12:05 nothing"],
    ["自 03:12:05 起", "自 11:12:05 +08:00 起"],
  ])("%s", (sentence, expected) => {
    expect(plain(localiseTimes(sentence, [since]))).toBe(expected);
  });

  it("leaves a sentence alone when the instant can't be read", () => {
    expect(localiseTimes("since 03:12", ["soon"])).toBe("since 03:12");
  });
});

it("spanText is in the reader's zone", () => {
  expect(spanText("2026-11-24T03:12:05Z", "2026-11-24T03:13:05.700Z")).toBe("11:12:05–11:13:05");
});

it("secondsBetween keeps fractions", () => {
  expect(secondsBetween("2026-11-24T03:12:05.500Z", "2026-11-24T03:12:07Z")).toBe(1.5);
});
