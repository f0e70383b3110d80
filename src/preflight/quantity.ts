const FACTORS: ReadonlyMap<string, number> = new Map([
  ["n", 1e-9],
  ["u", 1e-6],
  ["m", 1e-3],
  ["", 1],
  ["k", 1e3],
  ["M", 1e6],
  ["G", 1e9],
  ["T", 1e12],
  ["P", 1e15],
  ["Ki", 2 ** 10],
  ["Mi", 2 ** 20],
  ["Gi", 2 ** 30],
  ["Ti", 2 ** 40],
  ["Pi", 2 ** 50],
]);

/** The number of a Kubernetes quantity as the API server writes them, such as `32Gi`; NaN for any other text. */
export function parseQuantity(text: string): number {
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?(?:e\d+)?)([A-Za-z]*)$/.exec(text) ?? [];
  const factor = FACTORS.get(unit);
  return digits === "" || factor === undefined ? Number.NaN : Number(digits) * factor;
}
