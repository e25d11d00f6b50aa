// Dark or light: chosen by the reader, else the system's. public/theme.js has set it before the first paint.

import { useSyncExternalStore } from "react";

export type Theme = "dark" | "light";

const kStorage = "distdiag.theme";
const listeners = new Set<() => void>();

function current(): Theme {
  return document.documentElement.dataset["theme"] === "dark" ? "dark" : "light";
}

function set(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  for (const listener of listeners) listener();
}

function chosen(): boolean {
  try {
    return localStorage.getItem(kStorage) !== null;
  } catch {
    return false;
  }
}

export function followSystemTheme(): void {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  if (document.documentElement.dataset["theme"] === undefined) set(dark.matches ? "dark" : "light");
  dark.addEventListener("change", () => {
    if (!chosen()) set(dark.matches ? "dark" : "light");
  });
}

export function toggleTheme(): void {
  const next = current() === "dark" ? "light" : "dark";
  set(next);
  try {
    localStorage.setItem(kStorage, next);
  } catch {
    // Not kept; it holds for this page.
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, current);
}
