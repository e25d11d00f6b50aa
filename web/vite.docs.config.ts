// The API page at /docs. A build of its own, because the API listener serves only /docs: nothing may lie outside it.
import { fileURLToPath } from "node:url";

import { defineConfig } from "vite";

export default defineConfig({
  root: fileURLToPath(new URL("./docs", import.meta.url)),
  base: "/docs/",
  publicDir: false,
  build: {
    target: "es2022",
    outDir: fileURLToPath(new URL("./dist/docs", import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // Swagger UI is one file of 1.7 MB (490 kB gzip), loaded by this page only.
    chunkSizeWarningLimit: 2500,
  },
});
