// Type a part of a name, press Enter: incidents, clusters and pages in one list.

import { useNavigate } from "@tanstack/react-router";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { useClusters } from "@/api/clusters";
import { useIncidents } from "@/api/incidents";
import { Dialog } from "@/widgets/dialog";
import { Glyph, type MarkKind } from "@/widgets/state_mark";

import { kClusterMark } from "./marks";
import { useWords } from "./words";

interface SearchDialogProps {
  readonly onClose: () => void;
}

interface Item {
  readonly key: string;
  readonly text: string;
  // Also found by these.
  readonly also: string;
  readonly kind: string;
  readonly mark: MarkKind | null;
  readonly open: () => void;
}

const kMost = 12;

function useItems(): readonly Item[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const words = useWords();
  const clusters = useClusters().data ?? [];
  const incidents = useIncidents({}).data?.pages.flatMap((page) => page.incidents) ?? [];
  return [
    ...clusters.map((cluster): Item => ({
      key: `c/${cluster.name}`,
      text: cluster.name,
      also: cluster.nodes.map(({ name }) => name).join(" "),
      kind: t("search.cluster"),
      mark: kClusterMark[cluster.state],
      open: () => void navigate({ to: "/c/$cluster", params: { cluster: cluster.name } }),
    })),
    ...incidents.map((incident): Item => ({
      key: `i/${String(incident.id)}`,
      text: `${words.incidentTitle(incident)} · ${incident.cluster}`,
      also: `#${String(incident.id)} ${incident.top.map(({ problem }) => problem).join(" ")}`,
      kind: t("search.incident"),
      mark: incident.state === "open" ? "trouble" : "resolved",
      open: () => void navigate({ to: "/incidents/$id", params: { id: incident.id } }),
    })),
    { key: "/", text: t("nav.overview"), also: "", kind: t("search.page"), mark: null, open: () => void navigate({ to: "/" }) },
    {
      key: "/incidents",
      text: t("nav.incidents"),
      also: "",
      kind: t("search.page"),
      mark: null,
      open: () => void navigate({ to: "/incidents" }),
    },
    {
      key: "/detectors",
      text: t("nav.detectors"),
      also: "",
      kind: t("search.page"),
      mark: null,
      open: () => void navigate({ to: "/detectors" }),
    },
    { key: "/drills", text: t("nav.drills"), also: "", kind: t("search.page"), mark: null, open: () => void navigate({ to: "/drills" }) },
  ];
}

export function SearchDialog({ onClose }: SearchDialogProps) {
  const { t } = useTranslation();
  const items = useItems();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
  }, []);

  const wanted = query.trim().toLowerCase();
  const found = items.filter(({ text, also }) => `${text} ${also}`.toLowerCase().includes(wanted)).slice(0, kMost);
  const marked = Math.min(at, Math.max(0, found.length - 1));
  const open = (item: Item | undefined) => {
    if (item === undefined) return;
    onClose();
    item.open();
  };

  return (
    <Dialog label={t("search.title")} onClose={onClose}>
      <input
        ref={field}
        className="search-field"
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={found.length > 0 ? `${list}-${String(marked)}` : undefined}
        aria-label={t("search.title")}
        placeholder={t("search.placeholder")}
        autoComplete="off"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") open(found[marked]);
          const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
          if (step === 0 || found.length === 0) return;
          event.preventDefault();
          setAt((marked + step + found.length) % found.length);
        }}
      />
      <ul id={list} className="search-list" role="listbox" aria-label={t("search.title")}>
        {found.map((item, index) => (
          <li
            key={item.key}
            id={`${list}-${String(index)}`}
            className="search-item"
            role="option"
            aria-selected={index === marked}
            onPointerMove={() => {
              setAt(index);
            }}
            onClick={() => {
              open(item);
            }}
          >
            {item.mark !== null && <Glyph kind={item.mark} />}
            <span className="search-item-text">{item.text}</span>
            <span className="search-item-kind">{item.kind}</span>
          </li>
        ))}
      </ul>
      <p className="quiet">{found.length === 0 ? t("search.none") : t("search.hint")}</p>
    </Dialog>
  );
}
