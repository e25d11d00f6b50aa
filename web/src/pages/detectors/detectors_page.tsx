// What watches what, and how strictly? Change it as a draft, see on history what it would have done, submit it with a reason.

import { getRouteApi, useNavigate } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { useClusters, type Cluster } from "@/api/clusters";
import { useDetectors, usePreviewDetectors, type Detectors } from "@/api/detectors";
import type { DetectorsSearch } from "@/app/search_params";
import { durationText } from "@/format/time";
import { Card } from "@/widgets/card";
import { Clock } from "@/widgets/clock";
import { EmptyState } from "@/widgets/empty_state";
import { ErrorState } from "@/widgets/error_state";
import { InlineCode } from "@/widgets/inline_code";
import { Skeleton } from "@/widgets/skeleton";

import { useTitle } from "../use_title";
import { find, fromContract, moved, put, toContract, without, type Definitions, type Kind } from "./definitions";
import { BudgetCard } from "./budget_card";
import { DefinitionForm } from "./definition_form";
import { DefinitionList } from "./definition_list";
import { useDetectorWords } from "./detector_words";
import { DraftBar } from "./draft_bar";
import { HistoryCard } from "./history_card";
import { PreviewCard } from "./preview_card";
import { SubmitDialog } from "./submit_dialog";
import { useDraft } from "./use_draft";

import "./detectors_page.css";

const route = getRouteApi("/detectors");

// A series that several kinds watch is one series; rules may overlap, so of them only the widest counts.
function watchedSeries({ detectors }: Detectors): number {
  const of = (kind: Kind) => detectors.filter((each) => each.kind === kind && each.enabled).map(({ series }) => series);
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  return Math.max(sum(of("recent")), sum(of("peer")), ...of("rule"), 0);
}

function answer(detectors: Detectors, t: TFunction): string {
  const count = detectors.detectors.filter(({ enabled, series }) => enabled && series > 0).length;
  return count === 0 ? t("detectors.answerNone") : t("detectors.answer", { count, series: watchedSeries(detectors) });
}

interface LastChangeProps {
  readonly detectors: Detectors;
  // When the server said so: changes are made by people, so the reader's own clock tells how long ago.
  readonly asOf_ms: number;
}

function LastChange({ detectors, asOf_ms }: LastChangeProps) {
  const { t } = useTranslation();
  const { version, author, reason, changed } = detectors;
  if (version === 0 || changed === null) return <span>{t("detectors.neverChanged")}</span>;
  const seconds = (asOf_ms - Date.parse(changed)) / 1000;
  return (
    <>
      <span>
        {seconds < 60
          ? t("detectors.versionNow", { version, author, reason })
          : t("detectors.version", { version, author, reason, ago: durationText(seconds) })}
      </span>
      <span className="quiet">
        <Clock time={changed} withDate />
      </span>
    </>
  );
}

type Editing = { readonly name: string } | "new" | null;

interface WorkbenchProps {
  readonly cluster: Cluster;
  readonly current: Detectors;
  readonly search: DetectorsSearch;
  readonly onSearch: (search: Partial<DetectorsSearch>) => void;
  // Asks the server anew.
  readonly onReload: () => Promise<Detectors | undefined>;
}

