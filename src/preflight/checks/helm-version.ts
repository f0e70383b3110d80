import semver from "semver";
import type { Check, PreflightFinding } from "../model.ts";

const CHECK = "helm-version";

/** Versions of Helm that cannot be trusted with an upgrade, and the first one that can. */
const BROKEN: readonly { versions: string; why: string; instead: string }[] = [
  {
    versions: ">=4.0.0-0 <4.1.2",
    why: "it ignores `--server-side` when it installs, and lacks flags that later versions have",
    instead: "4.1.2",
  },
  { versions: "4.2.1", why: "this release is faulty", instead: "4.2.2" },
];

/** Helm 3 gets security fixes until then. */
const HELM_3_ENDS = "2027-02-10";

/** Whether this Helm can do what is asked of it. */
export const helmVersion: Check = {
  name: CHECK,
  looksAt: "the version of Helm",
  needs: "run helm",
  async find({ helm, now = new Date() }) {
    return judgeHelm(helm.version, now);
  },
};

/** What is to be said of a version of Helm. */
export function judgeHelm(version: string, now: Date): PreflightFinding[] {
  const exact = semver.parse(version);
  if (exact === null) return [];
  const broken = BROKEN.find(({ versions }) =>
    semver.satisfies(exact, versions, { includePrerelease: true }),
  );
  if (broken) {
    return [
      {
        check: CHECK,
        severity: "error",
        kind: "input",
        message: `Helm ${version} is not safe for this: ${broken.why}`,
        hint: `use Helm ${broken.instead} or later: setup-clearml-helm with \`helm-version: "${broken.instead}"\``,
      },
    ];
  }
  if (exact.major > 3) return [];
  const ended = now >= new Date(HELM_3_ENDS);
  return [
    {
      check: CHECK,
      severity: ended ? "warning" : "info",
      message: `Helm ${version}: Helm 3 ${ended ? "has had no security fixes since" : "gets security fixes until"} ${HELM_3_ENDS}`,
      hint: "move to Helm 4; releases keep the way they are applied",
    },
  ];
}
