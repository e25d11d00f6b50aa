import { describe, expect, it } from "vitest";

import { clusterSearch, incidentSearch, incidentsSearch } from "./search_params";

const from = "2026-11-24T03:10:00Z";
const to = "2026-11-24T03:12:00Z";

describe("clusterSearch", () => {
  it.each([
    ["keeps what it knows", { range: "30m", view: "overlaid" }, { range: "30m", view: "overlaid" }],
    ["keeps that all parts are shown", { parts: "all" }, { parts: "all" }],
    ["drops what it does not", { range: "3y", view: "pie", parts: "some", x: 1 }, {}],
    ["keeps a fixed range", { from, to }, { from, to }],
    ["drops half a range", { from }, {}],
    ["drops a range that ends before it begins", { from: to, to: from }, {}],
  ])("%s", (_name, raw, expected) => {
    expect(clusterSearch(raw)).toEqual(expected);
  });
});

describe("incidentsSearch", () => {
  it.each([
    [{ state: "open", cluster: "lab", at: "7" }, { state: "open", cluster: "lab", at: 7 }],
    [{ state: "closed", cluster: "", at: -1 }, {}],
    [{ cluster: 7 }, { cluster: "7" }],
  ])("%o", (raw, expected) => {
    expect(incidentsSearch(raw)).toEqual(expected);
  });
});

describe("incidentSearch", () => {
  it("keeps cause, vertex, zoom and length of the timeline", () => {
    const search = { cause: "n2.cpu", vertex: "node:n2", from, to, moves: "all" };
    expect(incidentSearch(search)).toEqual(search);
    expect(incidentSearch({ moves: "some", cause: null })).toEqual({});
  });
});
