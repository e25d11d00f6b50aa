// Choose some out of many: type a part of a name, Enter takes it; what is chosen stands above as words that can be dropped.

import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

export interface Choice {
  readonly name: string;
  readonly text: string;
  // Beside the text: the name, the unit, how many.
  readonly aside: string;
  // Also found by these.
  readonly also: string;
}

interface PickerProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  // Id of what is said about a fault here.
  readonly describedBy?: string | undefined;
}

const kMost = 40;

export function Picker({ label, choices, chosen, onChange, describedBy }: PickerProps) {
  const { t } = useTranslation();
  const id = useId();
  const [query, setQuery] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);

  const wanted = query.trim().toLowerCase().split(/\s+/);
  const found = choices
    .filter(({ name, text, also }) => {
      const all = `${name} ${text} ${also}`.toLowerCase();
      return !chosen.includes(name) && wanted.every((part) => all.includes(part));
    })
    .slice(0, kMost);
  const marked = Math.min(at, Math.max(0, found.length - 1));
  const take = (choice: Choice | undefined) => {
    if (choice === undefined) return;
    onChange([...chosen, choice.name]);
    setQuery("");
    setAt(0);
  };
  const textOf = (name: string) => choices.find((choice) => choice.name === name)?.text ?? name;
  return (
    <div className="picker">
      {chosen.length > 0 && (
        <ul className="picker-chosen" aria-label={label}>
          {chosen.map((name) => (
            <li key={name} className="picker-chip">
              {textOf(name)}
              <button
                type="button"
                className="picker-drop"
                aria-label={t("detectors.drop", { name: textOf(name) })}
                onClick={() => {
                  onChange(chosen.filter((each) => each !== name));
                }}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <input
        className="field picker-field"
        type="text"
        role="combobox"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-activedescendant={open && found.length > 0 ? `${id}-${String(marked)}` : undefined}
        aria-label={label}
        aria-describedby={describedBy}
        placeholder={label}
        autoComplete="off"
        value={query}
        onFocus={() => {
          setOpen(true);
        }}
        onBlur={() => {
          setOpen(false);
        }}
        onChange={(event) => {
          setQuery(event.target.value);
          setOpen(true);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            // Never the form's: a name half typed is nothing to put anywhere.
            event.preventDefault();
            take(found[marked]);
            return;
          }
          if (event.key === "Escape" && open) {
            // Closes the list, not the dialog around it.
            event.preventDefault();
            event.stopPropagation();
            setOpen(false);
            return;
          }
          if (event.key === "Backspace" && query === "" && chosen.length > 0) {
            onChange(chosen.slice(0, -1));
            return;
          }
          const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
          if (step === 0 || found.length === 0) return;
          event.preventDefault();
          setOpen(true);
          const next = (marked + step + found.length) % found.length;
          setAt(next);
          document.getElementById(`${id}-${String(next)}`)?.scrollIntoView({ block: "nearest" });
        }}
      />
      <ul
        id={`${id}-list`}
        className="picker-list"
        role="listbox"
        aria-label={t("detectors.choosing", { label })}
        hidden={!open || found.length === 0}
      >
        {found.map((choice, index) => (
          <li
            key={choice.name}
            id={`${id}-${String(index)}`}
            className="picker-item"
            role="option"
            aria-selected={index === marked}
            onPointerMove={() => {
              setAt(index);
            }}
            // Before the field loses the focus and the list closes.
            onPointerDown={(event) => {
              event.preventDefault();
            }}
            onClick={() => {
              take(choice);
            }}
          >
            <span className="picker-text">{choice.text}</span>
            <span className="picker-aside quiet">{choice.aside}</span>
          </li>
        ))}
      </ul>
      {open && (
        <p className="picker-hint quiet" role={found.length === 0 ? "status" : undefined}>
          {found.length === 0 ? t("detectors.searchNone") : t("detectors.searchHint")}
        </p>
      )}
    </div>
  );
}