function Workbench({ cluster, current, search, onSearch, onReload }: WorkbenchProps) {
  const detectorWords = useDetectorWords(current.kinds);
  const draft = useDraft(cluster.name, current);
  const preview = usePreviewDetectors(cluster.name);
  const [previewed, setPreviewed] = useState<string | null>(null);
  const [editing, setEditing] = useState<Editing>(null);
  const [submitting, setSubmitting] = useState(false);
  const previewPlace = useRef<HTMLDivElement>(null);

  const { definitions, changes } = draft;
  const atWork = current.detectors.map(fromContract);
  const drafted = changes.length > 0;
  // What a preview is of: these definitions against this version.
  const subject = `${String(current.version)} ${JSON.stringify(definitions)}`;
  const startPreview = () => {
    setPreviewed(subject);
    preview.mutate(definitions.map(toContract));
    previewPlace.current?.scrollIntoView({ block: "start" });
  };
  const edited = editing === null || editing === "new" ? null : (find(definitions, editing.name) ?? null);
  const revert = (name: string) => {
    const old = find(atWork, name);
    if (old === undefined) draft.set(without(definitions, name));
    else if (find(definitions, name) !== undefined) draft.set(inOldPlace(put(definitions, name, old), atWork, name));
    else draft.set(inOldPlace([...definitions, old], atWork, name));
  };
  return (
    <div className="detectors-page">
      <DefinitionList
        current={current}
        definitions={definitions}
        changes={changes}
        open={search.at}
        detectorWords={detectorWords}
        actions={{
          edit: (name) => {
            setEditing({ name });
          },
          turn: (name) => {
            const definition = find(definitions, name);
            if (definition !== undefined) draft.set(put(definitions, name, { ...definition, enabled: !definition.enabled }));
          },
          move: (name, step) => {
            const next = moved(definitions, name, step);
            if (next !== null) draft.set(next);
          },
          remove: (name) => {
            draft.set(without(definitions, name));
          },
          revert,
          toggleValues: (name) => {
            onSearch({ at: search.at === name ? undefined : name });
          },
        }}
        onAdd={() => {
          setEditing("new");
        }}
      />
      <div ref={previewPlace} className="preview-place">
        {drafted && (
          <PreviewCard
            backtest={preview.data}
            failure={preview.isError ? preview.error : null}
            running={preview.isPending}
            stale={previewed !== subject}
            onPreview={startPreview}
          />
        )}
      </div>
      <BudgetCard />
      <HistoryCard
        cluster={cluster.name}
        current={current}
        open={search.version}
        detectorWords={detectorWords}
        onOpen={(version) => {
          onSearch({ version });
        }}
      />
      {drafted && (
        <DraftBar
          draft={draft}
          current={current}
          detectorWords={detectorWords}
          previewing={preview.isPending}
          onPreview={startPreview}
          onSubmit={() => {
            setSubmitting(true);
          }}
        />
      )}
      {(editing === "new" || edited !== null) && (
        <DefinitionForm
          list={definitions}
          definition={edited}
          nameable={edited === null || find(atWork, edited.name) === undefined}
          kinds={current.kinds}
          nodes={cluster.nodes}
          detectorWords={detectorWords}
          onClose={() => {
            setEditing(null);
          }}
          onTake={(definition) => {
            draft.set(put(definitions, edited?.name ?? null, definition));
            setEditing(null);
          }}
        />
      )}
      {submitting && drafted && (
        <SubmitDialog
          cluster={cluster.name}
          current={current}
          draft={draft}
          preview={preview.data === undefined ? "none" : previewed === subject ? "fresh" : "stale"}
          detectorWords={detectorWords}
          onConflict={async () => {
            const newest = await onReload();
            if (newest !== undefined) draft.carryOver(newest);
          }}
          onClose={() => {
            setSubmitting(false);
          }}
        />
      )}
    </div>
  );
}

// Behind the one that it stands behind in `order`, as far as that is still there.
function inOldPlace(list: Definitions, order: Definitions, name: string): Definitions {
  const own = find(list, name);
  if (own === undefined) return list;
  const others = list.filter((each) => each !== own);
  const earlier = order.slice(0, order.findIndex((each) => each.name === name)).map((each) => each.name);
  const at = others.findLastIndex((each) => earlier.includes(each.name)) + 1;
  return [...others.slice(0, at), own, ...others.slice(at)];
}

export function DetectorsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/detectors" });
  const clusters = useClusters();
  const name = search.cluster ?? clusters.data?.[0]?.name;
  const detectors = useDetectors(name);
  useTitle(t("detectors.title"));
  const onSearch = (part: Partial<DetectorsSearch>) => {
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false });
  };
  const cluster = clusters.data?.find((each) => each.name === name);
  const failed = detectors.isError && detectors.data === undefined;
  return (
    <>
      <div className="page-head">
        <h1>
          {t("detectors.question")}{" "}
          {detectors.data !== undefined && <span className="detectors-answer">{answer(detectors.data, t)}</span>}
        </h1>
        <p className="page-head-meta">
          {clusters.data !== undefined && clusters.data.length > 1 && (
            <label>
              {t("detectors.cluster")}{" "}
              <select
                className="select"
                value={name}
                onChange={(event) => {
                  onSearch({ cluster: event.target.value, at: undefined, version: undefined });
                }}
              >
                {cluster === undefined && <option>{name}</option>}
                {clusters.data.map((each) => (
                  <option key={each.name}>{each.name}</option>
                ))}
              </select>
            </label>
          )}
          {detectors.data !== undefined && <LastChange detectors={detectors.data} asOf_ms={detectors.dataUpdatedAt} />}
        </p>
      </div>
      {clusters.isError && clusters.data === undefined && (
        <Card>
          <ErrorState what={t("error.clusters")} failure={clusters.error} onRetry={() => void clusters.refetch()} />
        </Card>
      )}
      {clusters.data?.length === 0 && name === undefined && (
        <Card>
          <EmptyState title={t("detectors.noCluster")} next={<InlineCode text={t("detectors.noClusterNext")} />} />
        </Card>
      )}
      {failed && (
        <Card>
          <ErrorState what={t("error.detectors")} failure={detectors.error} onRetry={() => void detectors.refetch()} />
        </Card>
      )}
      {!failed && !clusters.isError && (clusters.isPending || (name !== undefined && detectors.isPending)) && (
        <Card>
          <div className="detectors-waiting">
            <Skeleton height={220} label={t("loading.detectors")} />
          </div>
        </Card>
      )}
      {detectors.data !== undefined && cluster !== undefined && (
        <Workbench
          // Each cluster has a draft of its own.
          key={cluster.name}
          cluster={cluster}
          current={detectors.data}
          search={search}
          onSearch={onSearch}
          onReload={async () => (await detectors.refetch()).data}
        />
      )}
    </>
  );
}
