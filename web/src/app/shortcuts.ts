// Keys that work on every page. A key typed into a field is text, never a command.

import { useEffect, useEffectEvent } from "react";

// "x", or "g i" for two keys after each other.
export type Shortcuts = Readonly<Record<string, () => void>>;

// After this time a first key is forgotten.
const kPause_ms = 1200;

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
  );
}

export function useShortcuts(shortcuts: Shortcuts): void {
  const press = useEffectEvent((keys: string): boolean => {
    const action = shortcuts[keys];
    action?.();
    return action !== undefined;
  });
  const starts = useEffectEvent((key: string) => Object.keys(shortcuts).some((keys) => keys.startsWith(`${key} `)));

  useEffect(() => {
    let first: string | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
      // A dialog has its own keys.
      if (document.querySelector("dialog[open]") !== null) return;
      const keys = first === null ? event.key : `${first} ${event.key}`;
      first = null;
      clearTimeout(timer);
      if (press(keys)) {
        event.preventDefault();
        return;
      }
      if (starts(event.key)) {
        first = event.key;
        timer = setTimeout(() => {
          first = null;
        }, kPause_ms);
      }
    };
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
      clearTimeout(timer);
    };
  }, []);
}
