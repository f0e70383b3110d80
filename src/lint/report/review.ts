import { z } from "zod";
import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { github, pullRequestOf } from "../../github/api.ts";
import type { Finding } from "../model.ts";
import { SAFE_GIT } from "../scope/git.ts";
import { type DiffLines, linesOfPatch, markedIn, suggestionsOf } from "./suggestions.ts";

type ReviewContext = Pick<Context, "env" | "exec" | "http" | "log" | "annotate" | "signal">;

const fileSchema = z.object({ filename: z.string(), patch: z.string().optional() });
const commentSchema = z.object({ body: z.string() });

/**
 * Posts the repairs of findings as one review with suggestions, each once. What keeps it from doing so, such as the
 * read-only token of a pull request from a fork, is told and fails nothing.
 */
export async function suggest(
  findings: readonly Finding[],
  texts: ReadonlyMap<string, string>,
  { token, cwd }: { token: string; cwd: string },
  context: ReviewContext,
): Promise<void> {
  const pull =
    context.env.GITHUB_EVENT_NAME === "pull_request" ? await pullRequestOf(context.env) : undefined;
  const client = github(context, token);
  if (!pull || !client) return context.log.info("no suggestions: this is no run of a pull request");
  const path = `/repos/${client.repository}/pulls/${pull.number}`;
  try {
    const diff: DiffLines = new Map(
      (await client.list(`${path}/files`, fileSchema)).map((each) => [
        each.filename,
        linesOfPatch(each.patch ?? ""),
      ]),
    );
    const marked = markedIn((await client.list(`${path}/comments`, commentSchema)).map(({ body }) => body));
    const prefix = await prefixOf(cwd, context.exec);
    const comments = suggestionsOf({ findings, texts, diff, marked, prefix });
    if (comments.length === 0)
      return context.log.info("no new suggestions for the lines of this pull request");
    const body = `${plural(comments.length, "repair")} that lint-overrides can make.`;
    const review = { commit_id: pull.sha, event: "COMMENT", body, comments };
    await client.request("POST", `${path}/reviews`, review);
    context.log.info(`suggested ${plural(comments.length, "repair")} in the pull request`);
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    const hint = thrown.problems[0]?.hint;
    context.annotate("info", {
      message: `no suggestions were posted: ${thrown.message}`,
      ...(hint ? { hint } : {}),
    });
  }
}

/** Where the working folder lies in its repository. */
async function prefixOf(cwd: string, exec: Context["exec"]): Promise<string> {
  const { stdout, code } = await exec.run("git", [...SAFE_GIT, "rev-parse", "--show-prefix"], {
    cwd,
    quiet: true,
    harmless: true,
    ok: [0, 128],
  });
  return code === 0 ? stdout.trim() : "";
}
