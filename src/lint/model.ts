import type { ComponentDefinition, ComponentId, Generation, ValueRule } from "../catalogue/model.ts";
import type { Location } from "../core/errors.ts";
import type { Level } from "../core/host.ts";
import type { Environment } from "../environment/model.ts";
import type { ValuesLayer } from "../overrides/resolve.ts";

/** One finding, in the shape of the findings file (version 1). */
export interface Finding {
  /** Slug of the rule, such as `env-email-unquoted`. */
  rule: string;
  /** Its number, such as `L31`. */
  id: string;
  severity: Level;
  message: string;
  file: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  related?: { file: string; line: number; column: number; message: string }[];
  docs: string;
}

export interface FindingsReport {
  version: 1;
  findings: readonly Finding[];
  counts: Readonly<Record<Level, number>>;
  suppressed: number;
}

/** What a rule says about one place. */
export interface Hit {
  /** The fact, then why it matters, in one or two lines. */
  message: string;
  /** The repair. */
  hint?: string;
  at: Location;
  /** Where this hit weighs more or less than the rule usually does. */
  severity?: Level;
  related?: { at: Location; message: string }[];
}

/** One rule; one file below `src/lint/rules/`. */
export interface Rule {
  id: string;
  slug: string;
  severity: Level;
  /** One sentence for the list of rules: what it finds and why that breaks. */
  about: string;
  /** Components it is about; all when left out. */
  components?: readonly ComponentId[];
  /** Looks at one release; called for each. */
  check?(release: LintRelease): Iterable<Hit>;
  /** Looks at all releases of an environment at once. */
  checkAll?(releases: readonly LintRelease[]): Iterable<Hit>;
}

/** A component with its values, as rules see it. */
export interface LintRelease {
  definition: ComponentDefinition;
  id: ComponentId;
  tenant?: string;
  version?: string;
  /** Name of its chart, where that is known. */
  chart?: string;
  generation?: Generation;
  /** The environment; undefined when a single file is linted. */
  environment?: Environment;
  /** Where the component stands; the start of the file when a single file is linted. */
  at: Location;
  /** The files as read, weakest first; also those whose YAML is broken. */
  layers: readonly ValuesLayer[];
  /** Every value of every layer. */
  entries: readonly Entry[];
  /** Environment variables of containers, of every layer. */
  variables: readonly Variable[];
  /** The layers merged, names replaced as far as they are known without secrets. */
  values: Readonly<Record<string, unknown>>;
  /** The rule of a path within values. */
  ruleAt(path: readonly (string | number)[]): ValueRule | undefined;
  /** Names that may be used; undefined when a single file is linted. */
  names?: readonly string[];
  /** Where the merged value at a path was set last; the component itself when it was not. */
  locate(path: readonly (string | number)[]): Location;
}

/** One value of one file: a scalar, list or map, below a key or in a list. */
export interface Entry {
  layer: ValuesLayer;
  /** Path within the values. */
  path: readonly (string | number)[];
  value: unknown;
  /** A string with its known names replaced; undefined for other types and where a name has no value yet. */
  text?: string;
  /** Copied from a guide and never filled in (`<BASE_DOMAIN>`): other rules have nothing to say about it. */
  leftover: boolean;
  rule?: ValueRule;
  /** Set when the key is not among those known here. */
  unknown?: { known: readonly string[]; closed: boolean };
  at(part?: "key" | "value"): Location;
}

/** An item of an environment list. */
export interface Variable {
  /** The item itself. */
  item: Entry;
  name: string;
  value?: Entry;
}
