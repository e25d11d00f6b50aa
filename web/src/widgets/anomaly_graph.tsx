// How the abnormal metrics hang on the nodes: size = root cause relevance, thickness = severity, shape = kind.

import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import { significant } from "@/format/number";

import { cx } from "./class_names";
import { layoutGraph, type LayoutEdge, type LayoutVertex, type Placed } from "./graph_layout";

import "./anomaly_graph.css";

export interface AnomalyVertex extends LayoutVertex {
  readonly initialRcr: number;
  readonly propagatedRcr: number;
  readonly criticality: number;
  readonly blamed: boolean;
}

export interface AnomalyEdge extends LayoutEdge {
  readonly kind: "topology" | "alarm";
  readonly score: number;
}

interface AnomalyGraphProps {
  readonly vertices: readonly AnomalyVertex[];
  readonly edges: readonly AnomalyEdge[];
  // Id of the vertex picked; lives in the URL.
  readonly picked: string | null;
  readonly onPick: (id: string | null) => void;
}

const kAlarms = 14;

function useWidth(): [React.RefObject<HTMLDivElement | null>, number] {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(560);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.max(280, Math.round(entry.contentRect.width)));
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  return [ref, width];
}

function curve(from: Placed<AnomalyVertex>, to: Placed<AnomalyVertex>): string {
  const bend = (from.x + to.x) / 2;
  return `M${String(from.x)} ${String(from.y)}C${String(bend)} ${String(from.y)} ${String(bend)} ${String(to.y)} ${String(to.x)} ${String(to.y)}`;
}

// Two alarm-free nodes are also joined (replication); both stand in one column, so the line bows out.
function bow(from: Placed<AnomalyVertex>, to: Placed<AnomalyVertex>): string {
  const side = from.x - 16 - Math.abs(to.y - from.y) * 0.18;
  return `M${String(from.x)} ${String(from.y)}Q${String(side)} ${String((from.y + to.y) / 2)} ${String(to.x)} ${String(to.y)}`;
}

interface VertexMarkProps {
  readonly placed: Placed<AnomalyVertex>;
  readonly room: number;
}

function VertexMark({ placed: { vertex, x, y, radius }, room }: VertexMarkProps) {
  if (vertex.kind === "alarm") {
    // About 6.1 px a letter at 12 px; CJK letters are twice as wide.
    const wide = /[⺀-鿿]/.test(vertex.label);
    const letters = Math.floor(room / (wide ? 11 : 6.3));
    const label = vertex.label.length > letters ? `${vertex.label.slice(0, Math.max(1, letters - 1))}…` : vertex.label;
    return (
      <>
        <path d={`M${String(x)} ${String(y - radius)}l${String(radius)} ${String(radius * 1.8)}h${String(-2 * radius)}z`} className="vertex-shape" />
        <text x={x + 12} y={y} className="vertex-label" dominantBaseline="central">
          {label}
        </text>
      </>
    );
  }
  if (vertex.kind === "cluster") {
    return (
      <>
        <rect x={x - radius} y={y - radius} width={2 * radius} height={2 * radius} rx="3" className="vertex-shape" />
        <text x={x} y={y + radius + 11} className="vertex-label" textAnchor="middle" dominantBaseline="central">
          {vertex.label}
        </text>
      </>
    );
  }
  return (
    <>
      <circle cx={x} cy={y} r={radius} className="vertex-shape" />
      <text x={x} y={y + radius + 10} className="vertex-label vertex-label-strong" textAnchor="middle" dominantBaseline="central">
        {vertex.label}
      </text>
    </>
  );
}

export function AnomalyGraph({ vertices, edges, picked, onPick }: AnomalyGraphProps) {
  const { t } = useTranslation();
  const [host, width] = useWidth();
  const [pointed, setPointed] = useState<string | null>(null);
  const layout = useMemo(() => layoutGraph(vertices, edges, { width, alarms: kAlarms }), [vertices, edges, width]);
  const byId = useMemo(() => new Map(layout.placed.map((placed) => [placed.vertex.id, placed])), [layout]);

  const active = pointed ?? (picked !== null && byId.has(picked) ? picked : null);
  const near = new Set<string>();
  if (active !== null) {
    near.add(active);
    for (const { from, to, kind } of layout.edges) {
      if (kind === "topology") continue;
      if (from === active) near.add(to);
      if (to === active) near.add(from);
    }
  }
  const dim = (id: string) => active !== null && !near.has(id);
  const shown = active === null ? undefined : byId.get(active)?.vertex;

  const words = (vertex: AnomalyVertex) =>
    vertex.kind === "alarm"
      ? t("graph.alarmScore", { label: vertex.label, criticality: significant(vertex.criticality) })
      : t("graph.nodeScore", {
          label: vertex.label,
          rcr: significant(vertex.rcr),
          initial: significant(vertex.initialRcr),
          propagated: significant(vertex.propagatedRcr),
        });

  return (
    <div ref={host} className="anomaly-graph">
      <svg width={width} height={layout.height} role="group" aria-label={t("graph.label")}>
        {layout.edges.map((edge) => {
          const from = byId.get(edge.from);
          const to = byId.get(edge.to);
          if (from === undefined || to === undefined) return null;
          const blamed = from.vertex.blamed || to.vertex.blamed;
          return (
            <path
              key={`${edge.from}>${edge.to}`}
              d={from.x === to.x ? bow(from, to) : curve(from, to)}
              className={cx(
                "edge",
                `edge-${edge.kind}`,
                blamed && edge.kind === "alarm" && "edge-blamed",
                active !== null && edge.from !== active && edge.to !== active && "dim",
              )}
              strokeWidth={edge.kind === "topology" ? 1 : 0.75 + 4.5 * Math.min(1, Math.max(0, edge.severity))}
            />
          );
        })}
        {layout.placed.map((placed) => {
          const { vertex } = placed;
          return (
            <g
              key={vertex.id}
              className={cx("vertex", `vertex-${vertex.kind}`, vertex.blamed && "vertex-blamed", dim(vertex.id) && "dim", vertex.id === picked && "vertex-picked")}
              role="button"
              tabIndex={0}
              aria-label={words(vertex)}
              aria-pressed={vertex.id === picked}
              onPointerEnter={() => {
                setPointed(vertex.id);
              }}
              onPointerLeave={() => {
                setPointed(null);
              }}
              onClick={() => {
                onPick(vertex.id === picked ? null : vertex.id);
              }}
              onKeyDown={(event: KeyboardEvent) => {
                if (event.key !== "Enter" && event.key !== " ") return;
                event.preventDefault();
                onPick(vertex.id === picked ? null : vertex.id);
              }}
            >
              <VertexMark placed={placed} room={width - placed.x - 14} />
            </g>
          );
        })}
      </svg>
      <p className="anomaly-graph-words">
        {shown === undefined ? t("graph.key") : words(shown)}
        {shown === undefined && layout.hidden > 0 && ` ${t("graph.hidden", { count: layout.hidden })}`}
      </p>
    </div>
  );
}
