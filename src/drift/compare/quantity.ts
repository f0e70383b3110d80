const NANOS = 1_000_000_000n;
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d+)|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/;
const DECIMAL: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** A quantity in billionths, rounded up as Kubernetes does; undefined for what is none. */
export function nanosOf(value: unknown): bigint | undefined {
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  const found = NUMBER.exec(String(value).trim());
  const [, sign = "", whole = "", part = "", exponent, unit = ""] = found ?? [];
  if (!found || whole + part === "") return undefined;
  const power = exponent ? Number(exponent.slice(1)) : (DECIMAL[unit] ?? 0);
  if (Math.abs(power) > 30) return undefined;
  const factor = NANOS * 1024n ** BigInt(Math.max(0, BINARY.indexOf(unit)));
  const digits = BigInt(whole + part) * factor * 10n ** BigInt(Math.max(0, power));
  const divisor = 10n ** BigInt(part.length + Math.max(0, -power));
  const nanos = (digits + divisor - 1n) / divisor;
  return sign === "-" ? -nanos : nanos;
}

/** Whether both are quantities, and the same one: `0.5` and `500m`, `1Gi` and `1024Mi`. */
export function sameQuantity(a: unknown, b: unknown): boolean {
  const [first, second] = [nanosOf(a), nanosOf(b)];
  return first !== undefined && first === second;
}

/** Whether a text is a quantity that is nothing else: a number with a unit. */
export function hasUnit(value: unknown): boolean {
  return typeof value === "string" && /^\d.*[a-zA-Z]$/.test(value) && nanosOf(value) !== undefined;
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Whether both are durations as Go writes them, and the same one: `300s` and `5m0s`. */
export function sameDuration(a: unknown, b: unknown): boolean {
  const first = durationOf(a);
  return first !== undefined && first === durationOf(b);
}

function durationOf(value: unknown): number | undefined {
  if (typeof value !== "string" || !/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(value)) return undefined;
  return [...value.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)].reduce(
    (sum, [, number, unit]) => sum + Math.round(Number(number) * (UNITS[unit ?? ""] ?? 0)),
    0,
  );
}
