// The abnormal node against its peers and against its own band. All charts share cursor and zoom.

import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { Chart } from "@/api/charts";
import { useIncidentCharts } from "@/api/incidents";
import { useTheme } from "@/app/theme";
import { useWords } from "@/app/words";
import { Button } from "@/widgets/button";
import { Card } from "@/widgets/card";
import { ChartPanel } from "@/widgets/chart_panel";
import { EmptyState } from "@/widgets/empty_state";
import { ErrorState } from "@/widgets/error_state";
import type { ChartMarkLine, TimeRange } from "@/widgets/series_chart";
import { Skeleton } from "@/widgets/skeleton";

import "./evidence_charts.css";

export interface Zoom {
  readonly from: string;
  readonly to: string;
}

interface EvidenceChartsProps {
  readonly incidentId: number;
  readonly blamed: readonly string[];
  readonly zoom: Zoom | null;
  readonly onZoom: (zoom: Zoom | null) => void;
}

interface EvidenceChartProps {
  readonly chart: Chart;
  readonly blamed: readonly string[];
  readonly zoom: Zoom | null;
  readonly group: string;
  readonly onZoom: (range: TimeRange) => void;
}

function EvidenceChart({ chart, blamed, zoom, group, onZoom }: EvidenceChartProps) {
  const words = useWords();
  const theme = useTheme();
  const focus = useMemo(() => (chart.focus_node === null ? blamed : [chart.focus_node]), [chart.focus_node, blamed]);
  const marks = useMemo(
    () => chart.marks.map(({ time, kind }): ChartMarkLine => ({ time: Date.parse(time) / 1000, kind })),
    [chart.marks],
  );
  const from = Date.parse(zoom?.from ?? chart.from) / 1000;
  const to = Date.parse(zoom?.to ?? chart.to) / 1000;
  const range = useMemo(() => ({ from, to }), [from, to]);
  return (
    <ChartPanel
      title={words.metric(chart.metric)}
      about={words.metricAbout(chart.metric)}
      unit={chart.unit}
      times={chart.times}
      series={chart.series}
      focus={focus}
      band={chart.band}
      marks={marks}
      range={range}
      group={group}
      theme={theme}
      onZoom={onZoom}
    />
  );
}

function MarkLegend() {
  const { t } = useTranslation();
  return (
    <span className="mark-legend">
      <span className="mark-started">◆ {t("incident.legendStarted")}</span>
      <span className="mark-detected">▼ {t("incident.legendDetected")}</span>
      <span className="mark-resolved">● {t("incident.legendResolved")}</span>
    </span>
  );
}

export function EvidenceCharts({ incidentId, blamed, zoom, onZoom }: EvidenceChartsProps) {
  const { t } = useTranslation();
  const charts = useIncidentCharts(incidentId);
  return (
    <Card
      title={t("incident.charts")}
      hint={t("incident.chartsHint")}
      aside={
        <span className="evidence-tools">
          <MarkLegend />
          {zoom !== null && (
            <Button
              onClick={() => {
                onZoom(null);
              }}
            >
              {t("incident.resetZoom")}
            </Button>
          )}
        </span>
      }
    >
      {charts.isError && charts.data === undefined && (
        <ErrorState what={t("error.charts")} failure={charts.error} onRetry={() => void charts.refetch()} />
      )}
      {charts.isPending && (
        <div className="evidence-charts">
          {[0, 1, 2, 3].map((index) => (
            <Skeleton key={index} height={206} {...(index === 0 ? { label: t("loading.charts") } : {})} />
          ))}
        </div>
      )}
      {charts.data?.length === 0 && <EmptyState title={t("incident.chartsNone")} next={t("incident.chartsNoneNext")} />}
      {charts.data !== undefined && charts.data.length > 0 && (
        <div
          className="evidence-charts"
          onDoubleClick={() => {
            onZoom(null);
          }}
        >
          {charts.data.map((chart) => (
            <EvidenceChart
              key={`${chart.metric}/${chart.focus_node ?? ""}`}
              chart={chart}
              blamed={blamed}
              zoom={zoom}
              group={`incident/${String(incidentId)}`}
              onZoom={({ from, to }) => {
                onZoom({ from: new Date(from * 1000).toISOString(), to: new Date(to * 1000).toISOString() });
              }}
            />
          ))}
        </div>
      )}
    </Card>
  );
}
