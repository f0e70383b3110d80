import type { NvidiaSmi } from "../transport/model.ts";
import { failureOf } from "./failures.ts";

/** A MIG profile that a GPU of a node offers. */
export interface ListedProfile {
  /** Index of the GPU. */
  gpu: number;
  /** Such as `1g.5gb` or `1g.5gb+me`. */
  profile: string;
  /** How many more fit. None while MIG is off. */
  free: number;
  total: number;
}

const LIST_MS = 60_000;
const ROW = /^\|\s*(\d+)\s+MIG\s+(\S+)\s+\d+\s+(\d+)\/(\d+)\s/;

/** The profiles in what `nvidia-smi mig -lgip` printed. */
export function parseProfiles(stdout: string): ListedProfile[] {
  return stdout.split("\n").flatMap((line) => {
    const [row, gpu, profile = "", free, total] = ROW.exec(line) ?? [];
    return row === undefined ? [] : [{ gpu: Number(gpu), profile, free: Number(free), total: Number(total) }];
  });
}

/**
 * The profiles that the GPUs of a node offer; none where no GPU knows MIG.
 * @throws NoAnswerError when nvidia-smi tells nothing of use
 */
export async function listProfiles(smi: NvidiaSmi): Promise<ListedProfile[]> {
  const answer = await smi.run(["mig", "-lgip"], LIST_MS);
  const profiles = parseProfiles(answer.stdout);
  if (profiles.length > 0 || /No MIG-supported devices found/i.test(answer.stdout + answer.stderr))
    return profiles;
  throw failureOf(smi.place, answer);
}
