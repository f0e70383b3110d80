import { isSecretVariable } from "../../../catalogue/environment-variables.ts";
import { isMap } from "../../../overrides/merge.ts";
import { pathInFile, writtenAt } from "../../facts/entry-text.ts";
import { soundsSecret } from "../../facts/secret-names.ts";
import type { Fix, Hit, Rule, Variable } from "../../model.ts";

export const envValueNotString: Rule = {
  id: "L11",
  slug: "env-value-not-string",
  severity: "error",
  about: "The value of an environment variable is not a text; the API server refuses the whole Deployment.",
  why: "Environment variables are text. A number, a boolean, a list or a map without quotes reaches Kubernetes as what it is, and the Deployment is refused with `cannot unmarshal … into string`. Put the value in quotes; write a list or map as JSON within single quotes. An item has either `value` or `valueFrom`.",
  fixable: true,
  *check({ variables }) {
    for (const variable of variables) {
      const { item, name } = variable;
      yield* notText(variable);
      if (isMap(item.value) && item.value.value != null && item.value.valueFrom != null) {
        yield {
          message: `\`${name}\` has both value and valueFrom, and Kubernetes takes one of them`,
          hint: "keep one of the two",
          at: item.at(),
        };
      }
    }
  },
};

function* notText({ name, value }: Variable): Generator<Hit> {
  if (!value || value.value === null || typeof value.value === "string") return;
  const isTree = typeof value.value === "object";
  const kind = Array.isArray(value.value) ? "list" : isTree ? "map" : typeof value.value;
  const fix = isTree || isSecretVariable(name) || soundsSecret(name) ? undefined : inQuotes(value);
  yield {
    message: `the value of \`${name}\` is a ${kind}, and variables hold text`,
    hint: isTree ? "write it as JSON within single quotes" : "write it in quotes",
    at: value.at(),
    ...(fix ? { fix } : {}),
  };
}

function inQuotes(value: NonNullable<Variable["value"]>): Fix | undefined {
  const { source } = value.layer;
  const written = writtenAt(source, value.at());
  if (written === undefined) return undefined;
  const change = { source, kind: "value", path: pathInFile(value), to: written } as const;
  return { description: "put the value in quotes", changes: [change] };
}
