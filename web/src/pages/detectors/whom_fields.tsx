// Whom a definition watches: all, metric groups or single metrics; and which nodes.

import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { ClusterNode } from "@/api/clusters";
import { useMetrics } from "@/api/metrics";
import { useWords } from "@/app/words";
import { Button } from "@/widgets/button";
import { ErrorState } from "@/widgets/error_state";
import { Segments } from "@/widgets/segments";
import { Skeleton } from "@/widgets/skeleton";

import type { Definition, Fault } from "./definitions";
import type { DetectorWords } from "./detector_words";
import { Picker, type Choice } from "./picker";

type Scope = "all" | "groups" | "metrics";

function scopeOf({ groups, metrics }: Pick<Definition, "groups" | "metrics">): Scope {
  return metrics.length > 0 ? "metrics" : groups.length > 0 ? "groups" : "all";
}

function useChoices(): { readonly metrics: readonly Choice[]; readonly groups: readonly Choice[] } {
  const { t } = useTranslation();
  const words = useWords();
  const catalogue = useMetrics().data ?? [];
  const sizes = new Map<string, number>();
  for (const { group } of catalogue) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return {
    metrics: catalogue.map(({ name, label_en, label_zh, unit, group }) => ({
      name,
      text: words.pick(label_en, label_zh),
      aside: `${name} · ${unit}`,
      also: `${label_en} ${group} ${words.metricGroup(group)}`,
    })),
    groups: [...sizes].map(([name, count]) => ({
      name,
      text: words.metricGroup(name),
      aside: `${name} · ${t("detectors.groupSize", { count })}`,
      also: "",
    })),
  };
}

interface NodeBoxesProps {
  readonly nodes: readonly ClusterNode[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

function NodeBoxes({ nodes, chosen, onChange }: NodeBoxesProps) {
  const { t } = useTranslation();
  // Also those that a definition names and the cluster no longer has.
  const names = [...new Set([...nodes.map(({ name }) => name), ...chosen])];
  return (
    <fieldset className="node-boxes">
      <legend className="form-label">{t("detectors.nodes")}</legend>
      <div className="node-box-row">
        {names.map((name) => (
          <label key={name} className="node-box">
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={(event) => {
                onChange(event.target.checked ? names.filter((each) => each === name || chosen.includes(each)) : chosen.filter((each) => each !== name));
              }}
            />
            {name}
          </label>
        ))}
        <span className="quiet">{t("detectors.nodesAll")}</span>
      </div>
    </fieldset>
  );
}

interface WhomFieldsProps {
  readonly definition: Definition;
  readonly nodes: readonly ClusterNode[];
  readonly faults: readonly Fault[];
  readonly detectorWords: DetectorWords;
  readonly onChange: (definition: Definition) => void;
}

export function WhomFields({ definition, nodes, faults, detectorWords, onChange }: WhomFieldsProps) {
  const { t } = useTranslation();
  const catalogue = useMetrics();
  const choices = useChoices();
  const [scope, setScope] = useState<Scope>(() => (definition.kind === "rule" && scopeOf(definition) === "all" ? "metrics" : scopeOf(definition)));
  const { kind, groups, metrics } = definition;
  // Of both, each narrows the other; only a file or another program makes such a one.
  const both = groups.length > 0 && metrics.length > 0;
  const fault = faults.find(({ field }) => field === "metrics");
  const faultId = fault === undefined ? undefined : "whom-fault";
  const change = (next: Scope) => {
    setScope(next);
    onChange({ ...definition, groups: next === "groups" ? groups : [], metrics: next === "metrics" ? metrics : [] });
  };
  return (
    <section className="form-part">
      <h3>{t("detectors.whom")}</h3>
      <Segments
        label={t("detectors.scope")}
        value={kind === "rule" && scope === "all" ? null : scope}
        segments={[
          // A rule for everything would compare seconds with bytes.
          ...(kind === "rule" ? [] : [{ value: "all" as const, text: t("detectors.scopeAll") }]),
          { value: "groups", text: t("detectors.scopeGroups") },
          { value: "metrics", text: t("detectors.scopeMetrics") },
        ]}
        onChange={change}
      />
      {catalogue.isPending && scope !== "all" && <Skeleton height={32} label={t("loading.metrics")} />}
      {catalogue.isError && catalogue.data === undefined && (
        <ErrorState what={t("error.metrics")} failure={catalogue.error} onRetry={() => void catalogue.refetch()} />
      )}
      {(scope === "groups" || both) && (
        <Picker
          label={t("detectors.searchGroups")}
          choices={choices.groups}
          chosen={groups}
          describedBy={faultId}
          onChange={(chosen) => {
            onChange({ ...definition, groups: chosen });
          }}
        />
      )}
      {(scope === "metrics" || both) && (
        <Picker
          label={t("detectors.searchMetrics")}
          choices={choices.metrics}
          chosen={metrics}
          describedBy={faultId}
          onChange={(chosen) => {
            onChange({ ...definition, metrics: chosen });
          }}
        />
      )}
      {both && <p className="form-hint quiet">{t("detectors.both")}</p>}
      {fault !== undefined && (
        <p id={faultId} className="form-fault">
          {detectorWords.fault(fault, kind)}
        </p>
      )}
      {kind === "peer" ? (
        <p className="form-hint quiet">
          {t("detectors.nodesPeer")}
          {definition.nodes.length > 0 && (
            <Button
              onClick={() => {
                onChange({ ...definition, nodes: [] });
              }}
            >
              {t("detectors.drop", { name: definition.nodes.join(", ") })}
            </Button>
          )}
        </p>
      ) : (
        <NodeBoxes
          nodes={nodes}
          chosen={definition.nodes}
          onChange={(chosen) => {
            onChange({ ...definition, nodes: chosen });
          }}
        />
      )}
    </section>
  );
}
