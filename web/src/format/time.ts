// Times in the reader's zone, with the offset said.
//
// The server's clock, or the clock of a replayed recording, is what the times mean: "now" is therefore always handed in
// by the caller (the newest tick of the cluster), never taken from the browser.

export interface ClockText {
  // "20:12:05"
  readonly time: string;
  // "24 Nov 2026", in the reader's language
  readonly date: string;
  // "+08:00"
  readonly offset: string;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}

export function offsetText(time: Date): string {
  const minutes = -time.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "−" : "+"}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

// "24 Nov 2026" can be misread by nobody; "11/24/2026" can.
function dateText(time: Date, language: string): string {
  const locale = language === "en" ? "en-GB" : language;
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" }).format(time);
}

export function clockText(time: Date, language: string): ClockText {
  return {
    time: `${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}`,
    date: dateText(time, language),
    offset: offsetText(time),
  };
}

// Two parts at most: "42 s", "3 min 5 s", "2 h 7 min", "5 d 3 h".
export function durationText(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  const whole = Math.max(0, Math.round(seconds));
  const days = Math.floor(whole / 86400);
  const hours = Math.floor((whole % 86400) / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = whole % 60;
  const parts: [number, string][] =
    days > 0
      ? [[days, "d"], [hours, "h"]]
      : hours > 0
        ? [[hours, "h"], [minutes, "min"]]
        : minutes > 0
          ? [[minutes, "min"], [rest, "s"]]
          : [[rest, "s"]];
  return parts
    .filter(([value], index) => index === 0 || value > 0)
    .map(([value, unit]) => `${String(value)}\u00a0${unit}`)
    .join(" ");
}

export function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

// "11:12:05–11:13:05", in the reader's zone; the offset is for the caller to say once.
export function spanText(from: string, to: string): string {
  return `${clockText(new Date(from), "en").time}–${clockText(new Date(to), "en").time}`;
}

// The server writes times inside sentences in UTC, because it does not know who will read. Where a sentence holds the
// given instant in UTC ("03:12:05", perhaps with "Z" or "UTC" behind), the reader's clock and offset take its place.
export function localiseTimes(sentence: string, instants: readonly string[]): string {
  let text = sentence;
  for (const instant of instants) {
    const time = new Date(instant);
    if (Number.isNaN(time.getTime())) continue;
    const minutes = `${pad(time.getUTCHours())}:${pad(time.getUTCMinutes())}`;
    const full = `${minutes}:${pad(time.getUTCSeconds())}`;
    const local = clockText(time, "en");
    const pattern = new RegExp(`(?<![\\d:])(?:\\d{4}-\\d{2}-\\d{2}[T ])?(${full}|${minutes})(?:\\.\\d+)?(?![\\d:])(?:Z| ?UTC)?`, "g");
    text = text.replace(pattern, (_whole, clock: string) => {
      const shown = clock === full ? local.time : local.time.slice(0, 5);
      return `${shown}\u00a0${local.offset}`;
    });
  }
  return text;
}
