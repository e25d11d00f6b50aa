// Adds up what the first page loads and fails where it passes the budget of 350 kB gzip.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const kBudget_bytes = 350_000;

const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const files = new Set(["index.html", "theme.js", "favicon.svg"]);

function collect(key) {
  const chunk = manifest[key];
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const css of chunk.css ?? []) files.add(css);
  for (const next of chunk.imports ?? []) collect(next);
}
collect("index.html");

let total = 0;
for (const file of files) {
  const size = gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length;
  total += size;
  console.log(`${String(size).padStart(8)}  ${file}`);
}
console.log(`${String(total).padStart(8)}  first load, gzip (budget ${kBudget_bytes})`);
if (total > kBudget_bytes) {
  console.error(`The first page loads ${total - kBudget_bytes} bytes more than the budget allows.`);
  process.exit(1);
}
