/** A right of the job's GitHub token, as the job grants it under `permissions:`. */
export interface TokenRight {
  scope: "actions" | "contents" | "issues" | "pull-requests" | "security-events";
  access: "read" | "write";
  /** What it is for, as words that follow "to …". */
  why: string;
  /** When it is needed, as words that follow "needed …"; always when left out. */
  when?: string;
}

/** To check out the files of the environment; every job that reads them needs it. */
export const CHECKOUT: TokenRight = { scope: "contents", access: "read", why: "check out the files" };

/** To ask GitHub about the run that holds a lock. */
export const ASK_ABOUT_RUNS: TokenRight = {
  scope: "actions",
  access: "read",
  why: "ask whether the run that holds the lock has ended",
  when: "after a run that was killed; without it the next one waits until the Lease has run out",
};

/** To keep the plan in a comment. */
export const PLAN_COMMENT: TokenRight = {
  scope: "pull-requests",
  access: "write",
  why: "keep the plan in a comment of the pull request",
  when: "with `comment: manage`",
};
