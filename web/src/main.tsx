import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App, makeQueries } from "@/app/app";
import { followSystemTheme } from "@/app/theme";
import { firstLanguage, startTranslation } from "@/i18n";

import "@/styles/tokens.css";
import "@/styles/base.css";

followSystemTheme();

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element #root");
createRoot(root).render(
  <StrictMode>
    <App translation={startTranslation(firstLanguage())} queries={makeQueries()} />
  </StrictMode>,
);
