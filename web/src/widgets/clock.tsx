// A point in time: the reader's zone, its offset beside, the date in the tooltip.

import { useTranslation } from "react-i18next";

import { clockText } from "@/format/time";

import "./clock.css";

interface ClockProps {
  readonly time: string;
  readonly withDate?: boolean;
  // Off only where the offset is said once for many (a table's head, a list's hint).
  readonly withOffset?: boolean;
}

export function Clock({ time, withDate = false, withOffset = true }: ClockProps) {
  const { i18n } = useTranslation();
  const instant = new Date(time);
  if (Number.isNaN(instant.getTime())) return <span>–</span>;
  const text = clockText(instant, i18n.language);
  return (
    <time className="clock" dateTime={time} title={`${text.date} ${text.time} ${text.offset} · ${instant.toISOString()}`}>
      {withDate && `${text.date}, `}
      {text.time}
      {withOffset && <span className="clock-offset"> {text.offset}</span>}
    </time>
  );
}
