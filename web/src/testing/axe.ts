// What a part of a page does to readers who listen or use the keyboard, in one line each. What needs a drawing (colours,
// text that is a picture) is not judged: jsdom draws nothing; the browser tests do that.

import axe from "axe-core";

export async function axeViolations(part: Element): Promise<readonly string[]> {
  const off = { enabled: false };
  const { violations } = await axe.run(part, {
    resultTypes: ["violations"],
    rules: { "color-contrast": off, "label-content-name-mismatch": off },
  });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}
