import type { Rule } from "../../model.ts";
import { isEncrypted } from "../../release.ts";

export const encryptedFile: Rule = {
  id: "S1",
  slug: "encrypted-file",
  severity: "error",
  about: "The file is encrypted with SOPS; neither lint nor Helm can read its values.",
  why: "SOPS leaves the keys readable and replaces every value by ciphertext. Helm would install the ciphertext as it is, and no rule can judge it, so nothing else is said about such a file. Decrypt it into a folder of the job in a step before this one, and name the decrypted file as the override.",
  *check({ layers }) {
    for (const { source, value } of layers) {
      if (!isEncrypted(value)) continue;
      yield {
        message: "the file is encrypted with SOPS, its values cannot be checked",
        hint: "decrypt it in a step before this one",
        at: source.locate(["sops"], "key"),
      };
    }
  },
};
