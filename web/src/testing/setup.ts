import "@testing-library/jest-dom/vitest";

import { cleanup } from "@testing-library/react";
import { afterEach, vi } from "vitest";

process.env["TZ"] = "Asia/Shanghai";

afterEach(() => {
  cleanup();
  localStorage.clear();
});

// jsdom knows neither; both are asked for at the first render.
window.matchMedia = (query: string): MediaQueryList =>
  ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
    dispatchEvent: () => false,
  }) as unknown as MediaQueryList;

globalThis.ResizeObserver = class {
  observe(): void {
    // no layout in jsdom, so never anything to report
  }
  unobserve(): void {
    // as above
  }
  disconnect(): void {
    // as above
  }
};
window.scrollTo = () => undefined;
Element.prototype.scrollIntoView = () => undefined;
