import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";

import { startFakeApi } from "@/testing/fake_api";
import { renderApp } from "@/testing/render_app";

beforeEach(() => {
  startFakeApi();
  // jsdom has no modal dialogs.
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.setAttribute("open", "");
  };
});

describe("the shell", () => {
  it("finds an incident by / and a part of its name", async () => {
    const { user, history } = renderApp("/");
    await screen.findByRole("link", { name: /n2: CPU saturated/ });
    await user.keyboard("/");
    await user.type(await screen.findByRole("combobox"), "cpu{Enter}");
    await waitFor(() => {
      expect(history.location.pathname).toBe("/incidents/7");
    });
  });

  it("explains its keys by ?", async () => {
    const { user } = renderApp("/");
    await screen.findByText("Live");
    await user.keyboard("?");
    expect(within(await screen.findByRole("dialog")).getByText("Go to the incidents")).toBeInTheDocument();
  });

  it("takes keys typed into a field for text", async () => {
    const { user, history } = renderApp("/incidents/7");
    await user.type(await screen.findByRole("textbox", { name: "Note" }), "go /?");
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
    expect(history.location.pathname).toBe("/incidents/7");
  });

  it("switches dark and light and keeps it", async () => {
    const { user } = renderApp("/");
    await user.click(await screen.findByRole("button", { name: "Dark theme" }));
    expect(document.documentElement.dataset["theme"]).toBe("dark");
    expect(localStorage.getItem("distdiag.theme")).toBe("dark");
    await user.keyboard("t");
    expect(document.documentElement.dataset["theme"]).toBe("light");
  });

  it("says that an address leads nowhere", async () => {
    renderApp("/nowhere");
    expect(await screen.findByText("There is no such page")).toBeInTheDocument();
  });
});
