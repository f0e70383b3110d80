import { z } from "zod";
import { type Github, GithubError } from "./api.ts";
import { viewerLogin } from "./viewer.ts";

/** What one comment is about: each of these has its own. */
export interface CommentTopic {
  /** GITHUB_WORKFLOW */
  workflow: string | undefined;
  environment: string;
  tenant?: string;
}

export interface StickyComment {
  pullRequest: number;
  /** First line of the comment; nobody sees it. */
  marker: string;
  /** The whole comment, which starts with the marker. */
  body: string;
  /** Whether a comment is made where there is none; an existing one is always brought up to date. Default: true. */
  create?: boolean;
}

export interface PutComment {
  what: "created" | "updated" | "unchanged" | "none";
  url?: string;
}

const commentSchema = z.object({
  id: z.number(),
  html_url: z.string(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullish(),
});
type Comment = z.infer<typeof commentSchema>;

/** The hidden first line that tells our comment from others. No name can end it. */
export function planMarker({ workflow, environment, tenant }: CommentTopic): string {
  const names = [workflow ?? "", environment, ...(tenant === undefined ? [] : [tenant])];
  return `<!-- clearml-actions:plan:${names.map(encodeURIComponent).join(":")} -->`;
}

/**
 * Keeps one comment of a pull request up to date: the oldest that starts with the marker and that this very token has
 * written. Others by the same token, left by two runs at the same time, are deleted; whatever anybody else has written
 * is not touched, also when it quotes the marker. A comment that says the same already is not written again.
 */
export async function putStickyComment(github: Github, wanted: StickyComment): Promise<PutComment> {
  const ours = await commentsOf(github, wanted);
  const [kept, ...doubles] = ours;
  for (const { id } of doubles) await unlessGone(github.request("DELETE", path(github, id)));
  if (kept && sameText(kept.body ?? "", wanted.body)) return { what: "unchanged", url: kept.html_url };
  if (kept && (await unlessGone(github.request("PATCH", path(github, kept.id), { body: wanted.body })))) {
    return { what: "updated", url: kept.html_url };
  }
  if (wanted.create === false) return { what: "none" };
  const { json } = await github.request("POST", listPath(github, wanted), { body: wanted.body });
  return { what: "created", url: commentSchema.parse(json).html_url };
}

/** Comments with the marker that this token has written, oldest first. */
async function commentsOf(github: Github, wanted: StickyComment): Promise<Comment[]> {
  const all = await github.list(listPath(github, wanted), commentSchema);
  const marked = all.filter(({ body }) => body?.startsWith(wanted.marker));
  if (marked.length === 0) return [];
  const login = await viewerLogin(github);
  return marked.filter(({ user }) => user?.login === login).sort((a, b) => a.id - b.id);
}

/** False when somebody has deleted the comment in the meantime. */
async function unlessGone(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (thrown) {
    if (thrown instanceof GithubError && thrown.status === 404) return false;
    throw thrown;
  }
}

function sameText(a: string, b: string): boolean {
  const plain = (text: string) => text.replaceAll("\r\n", "\n").trimEnd();
  return plain(a) === plain(b);
}

function listPath({ repository }: Github, { pullRequest }: StickyComment): string {
  return `/repos/${repository}/issues/${pullRequest}/comments`;
}

function path({ repository }: Github, id: number): string {
  return `/repos/${repository}/issues/comments/${id}`;
}
