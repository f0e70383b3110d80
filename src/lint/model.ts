import type { ComponentDefinition, ComponentId, Generation, ValueRule } from "../catalogue/model.ts";
import type { ChartContents } from "../chart/model.ts";
import type { Location } from "../core/errors.ts";
import type { Level } from "../core/host.ts";
import type { ComponentUse, Environment } from "../environment/model.ts";
import type { ValuesLayer } from "../overrides/resolve.ts";
import type { RenderedRelease } from "../render/model.ts";
import type { Path, YamlSource } from "../yaml/source.ts";
import type { ShellCommand } from "./commands/commands.ts";
import type { ClusterFacts } from "./evidence/cluster-facts.ts";

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
  /** The edits are made from the last to the first, so that their places hold. */
  fix?: { description: string; edits: readonly TextEdit[] };
  /** The same from run to run while rule, file and the text of the line stay, wherever the line moves. */
  fingerprint: string;
  docs: string;
}

/** Text that replaces a range of a file; columns count from 1, the end is exclusive. */
export interface TextEdit {
  file: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  text: string;
}

export interface FindingsReport {
  version: 1;
  findings: readonly Finding[];
  counts: Readonly<Record<Level, number>>;
  /** Findings that a comment in the file silences. */
  suppressed: number;
  /** Findings that the baseline knows. */
  baselined: number;
  /** Repairs that were written; what they repaired is not among the findings. */
  fixed: number;
  /** Rules that could not look at all they decide from. */
  notChecked: readonly NotChecked[];
}

export interface NotChecked {
  id: string;
  /** Slug of the rule. */
  rule: string;
  reason: string;
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
  /** The repair as an edit, where it is safe: it cannot change what the author meant. */
  fix?: Fix;
}

/** A repair that the toolkit can make itself. */
export interface Fix {
  /** What it does, in the imperative: "write inner quotes". */
  description: string;
  changes: readonly Change[];
}

/** One change of one file; `path` is the whole path within the document of `source`. */
export type Change = { source: YamlSource } & (
  | { kind: "value"; path: Path; to: string | number | boolean | null }
  | { kind: "rename"; path: Path; to: string }
  | { kind: "remove"; path: Path }
  /** Characters replaced as they are, for files that do not parse. */
  | { kind: "text"; start: number; end: number; to: string }
);

/** What a rule decides from. */
export type Evidence = "files" | "commands" | "rendering" | "cluster";

/** One rule; one file below `src/lint/rules/`. */
export interface Rule {
  id: string;
  slug: string;
  severity: Level;
  /** One sentence for the list of rules: what it finds and why that breaks. */
  about: string;
  /** For its page: what happens when it is left as it is, and how to repair it; one to five sentences. */
  why: string;
  /** Components it is about; all when left out. */
  components?: readonly ComponentId[];
  /** Set when some of its hits carry a fix. */
  fixable?: true;
  /** Looks at one release; called for each. */
  check?(release: LintRelease): Iterable<Hit>;
  /** Looks at all releases of an environment at once. */
  checkAll?(releases: readonly LintRelease[]): Iterable<Hit>;
  /** Looks at the environment: its file, its tenants. */
  checkEnvironment?(environment: Environment, releases: readonly LintRelease[]): Iterable<Hit>;
  /** Looks at the shell commands of workflows and scripts. */
  checkCommands?(commands: readonly ShellCommand[]): Iterable<Hit>;
  /** Looks at the objects that a chart makes of a release's values. */
  checkRendered?(rendered: RenderedRelease): Iterable<Hit>;
  /** Looks at the files and the cluster together. */
  checkCluster?(releases: readonly LintRelease[], cluster: ClusterFacts): Iterable<Hit>;
}

/** A known trap that no rule of its own finds, for the table of rules. */
export interface Unchecked {
  id: string;
  slug: string;
  /** One sentence, as of a rule. */
  about: string;
  /** Why not: another rule finds it (which), or no file and no cluster says it. */
  reason: string;
}

/** A component with its values, as rules see it. */
export interface LintRelease {
  definition: ComponentDefinition;
  id: ComponentId;
  tenant?: string;
  version?: string;
  /** Name of its chart, where that is known. */
  chart?: string;
  /** The chart itself, where it is at hand. */
  contents?: ChartContents;
  /** Where it is installed; undefined when a single file is linted. */
  namespace?: string;
  release?: string;
  generation?: Generation;
  /** The environment and the component in it; undefined when a single file is linted. */
  environment?: Environment;
  use?: ComponentUse;
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

/** As much of a release as its values tell: what facts about hosts and ports are found from. */
export type ReleaseValues = Pick<
  LintRelease,
  "id" | "tenant" | "namespace" | "environment" | "contents" | "values" | "locate"
>;

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
