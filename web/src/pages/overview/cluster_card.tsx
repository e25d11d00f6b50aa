// One cluster at a glance: state in words, nodes, last hour, two living signals, what is not seen.

import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { useSeries } from "@/api/charts";
import type { Cluster } from "@/api/clusters";
import { kClusterMark, kNodeMark } from "@/app/marks";
import { useTheme } from "@/app/theme";
import { useWords } from "@/app/words";
import { Card } from "@/widgets/card";
import { ChartPanel } from "@/widgets/chart_panel";
import { HealthStrip } from "@/widgets/health_strip";
import { Skeleton } from "@/widgets/skeleton";
import { Glyph, StateMark } from "@/widgets/state_mark";

import { ExpectedShifts } from "../expected_shifts";
import { Freshness } from "../freshness";
import { IncidentLink } from "../incident_link";
import { NodeTile } from "../node_tile";

import "./cluster_card.css";

interface ClusterCardProps {
  readonly cluster: Cluster;
  readonly headline: string | null;
}

// The first two golden signals are the ones that users feel.
const kSignals = 2;

function Pulse({ cluster }: { readonly cluster: Cluster }) {
  const words = useWords();
  const theme = useTheme();
  const metrics = cluster.golden_signals.slice(0, kSignals);
  const charts = useSeries({ cluster: cluster.name, metrics, points: 200 }).data;
  const focus = useMemo(
    () => cluster.nodes.filter(({ state }) => kNodeMark[state] === "trouble").map(({ name }) => name),
    [cluster.nodes],
  );
  if (metrics.length === 0) return null;
  return (
    <div className="cluster-pulse">
      {charts === undefined
        ? metrics.map((metric) => <Skeleton key={metric} height={150} />)
        : charts.map((chart) => (
            <ChartPanel
              key={chart.metric}
              title={words.metric(chart.metric)}
              about={words.metricAbout(chart.metric)}
              unit={chart.unit}
              times={chart.times}
              series={chart.series}
              focus={focus}
              band={null}
              marks={[]}
              range={{ from: Date.parse(chart.from) / 1000, to: Date.parse(chart.to) / 1000 }}
              group={`overview/${cluster.name}`}
              theme={theme}
              height={112}
            />
          ))}
    </div>
  );
}

export function ClusterCard({ cluster, headline }: ClusterCardProps) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <Card className="cluster-card">
      <div className="cluster-card-head">
        <h2 className="cluster-card-name">
          <Link to="/c/$cluster" params={{ cluster: cluster.name }}>
            {cluster.name}
          </Link>
        </h2>
        <StateMark kind={kClusterMark[cluster.state]} word={t(`clusterState.${cluster.state}`)} boxed />
        <span className="cluster-card-fresh">
          <Freshness time={cluster.time} lag_s={cluster.lag_s} />
        </span>
      </div>
      {headline !== null && <p className="cluster-card-headline">{headline}</p>}
      <ul className="node-tiles">
        {cluster.nodes.map((node) => (
          <li key={node.name}>
            <NodeTile node={node} cluster={cluster} />
          </li>
        ))}
      </ul>
      <ExpectedShifts shifts={cluster.expected} className="cluster-card-expected" />
      <Pulse cluster={cluster} />
      <div className="cluster-card-hour">
        <h3>{t("health.title")}</h3>
        <HealthStrip cells={cluster.health} />
      </div>
      {cluster.blind_spots.length > 0 && (
        <div className="cluster-card-blind">
          <h3>{t("overview.blindSpots")}</h3>
          <ul>
            {cluster.blind_spots.map((spot) => (
              <li key={`${spot.node}/${spot.group}`}>
                <Glyph kind="no_data" size={12} /> {words.sentence(spot.text_en, spot.text_zh, [spot.since])}
              </li>
            ))}
          </ul>
        </div>
      )}
      {cluster.open_incidents.map((incident) => (
        <IncidentLink key={incident.id} incident={incident} now={cluster.time} />
      ))}
    </Card>
  );
}
