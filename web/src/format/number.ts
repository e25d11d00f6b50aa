// Numbers as a reader wants them: at most three significant digits, SI prefixes, the unit beside.

export interface Quantity {
  readonly value: string;
  readonly unit: string;
}

const kPrefixes = [
  { factor: 1e12, prefix: "T" },
  { factor: 1e9, prefix: "G" },
  { factor: 1e6, prefix: "M" },
  { factor: 1e3, prefix: "k" },
] as const;

export const kMissing = "–";

const kThreeDigits = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3, useGrouping: false });

// 0.4973 → "0.497", 1234 → "1230" (never "1.23e3"). Below a millionth nothing a database measures is left: "0".
export function significant(value: number): string {
  if (!Number.isFinite(value)) return kMissing;
  if (Math.abs(value) < 1e-6) return "0";
  return kThreeDigits.format(value);
}

// How a unit of the catalogue is shown: multiply by `multiplier`, write `unit` behind it.
export interface Scale {
  readonly multiplier: number;
  readonly unit: string;
}

function prefixed(size: number, toBase: number, unit: string): Scale {
  const base = size * toBase;
  // 999.7 would be printed as "1000": it belongs to the next prefix.
  const step = kPrefixes.find(({ factor }) => base >= factor * 0.9995);
  return step === undefined
    ? { multiplier: toBase, unit }
    : { multiplier: toBase / step.factor, unit: `${step.prefix}${unit}` };
}

function seconds(size: number, toSeconds: number, suffix: string): Scale {
  const base = size * toSeconds;
  if (base === 0 || base >= 0.9995) return { multiplier: toSeconds, unit: `s${suffix}` };
  if (base >= 0.9995e-3) return { multiplier: toSeconds * 1e3, unit: `ms${suffix}` };
  return { multiplier: toSeconds * 1e6, unit: `µs${suffix}` };
}

// The scale at which a value of this size (or an axis up to it) reads best. Units that are not SI (kB, KiB, ns) are
// brought to SI first. A unit that is not known passes as it is: a newer server may name one.
export function scaleFor(size: number, unit: string): Scale {
  const magnitude = Number.isFinite(size) ? Math.abs(size) : 0;
  switch (unit) {
    case "kB/s":
      return prefixed(magnitude, 1e3, "B/s");
    case "KiB/s":
      return prefixed(magnitude, 1024, "B/s");
    case "MB":
      return prefixed(magnitude, 1e6, "B");
    case "ratio":
      return { multiplier: 100, unit: "%" };
    case "percent":
      return { multiplier: 1, unit: "%" };
    case "ms":
      return magnitude >= 999.5 ? { multiplier: 1e-3, unit: "s" } : { multiplier: 1, unit: "ms" };
    case "ms/s":
      return seconds(magnitude, 1e-3, "/s");
    case "ns/s":
      return seconds(magnitude, 1e-9, "/s");
    case "s/s":
    case "cores":
    case "pages":
    case "pages/s":
      return { multiplier: 1, unit };
    case "1/s":
      return prefixed(magnitude, 1, "/s");
    case "count":
    case "code":
    case "bool":
      return prefixed(magnitude, 1, "");
    default:
      return prefixed(magnitude, 1, unit);
  }
}

export function quantity(value: number | null | undefined, unit: string): Quantity {
  if (value === null || value === undefined || !Number.isFinite(value)) return { value: kMissing, unit: "" };
  const scale = scaleFor(value, unit);
  return { value: significant(value * scale.multiplier), unit: scale.unit };
}

// "0.49 cores", "94 %", "45/s": a no-break space between, so that a line never ends there. The same words as in the
// sentences of the server (src/domain/sentence.cc).
export function quantityText(value: number | null | undefined, unit: string): string {
  const { value: number, unit: symbol } = quantity(value, unit);
  if (symbol.startsWith("/")) return number + symbol;
  return symbol === "" ? number : `${number}\u00a0${symbol}`;
}

// "0.03 to 0.15 cores" as its three parts; both ends at one scale, so that they can be compared by eye.
export function rangeText(low: number, high: number, unit: string): { readonly low: string; readonly high: string } {
  const scale = scaleFor(Math.max(Math.abs(low), Math.abs(high)), unit);
  const space = scale.unit === "" || scale.unit.startsWith("/") ? "" : "\u00a0";
  return { low: significant(low * scale.multiplier), high: `${significant(high * scale.multiplier)}${space}${scale.unit}` };
}

// A probability is never said to be certain, and never impossible.
export function probabilityText(probability: number): string {
  if (!Number.isFinite(probability)) return kMissing;
  if (probability > 0.99) return ">\u00a099\u00a0%";
  if (probability < 0.01) return "<\u00a01\u00a0%";
  return `${String(Math.round(probability * 100))}\u00a0%`;
}

// A share of a change, with its sign: "+58 %", "−12 %".
export function shareText(share: number): string {
  if (!Number.isFinite(share)) return kMissing;
  const percent = Math.round(share * 100);
  return `${percent < 0 ? "−" : percent > 0 ? "+" : ""}${String(Math.abs(percent))}\u00a0%`;
}

// How much more or less: "−46 %", "×3.2". null where the base says nothing.
export function changeText(before: number | null, during: number | null): string | null {
  if (before === null || during === null || before <= 0) return null;
  const ratio = during / before;
  if (ratio >= 2) return `×${significant(ratio)}`;
  const percent = Math.round((ratio - 1) * 100);
  if (percent === 0) return "±0\u00a0%";
  return `${percent < 0 ? "−" : "+"}${String(Math.abs(percent))}\u00a0%`;
}
