import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "encrypted-file",
    "redis",
    "a SOPS file",
    "auth:\n  password: ENC[AES256_GCM,data:x]\nsops:\n  mac: x\n  lastmodified: y\n",
    ["error 3:1"],
    "auth:\n  password: ${REDIS_PASSWORD}\n",
  ),
];
