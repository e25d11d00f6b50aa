// A node: what it is called, how it is, and what it is blamed for.

import { useTranslation } from "react-i18next";

import type { Cluster, ClusterNode } from "@/api/clusters";
import { kNodeMark } from "@/app/marks";
import { useWords } from "@/app/words";
import { probabilityText, significant } from "@/format/number";
import { cx } from "@/widgets/class_names";
import { Glyph } from "@/widgets/state_mark";

import "./node_tile.css";

interface NodeTileProps {
  readonly node: ClusterNode;
  readonly cluster: Cluster;
}

export function NodeTile({ node, cluster }: NodeTileProps) {
  const { t } = useTranslation();
  const words = useWords();
  const mark = kNodeMark[node.state];
  const blamed = cluster.open_incidents.flatMap(({ top }) => top).filter(({ target }) => target.node === node.name);
  return (
    <div className={cx("node-tile", `node-tile-${mark}`)}>
      <div className="node-tile-head">
        <Glyph kind={mark} />
        <b>{node.name}</b>
        {node.role !== "unknown" && <span className="node-tile-role">{t(`nodeRole.${node.role}`)}</span>}
        <span className="node-tile-state">{t(`nodeState.${node.state}`)}</span>
      </div>
      <p className="node-tile-why">
        {blamed.length > 0
          ? blamed.map(({ problem, probability }) => `${words.problem(problem)} ${probabilityText(probability)}`).join(" · ")
          : t("cluster.relevance", { value: significant(node.rcr) })}
      </p>
    </div>
  );
}
