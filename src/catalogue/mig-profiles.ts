/** A GPU that can be partitioned, with the profiles it offers. */
export interface MigGpu {
  name: string;
  /** What `nvidia.com/gpu.product` of a node looks like. */
  product: RegExp;
  /** Compute slices of the whole card. */
  slices: number;
  /** How many instances of each profile fit on one card. */
  profiles: Readonly<Record<string, number>>;
}

/** The seven profiles of most cards: by the memory of an eighth, a quarter, a half, and the whole. */
function seven(eighth: string, quarter: string, half: string, whole: string): MigGpu["profiles"] {
  return {
    [`1g.${eighth}gb`]: 7,
    [`1g.${eighth}gb.me`]: 1,
    [`1g.${quarter}gb`]: 4,
    [`2g.${quarter}gb`]: 3,
    [`3g.${half}gb`]: 2,
    [`4g.${half}gb`]: 1,
    [`7g.${whole}gb`]: 1,
  };
}

/** NVIDIA's table of profiles; `.me` is how the device plugin writes `+me`. */
export const MIG_GPUS: readonly MigGpu[] = [
  {
    name: "A30",
    product: /\bA30\b/,
    slices: 4,
    profiles: { "1g.6gb": 4, "1g.6gb.me": 1, "2g.12gb": 2, "2g.12gb.me": 1, "4g.24gb": 1 },
  },
  { name: "A100 40 GB", product: /\bA100-.*40GB/, slices: 7, profiles: seven("5", "10", "20", "40") },
  {
    name: "A100 or H100 80 GB",
    product: /\b(A100|H100)-.*80GB|\bH100-PCIe\b/i,
    slices: 7,
    profiles: seven("10", "20", "40", "80"),
  },
  { name: "H100 NVL", product: /\bH100-NVL\b/, slices: 7, profiles: seven("12", "24", "47", "94") },
  {
    name: "H100, H20 or GH200 96 GB",
    product: /\bH20\b|\b(H100|GH200)-.*96GB/,
    slices: 7,
    profiles: seven("12", "24", "48", "96"),
  },
  { name: "H200", product: /\bH200\b/, slices: 7, profiles: seven("18", "35", "71", "141") },
  { name: "GH200 144 GB", product: /\bGH200-.*144G/, slices: 7, profiles: seven("18", "36", "72", "144") },
  { name: "B200", product: /\bB200\b/, slices: 7, profiles: seven("23", "45", "90", "180") },
  {
    name: "GB200",
    product: /\bGB200\b/,
    slices: 7,
    profiles: { ...seven("23", "47", "93", "186"), "3g.95gb": 2, "4g.95gb": 1, "7g.189gb": 1 },
  },
  {
    name: "B300 or GB300",
    product: /\bG?B300\b/,
    slices: 7,
    profiles: { ...seven("34", "67", "135", "269"), ...seven("35", "70", "139", "278") },
  },
  {
    name: "RTX PRO 6000",
    product: /RTX-PRO-6000/,
    slices: 4,
    profiles: {
      "1g.24gb": 4,
      "1g.24gb.me": 1,
      "1g.24gb.me.all": 1,
      "1g.24gb.gfx": 4,
      "2g.48gb": 2,
      "2g.48gb.me.all": 1,
      "2g.48gb.gfx": 2,
      "4g.96gb": 1,
      "4g.96gb.gfx": 1,
    },
  },
];

const RESOURCE = /^nvidia\.com\/mig-(.+)$/;
const FORM = /^(\d)g\.\d+gb(\.me|\.me\.all|\.gfx|-me)?$/;

/** The profile a resource asks for, such as `3g.20gb` of `nvidia.com/mig-3g.20gb`. */
export function profileOf(resource: string): string | undefined {
  return RESOURCE.exec(resource)?.[1];
}

/** Compute slices of a profile; undefined when it has not the form of one. */
export function slicesOf(profile: string): number | undefined {
  const slices = Number(FORM.exec(profile)?.[1]);
  return slices >= 1 && slices <= 7 ? slices : undefined;
}

/** The cards that offer a profile. */
export function gpusWith(profile: string): MigGpu[] {
  return MIG_GPUS.filter(({ profiles }) => Object.hasOwn(profiles, profile));
}

/** The card that a node's `nvidia.com/gpu.product` names. */
export function gpuOf(product: string): MigGpu | undefined {
  return MIG_GPUS.find((gpu) => gpu.product.test(product));
}
