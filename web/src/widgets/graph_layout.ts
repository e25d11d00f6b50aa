// Where the vertices of an incident's anomaly graph stand: cluster, nodes and alarms in three columns.
//
// Why so: a graph of at most some tens of vertices in three ranks needs no layout library; ranks make the labels readable,
// which a force layout does not. Alarms are ordered by the centre of the nodes they belong to (one barycentre pass), so
// edges cross little.

export interface LayoutVertex {
  readonly id: string;
  readonly kind: "cluster" | "node" | "alarm";
  readonly label: string;
  readonly rcr: number;
}

export interface LayoutEdge {
  readonly from: string;
  readonly to: string;
  readonly severity: number;
}

export interface Placed<V> {
  readonly vertex: V;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

export interface GraphLayout<V, E> {
  readonly placed: readonly Placed<V>[];
  readonly edges: readonly E[];
  readonly height: number;
  // Alarms left out because they are weaker than those that fit.
  readonly hidden: number;
}

export interface LayoutOptions {
  readonly width: number;
  readonly alarms: number;
}

const kRow = 26;
const kLeast_height = 180;
const kSmallest = 6;
const kLargest = 17;

function weightOf(id: string, edges: readonly LayoutEdge[]): number {
  return edges.reduce((sum, edge) => (edge.from === id || edge.to === id ? sum + edge.severity : sum), 0);
}

function centreOf(id: string, edges: readonly LayoutEdge[], order: ReadonlyMap<string, number>): number {
  let sum = 0;
  let weight = 0;
  for (const { from, to, severity } of edges) {
    const other = from === id ? to : to === id ? from : null;
    const place = other === null ? undefined : order.get(other);
    if (place === undefined) continue;
    const share = Math.max(severity, 1e-3);
    sum += place * share;
    weight += share;
  }
  return weight > 0 ? sum / weight : Infinity;
}

export function layoutGraph<V extends LayoutVertex, E extends LayoutEdge>(
  vertices: readonly V[],
  edges: readonly E[],
  { width, alarms: limit }: LayoutOptions,
): GraphLayout<V, E> {
  const clusters = vertices.filter(({ kind }) => kind === "cluster");
  const nodes = vertices.filter(({ kind }) => kind === "node").sort((a, b) => a.label.localeCompare(b.label, "en", { numeric: true }));
  const order = new Map(nodes.map(({ id }, index) => [id, index]));
  const all = vertices.filter(({ kind }) => kind === "alarm");
  const shown = all
    .map((vertex) => ({ vertex, weight: weightOf(vertex.id, edges) }))
    .sort((a, b) => b.weight - a.weight || a.vertex.id.localeCompare(b.vertex.id))
    .slice(0, limit)
    .map(({ vertex, weight }) => ({ vertex, weight, centre: centreOf(vertex.id, edges, order) }))
    .sort((a, b) => a.centre - b.centre || b.weight - a.weight || a.vertex.id.localeCompare(b.vertex.id))
    .map(({ vertex }) => vertex);

  const rows = Math.max(shown.length, nodes.length * 2, 3);
  const height = Math.max(kLeast_height, rows * kRow + 16);
  const largest = Math.max(1e-9, ...nodes.map(({ rcr }) => rcr));
  // On a phone the labels of the alarms need the room more than the edges do.
  const [clusterAt, nodeAt, alarmAt] = width < 460 ? [0.06, 0.24, 0.46] : [0.07, 0.34, 0.62];
  const column = (share: number) => Math.round(width * share);

  const spread = (items: readonly V[], x: number, radius: (vertex: V) => number): Placed<V>[] =>
    items.map((vertex, index) => ({ vertex, x, y: ((index + 0.5) / items.length) * height, radius: radius(vertex) }));

  const placed = [
    ...spread(clusters, Math.max(30, column(clusterAt)), () => 9),
    // Area, not radius, grows with the relevance.
    ...spread(nodes, column(nodeAt), ({ rcr }) => kSmallest + (kLargest - kSmallest) * Math.sqrt(Math.max(0, rcr) / largest)),
    ...spread(shown, column(alarmAt), () => 4.5),
  ];
  const visible = new Set(placed.map(({ vertex }) => vertex.id));
  return {
    placed,
    edges: edges.filter(({ from, to }) => visible.has(from) && visible.has(to)),
    height,
    hidden: all.length - shown.length,
  };
}
