// Says that what stands here may be old. It floats, so the page under it does not move.

import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Connection } from "@/api/live";
import { clockText } from "@/format/time";
import { Button } from "@/widgets/button";
import { Glyph } from "@/widgets/state_mark";

interface ConnectionNoticeProps {
  readonly connection: Connection;
  readonly onRetry: () => void;
}

// A reconnection that takes less is nobody's concern.
const kPatience_ms = 2500;

export function ConnectionNotice({ connection, onRetry }: ConnectionNoticeProps) {
  const { t, i18n } = useTranslation();
  const { state, since } = connection;
  const [grown, setGrown] = useState<number | null>(null);
  useEffect(() => {
    if (state !== "lost") return undefined;
    const timer = setTimeout(() => {
      setGrown(since);
    }, kPatience_ms);
    return () => {
      clearTimeout(timer);
    };
  }, [state, since]);
  if (state !== "lost" || grown !== since) return null;
  const { time, offset } = clockText(new Date(since), i18n.language);
  return (
    <div className="connection-notice" role="alert">
      <Glyph kind="trouble" />
      <span>{t("connection.banner", { time: `${time} ${offset}` })}</span>
      <Button onClick={onRetry}>{t("connection.retry")}</Button>
    </div>
  );
}
