// How is this cluster now?

import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { useChanges } from "@/api/changes";
import { kMaxMetrics, useSeries } from "@/api/charts";
import { ApiError } from "@/api/client";
import { useCluster, type Cluster } from "@/api/clusters";
import { kClusterMark } from "@/app/marks";
import { kRanges, type ClusterSearch, type Range } from "@/app/search_params";
import { useTheme } from "@/app/theme";
import { useWords } from "@/app/words";
import { Button } from "@/widgets/button";
import { Card } from "@/widgets/card";
import { EmptyState } from "@/widgets/empty_state";
import { ErrorState } from "@/widgets/error_state";
import { Segments } from "@/widgets/segments";
import type { TimeRange } from "@/widgets/series_chart";
import { Skeleton } from "@/widgets/skeleton";
import { StateMark } from "@/widgets/state_mark";

import { ChangeList } from "../change_list";
import { ExpectedShifts } from "../expected_shifts";
import { Freshness } from "../freshness";
import { IncidentLink } from "../incident_link";
import { useTitle } from "../use_title";
import { DatabaseCard } from "./database_card";
import { SignalBoard } from "./signal_board";

import "./cluster_page.css";

const route = getRouteApi("/c/$cluster");

const kRange_s: Readonly<Record<Range, number>> = { "5m": 300, "10m": 600, "30m": 1800, "1h": 3600 };

interface Bounds {
  readonly from: string;
  readonly to: string;
}

// The moving range hangs on the newest tick and steps by two seconds: the same bounds mean the same request, so a fast
// replay does not ask the server at every tick.
const kStep_ms = 2000;

function boundsOf(search: ClusterSearch, newest: string | null): Bounds | null {
  if (search.from !== undefined && search.to !== undefined) return { from: search.from, to: search.to };
  if (newest === null) return null;
  const to = Math.ceil(Date.parse(newest) / kStep_ms) * kStep_ms;
  return {
    from: new Date(to - kRange_s[search.range ?? "10m"] * 1000).toISOString(),
    to: new Date(to).toISOString(),
  };
}

interface ClusterViewProps {
  readonly cluster: Cluster;
}

