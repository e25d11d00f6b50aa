/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig, type PluginOption } from "vite";

import { fakeApi } from "./dev/fake_server.ts";

const fake = process.env["DISTDIAG_FAKE_API"] === "1";
const api = process.env["DISTDIAG_API"] ?? "http://localhost:18000";
// The server refuses what comes from another page; while developing, this page is on another port.
const proxied = { target: api, headers: { origin: api } };

export default defineConfig(() => {
  const plugins: PluginOption[] = [react()];
  if (fake) plugins.push(fakeApi());
  return {
    plugins,
    resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
    server: fake ? { port: 5173 } : { port: 5173, proxy: { "/api": proxied, "/openapi.json": proxied, "/docs": proxied } },
    preview: { port: 4173 },
    build: {
      target: "es2022",
      // scripts/check_budget.js reads it to add up what the first page loads.
      manifest: true,
      // A data: URL would need its own hole in the server's content policy.
      assetsInlineLimit: 0,
    },
    test: {
      environment: "jsdom",
      setupFiles: ["src/testing/setup.ts"],
      include: ["src/**/*.test.{ts,tsx}"],
      css: false,
      // Two workers are enough: the build box is small. It may be busy too; then the first page of a file loads slowly.
      maxWorkers: 2,
      testTimeout: 20_000,
    },
  };
});
