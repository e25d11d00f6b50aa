import { readFileSync } from "node:fs";

import openapiTS, { astToString } from "openapi-typescript";
import { expect, it } from "vitest";

// The generated types are checked in, so that a reader and the editor see them without a build; this holds them to the contract.
it("api.ts is what api/openapi.yaml gives (else: npm run generate)", async () => {
  const text = astToString(await openapiTS(new URL("../../../api/openapi.yaml", `file://${import.meta.dirname}/`)));
  expect(readFileSync(`${import.meta.dirname}/api.ts`, "utf8")).toContain(text.trim());
});
