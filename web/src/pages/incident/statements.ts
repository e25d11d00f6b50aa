// Which statements a page shows where.

import type { RankedCause, StatementChange } from "@/api/incidents";

// Below this a statement is one among many.
const kTelling = 0.3;

export interface NodeStatements {
  readonly node: string;
  readonly changes: readonly StatementChange[];
}

// In the order of the answer: nodes as in the verdict, shares falling.
export function byNode(changes: readonly StatementChange[]): readonly NodeStatements[] {
  const nodes = [...new Set(changes.map(({ node }) => node))];
  return nodes.map((node) => ({ node, changes: changes.filter((change) => change.node === node) }));
}

// The one statement of each node the cause names that explains much of the change; for the whole cluster each once.
export function tellingStatements(changes: readonly StatementChange[], cause: RankedCause): readonly StatementChange[] {
  return byNode(changes)
    .filter(({ node }) => cause.target.node === null || cause.target.node === node)
    .flatMap(({ changes: [first] }) => (first === undefined || first.share < kTelling ? [] : [first]))
    .filter((one, index, all) => index === all.findIndex(({ digest, schema }) => digest === one.digest && schema === one.schema));
}
