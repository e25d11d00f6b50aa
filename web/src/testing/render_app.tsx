// The whole application at an address, over a fake API: what a reader would see there.

import { createMemoryHistory, type RouterHistory } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";

import { App, makeQueries } from "@/app/app";
import { startTranslation, type Language } from "@/i18n";

export interface RenderedApp {
  readonly user: UserEvent;
  readonly history: RouterHistory;
}

export function renderApp(address: string, language: Language = "en"): RenderedApp {
  const history = createMemoryHistory({ initialEntries: [address] });
  render(<App translation={startTranslation(language)} queries={makeQueries()} history={history} />);
  return { user: userEvent.setup(), history };
}
