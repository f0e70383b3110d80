import { z } from "zod";
import type { Github } from "../../github/api.ts";
import { viewerLogin } from "../../github/viewer.ts";
import { type Stored, storedIn } from "./marker.ts";

/** The label that issues about drift are made with. */
export const LABEL = "clearml-drift";

/** An issue about an environment's drift, written by this very token. */
export interface OurIssue {
  number: number;
  state: "open" | "closed";
  locked: boolean;
  body: string;
  stored: Stored;
}

export interface OurIssues {
  /** The oldest open one, or else the youngest of the closed ones. */
  issue?: OurIssue;
  /** Other open ones, left by runs at the same time. */
  doubles: readonly OurIssue[];
}

/** How long a closed issue is taken up again. */
const DAYS = 30;

const issueSchema = z.object({
  number: z.number(),
  state: z.enum(["open", "closed"]),
  locked: z.boolean().optional(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullish(),
  /** Lists of issues have pull requests in them. */
  pull_request: z.unknown().optional(),
});

/** The issue about an environment: open, or closed of late. Where somebody took its label off, it is found, too. */
export async function findIssues(github: Github, environment: string, now: Date): Promise<OurIssues> {
  const login = await viewerLogin(github);
  const since = new Date(now.getTime() - DAYS * 24 * 3600 * 1000).toISOString();
  const listed = async (query: string): Promise<OurIssue[]> => {
    const path = `/repos/${github.repository}/issues?${query}`;
    const issues = await github.list(path, issueSchema);
    return issues.flatMap(({ user, body, pull_request, locked = false, ...issue }) => {
      if (user?.login !== login || pull_request !== undefined) return [];
      const stored = storedIn(body ?? "", environment);
      return stored ? [{ ...issue, locked, body: body ?? "", stored }] : [];
    });
  };
  const closed: OurIssue[] = [];
  for (const filter of [`labels=${LABEL}`, `creator=${encodeURIComponent(login)}`]) {
    const open = await listed(`state=open&${filter}`);
    const [issue, ...doubles] = open.sort((a, b) => a.number - b.number);
    if (issue) return { issue, doubles };
    closed.push(...(await listed(`state=closed&since=${since}&${filter}`)));
  }
  const [issue] = closed.sort((a, b) => b.number - a.number);
  return { ...(issue ? { issue } : {}), doubles: [] };
}
