import type { Finding } from "../model.ts";
import type { Selectors } from "./model.ts";
import { stepsOf } from "./path.ts";

/** Whether a finding fits all that a rule looks for. What a finding does not have, fits nothing. */
export function fits(selectors: Selectors, finding: Finding): boolean {
  const { object, path } = finding;
  const texts: readonly [pattern: string | undefined, text: string | undefined][] = [
    [selectors.component, finding.component],
    [selectors.tenant, finding.tenant],
    [selectors.class, finding.class],
    [selectors.kind, object?.kind],
    [selectors.namespace, object?.namespace],
    [selectors.name, object?.name],
    [selectors.manager, finding.manager],
  ];
  return (
    texts.every(([pattern, text]) => pattern === undefined || (text !== undefined && like(pattern, text))) &&
    (selectors.path === undefined || (path !== undefined && isBelow(selectors.path, path)))
  );
}

/** Whether a path is what the rule names, or lies below it. */
function isBelow(pattern: string, path: string): boolean {
  if (pattern.startsWith("/") !== path.startsWith("/")) return false;
  const steps = stepsOf(path);
  return stepsOf(pattern).every((step, index) => {
    const found = steps[index];
    return found !== undefined && like(step, found);
  });
}

/** Whether a text is what a pattern says, in which `*` stands for any characters. In linear time, whatever it says. */
function like(pattern: string, text: string): boolean {
  const [first = "", ...others] = pattern.split("*");
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  let from = first.length;
  for (const part of others) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return from <= text.length - last.length;
}
