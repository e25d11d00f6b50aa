// Which mark stands for which state of the contract.

import type { Schemas } from "@/api/client";
import type { MarkKind } from "@/widgets/state_mark";

export const kClusterMark: Readonly<Record<Schemas["Cluster"]["state"], MarkKind>> = {
  ok: "ok",
  blind: "no_data",
  trouble: "trouble",
  learning: "learning",
  no_data: "no_data",
};

export const kNodeMark: Readonly<Record<Schemas["Node"]["state"], MarkKind>> = {
  ok: "ok",
  abnormal: "abnormal",
  root_cause: "trouble",
  silent: "no_data",
};

// What a database says of one of its zones, servers, tenants or units.
export function partMark(status: string): MarkKind {
  switch (status) {
    case "":
      return "no_data";
    case "ACTIVE":
    case "NORMAL":
      return "ok";
    case "INACTIVE":
      return "trouble";
    default:
      return "abnormal";
  }
}

export const kIncidentMark: Readonly<Record<Schemas["IncidentSummary"]["state"], MarkKind>> = {
  open: "trouble",
  resolved: "resolved",
};

export const kJudgementMark: Readonly<Record<Schemas["Judgement"], MarkKind>> = {
  confirmed: "ok",
  wrong_node: "abnormal",
  wrong_problem: "abnormal",
  not_an_incident: "no_data",
  withdrawn: "pending",
};

export const kDeliveryMark: Readonly<Record<Schemas["Delivery"]["state"], MarkKind>> = {
  pending: "pending",
  delivered: "resolved",
  failed: "trouble",
};
