/** What the double of GitHub's API knows. Tests read and change it at will. */

/** An attempt of a workflow run. */
export interface Run {
  id: number;
  attempt: number;
  status: "queued" | "in_progress" | "waiting" | "completed";
  conclusion: "success" | "failure" | "cancelled" | "timed_out" | null;
}

export interface Comment {
  id: number;
  /** Number of the issue or pull request it stands in. */
  issue: number;
  login: string;
  type: "Bot" | "User";
  body: string;
  createdAt: string;
  updatedAt: string;
}

/** An issue that is no pull request. */
export interface Issue {
  number: number;
  title: string;
  body: string;
  login: string;
  type: "Bot" | "User";
  labels: string[];
  state: "open" | "closed";
  stateReason: "completed" | "not_planned" | "duplicate" | "reopened" | null;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
}

export interface Rights {
  actions?: "read" | "write";
  issues?: "read" | "write";
  pullRequests?: "read" | "write";
}

/** Who a token speaks for, and what it may do in the repository. */
export interface Token {
  login: string;
  type: "Bot" | "User";
  rights: Rights;
}

/** One request as it came. The token itself is not kept. */
export interface RecordedRequest {
  method: string;
  /** With the query. */
  path: string;
  /** Login of the token's owner; undefined without a known token. */
  login: string | undefined;
  body: unknown;
  /** What was answered; 0 when the connection was closed without an answer. */
  status: number;
}

export interface Fault {
  /** Only requests of this method; every method when left out. */
  method?: string;
  /** Only paths that match. */
  path?: RegExp;
  /** 0 closes the connection without an answer. */
  status: number;
  message?: string;
  headers?: Readonly<Record<string, string>>;
  /** How often; once when left out. */
  times?: number;
}

export interface State {
  /** `owner/name` */
  repository: string;
  /** Anyone may read a public repository, also without a token. */
  visibility: "private" | "public";
  tokens: Map<string, Token>;
  runs: Run[];
  comments: Comment[];
  /** Numbers of the issues and pull requests there are: pull requests, but for those of `tracker`. */
  issues: Set<number>;
  /** What is known of the issues. */
  tracker: Issue[];
  /** What is known of some of the pull requests. */
  pullRequests: Map<number, Pick<Issue, "login" | "body">>;
  /** Runs before a request is answered. */
  before?: ((method: string, path: string) => void) | undefined;
  /** Names of the labels there are. One that an issue is created with is made. */
  labels: Set<string>;
  /** Whether the repository has issues at all; a fork has none. */
  hasIssues: boolean;
  /** Nothing can be written any more. */
  archived: boolean;
  /** Numbers of those where nobody may comment any more. */
  locked: Set<number>;
}