function ClusterView({ cluster }: ClusterViewProps) {
  const { t } = useTranslation();
  const words = useWords();
  const theme = useTheme();
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/c/$cluster" });
  const bounds = boundsOf(search, cluster.time);
  const fixed = search.from !== undefined;
  const metrics = cluster.golden_signals.slice(0, kMaxMetrics);
  const series = useSeries({
    cluster: cluster.name,
    metrics: bounds === null ? [] : metrics,
    from: bounds?.from,
    to: bounds?.to,
    points: 240,
  });
  const changes = useChanges(bounds === null ? null : { cluster: cluster.name, from: bounds.from, to: bounds.to });
  const headline = words.sentence(
    cluster.headline_en,
    cluster.headline_zh,
    cluster.open_incidents.flatMap(({ started, detected }) => [started, detected]),
  );
  useTitle(`${cluster.name}: ${headline}`);

  const { from, to } = bounds ?? { from: "", to: "" };
  const range = useMemo<TimeRange>(() => ({ from: Date.parse(from) / 1000, to: Date.parse(to) / 1000 }), [from, to]);
  const zoom = ({ from: start, to: end }: TimeRange) =>
    void navigate({
      search: (before) => ({ ...before, from: new Date(start * 1000).toISOString(), to: new Date(end * 1000).toISOString() }),
      resetScroll: false,
    });

  return (
    <>
      <div className="page-head">
        <h1 aria-live="polite">
          <span className="cluster-name">{cluster.name}</span> {headline}
        </h1>
        <div className="page-head-meta">
          <StateMark kind={kClusterMark[cluster.state]} word={t(`clusterState.${cluster.state}`)} boxed />
          <Freshness time={cluster.time} lag_s={cluster.lag_s} />
          <Link to="/incidents" search={{ cluster: cluster.name }} className="link">
            {t("cluster.pastIncidents")}
          </Link>
        </div>
      </div>
      <ExpectedShifts shifts={cluster.expected} className="cluster-expected" />
      {cluster.open_incidents.length > 0 && (
        <Card className="cluster-open">
          {cluster.open_incidents.map((incident) => (
            <IncidentLink key={incident.id} incident={incident} now={cluster.time} />
          ))}
        </Card>
      )}
      <Card
        title={t("cluster.signals")}
        hint={t("cluster.signalsHint")}
        className="signals"
        aside={
          <div className="signals-tools">
            <Segments
              label={t("cluster.view")}
              value={search.view ?? "side"}
              segments={[
                { value: "side", text: t("cluster.sideBySide") },
                { value: "overlaid", text: t("cluster.overlaid") },
              ]}
              onChange={(value) =>
                void navigate({ search: (before) => ({ ...before, view: value === "overlaid" ? value : undefined }), resetScroll: false })
              }
            />
            <Segments
              label={t("cluster.range")}
              value={fixed ? null : (search.range ?? "10m")}
              segments={kRanges.map((value) => ({
                value,
                text: t(({ "5m": "cluster.range5", "10m": "cluster.range10", "30m": "cluster.range30", "1h": "cluster.range60" } as const)[value]),
              }))}
              onChange={(value) =>
                void navigate({
                  search: (before) => ({ ...before, from: undefined, to: undefined, range: value === "10m" ? undefined : value }),
                  resetScroll: false,
                })
              }
            />
            {fixed && (
              <Button
                onClick={() =>
                  void navigate({ search: (before) => ({ ...before, from: undefined, to: undefined }), resetScroll: false })
                }
              >
                {t("cluster.toLive")}
              </Button>
            )}
          </div>
        }
      >
        {series.isError && series.data === undefined && (
          <ErrorState what={t("error.charts")} failure={series.error} onRetry={() => void series.refetch()} />
        )}
        {metrics.length === 0 && <EmptyState title={t("cluster.noSignals")} next={t("cluster.noSignalsNext")} />}
        {metrics.length > 0 && series.data === undefined && !series.isError && (
          <div className="signals-waiting">
            <Skeleton height={560} label={t("loading.charts")} />
          </div>
        )}
        {series.data !== undefined && (
          <SignalBoard
            cluster={cluster}
            charts={series.data}
            changes={changes.data ?? []}
            range={range}
            overlaid={search.view === "overlaid"}
            theme={theme}
            onZoom={zoom}
          />
        )}
      </Card>
      {cluster.has_structure && (
        <DatabaseCard
          cluster={cluster.name}
          all={search.parts === "all"}
          onAll={(all) =>
            void navigate({ search: (before) => ({ ...before, parts: all ? "all" : undefined }), replace: true, resetScroll: false })
          }
        />
      )}
      <Card title={t("cluster.changes")} hint={t("cluster.changesHint")} className="cluster-changes">
        {changes.isError && changes.data === undefined && (
          <ErrorState what={t("error.changes")} failure={changes.error} onRetry={() => void changes.refetch()} />
        )}
        {changes.data?.length === 0 && <EmptyState mark="pending" title={t("cluster.noChanges")} next={t("cluster.noChangesNext")} />}
        {changes.data !== undefined && changes.data.length > 0 && <ChangeList changes={changes.data} />}
      </Card>
    </>
  );
}

export function ClusterPage() {
  const { t } = useTranslation();
  const { cluster: name } = route.useParams();
  const query = useCluster(name);
  if (query.data !== undefined) return <ClusterView cluster={query.data} />;
  if (query.isError && query.error instanceof ApiError && query.error.notFound) {
    return (
      <Card>
        <EmptyState
          title={t("error.noCluster", { name })}
          next={
            <>
              {t("error.noClusterNext")}{" "}
              <Link to="/" className="link">
                {t("error.toOverview")}
              </Link>
            </>
          }
        />
      </Card>
    );
  }
  if (query.isError) {
    return (
      <Card>
        <ErrorState what={t("error.cluster")} failure={query.error} onRetry={() => void query.refetch()} />
      </Card>
    );
  }
  return (
    <div className="page-head">
      <h1>{name}</h1>
      <div className="cluster-waiting">
        <Skeleton height={24} width={320} label={t("loading.page")} />
        <Skeleton height={640} />
      </div>
    </div>
  );
}
