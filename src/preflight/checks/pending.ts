import { isPending } from "../../helm/pending.ts";
import type { Check } from "../model.ts";

/** Releases whose last operation never ended. They are told here; repairing them is another step. */
export const pending: Check = {
  name: "pending",
  looksAt: "the releases",
  needs: "list secrets",
  async find({ records }) {
    return [...records].flatMap(([use, record]) =>
      isPending(record)
        ? [
            {
              check: "pending",
              severity: "info" as const,
              message: `${use.namespace}/${use.release}: revision ${record.revision} is ${record.status}, the operation has not ended`,
              hint: "it is marked failed and upgraded again when the run that began it is known to have ended",
            },
          ]
        : [],
    );
  },
};
