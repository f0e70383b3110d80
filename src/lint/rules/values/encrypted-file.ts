import type { Rule } from "../../model.ts";
import { isEncrypted } from "../../release.ts";

export const encryptedFile: Rule = {
  id: "S1",
  slug: "encrypted-file",
  severity: "error",
  about: "The file is encrypted with SOPS; neither lint nor Helm can read its values.",
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
