import type { Gpu } from "../model.ts";

const BUS = /\b([0-9A-F]{4,8})(:[0-9A-F]{2}:[0-9A-F]{2}\.[0-9A-F])/i;
/** Some drivers write `GPU0000:17:00.0`, without a blank. */
const NO_BLANK = /\bGPU(?=[0-9A-F]{4})/gi;

/** The first PCI bus id in a line, as `nvidia-smi --query-gpu=pci.bus_id` prints it: the domain has eight digits. */
export function busIn(line: string): string | undefined {
  const [, domain = "", rest = ""] = BUS.exec(line.replace(NO_BLANK, "GPU ")) ?? [];
  return rest === "" ? undefined : `${domain.padStart(8, "0")}${rest}`.toUpperCase();
}

/** GPUs for `-i`. By bus id, not by index: when a GPU falls off the bus, the others may be counted anew. */
export function listOf(gpus: readonly Gpu[]): string {
  return gpus.map(({ bus, index }) => bus || String(index)).join(",");
}
