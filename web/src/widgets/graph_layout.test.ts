import { describe, expect, it } from "vitest";

import { layoutGraph, type LayoutEdge, type LayoutVertex } from "./graph_layout";

const vertex = (id: string, kind: LayoutVertex["kind"], rcr = 0): LayoutVertex => ({ id, kind, label: id, rcr });
const edge = (from: string, to: string, severity: number): LayoutEdge => ({ from, to, severity });

const vertices = [
  vertex("c", "cluster"),
  vertex("n2", "node", 4),
  vertex("n10", "node", 1),
  vertex("n1", "node"),
  vertex("cpu", "alarm"),
  vertex("disk", "alarm"),
  vertex("weak", "alarm"),
];
const edges = [edge("c", "n1", 0), edge("n10", "disk", 0.9), edge("n2", "cpu", 0.8), edge("n1", "weak", 0.1)];

describe("layoutGraph", () => {
  const layout = layoutGraph(vertices, edges, { width: 600, alarms: 2 });
  const place = (id: string) => layout.placed.find((placed) => placed.vertex.id === id);

  it("orders nodes as people count", () => {
    expect(layout.placed.filter(({ vertex: { kind } }) => kind === "node").map(({ vertex: { id } }) => id)).toEqual(["n1", "n2", "n10"]);
  });

  it("keeps the strongest alarms, says how many it left out, and drops their edges", () => {
    expect(place("weak")).toBeUndefined();
    expect(layout.hidden).toBe(1);
    expect(layout.edges.some(({ to }) => to === "weak")).toBe(false);
  });

  it("puts alarms in the order of their nodes, so edges cross little", () => {
    expect(place("cpu")?.y).toBeLessThan(place("disk")?.y ?? 0);
  });

  it("draws the most relevant node largest", () => {
    expect(place("n2")?.radius).toBeGreaterThan(place("n10")?.radius ?? Infinity);
  });

  it("gives the same picture for the same graph in another order", () => {
    expect(layoutGraph([...vertices].reverse(), [...edges].reverse(), { width: 600, alarms: 2 }).placed).toEqual(layout.placed);
  });

  it("takes an empty graph", () => {
    expect(layoutGraph([], [], { width: 600, alarms: 2 })).toMatchObject({ placed: [], edges: [], hidden: 0 });
  });
});
