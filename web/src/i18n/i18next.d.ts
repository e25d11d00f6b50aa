import "i18next";

import type { en } from "./en";

// Makes t("…") accept known keys only.
declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}
