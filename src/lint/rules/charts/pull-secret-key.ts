import { pathInFile } from "../../facts/entry-text.ts";
import type { Entry, Fix, LintRelease, Rule } from "../../model.ts";

const LISTS = ["existingImagePullSecrets", "extraImagePullSecrets"];
const SPELLINGS = new Set([...LISTS, "existingSecret"]);

export const pullSecretKey: Rule = {
  id: "L25",
  slug: "pull-secret-key",
  severity: "warning",
  about: "Existing pull secrets are named by the key of another chart, so images are pulled without them.",
  why: "Each family of charts has its own key below `imageCredentials`: the server and the gateway read the list `existingImagePullSecrets`, the agent the list `extraImagePullSecrets`, and the public charts the text `existingSecret`. Under another key the secret is ignored, and pods wait with ImagePullBackOff.",
  fixable: true,
  *check(release) {
    const expected = keyOf(release);
    if (expected === undefined) return;
    for (const entry of release.entries) {
      const key = String(entry.path.at(-1));
      if (entry.path.at(-2) !== "imageCredentials" || !SPELLINGS.has(key) || key === expected) continue;
      // Which edition a single file is for is not known; and charts print the key, empty.
      if (
        isEmpty(entry.value) ||
        (!release.environment && !(LISTS.includes(key) && LISTS.includes(expected)))
      )
        continue;
      const fix =
        LISTS.includes(key) && LISTS.includes(expected) ? renamed(release, entry, expected) : undefined;
      yield {
        message: `${release.id} does not read \`${entry.path.join(".")}\`: its images are pulled without that secret`,
        hint: LISTS.includes(expected)
          ? `write \`${expected}\`, a list of \`name\``
          : `write \`${expected}\`, a name`,
        at: entry.at("key"),
        ...(fix ? { fix } : {}),
      };
    }
  },
};

/** The key a component's chart reads; undefined for charts of others, and where it is not known. */
function keyOf({ id, environment, definition }: LintRelease): string | undefined {
  if (id === "serving") return "existingSecret";
  const list = LISTS.find((each) =>
    definition.values.some(({ path }) => path.endsWith(`imageCredentials.${each}`)),
  );
  if (list === undefined) return undefined;
  const isPublic =
    environment?.edition === "community" && definition.charts.some(({ edition }) => edition === "community");
  if (isPublic) return "existingSecret";
  return id === "agent" ? "extraImagePullSecrets" : "existingImagePullSecrets";
}

function isEmpty(value: unknown): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function renamed(release: LintRelease, entry: Entry, to: string): Fix | undefined {
  const isTaken = release.entries.some(
    (each) => each.path.at(-2) === "imageCredentials" && each.path.at(-1) === to,
  );
  if (isTaken) return undefined;
  const change = { source: entry.layer.source, kind: "rename", path: pathInFile(entry), to } as const;
  return { description: `rename it to \`${to}\``, changes: [change] };
}
