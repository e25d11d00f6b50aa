import "@testing-library/jest-dom/vitest";

import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

process.env["TZ"] = "Asia/Shanghai";

// A page is loaded when it is first gone to: on a busy machine that takes its time. Who waits for nothing loses nothing.
configure({ asyncUtilTimeout: 5000 });

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
