import { type FailureKind, type Problem, UserError } from "../core/errors.ts";

/** What a hint may mention beside the code: where the call went and where the key came from. */
export interface CallPlace {
  url: string;
  endpoint: string;
  /** How the user gave the key: "the secrets A and B". */
  keySource: string;
}

/**
 * The ClearML API refused a call, answered with something else than its envelope, or did not answer. Match on
 * `code` and `subcode`, never on the text. `code` is the HTTP status; 0 when no answer came.
 */
export class ClearmlApiError extends UserError {
  readonly endpoint: string;
  readonly code: number;
  readonly subcode: number;

  constructor(
    place: CallPlace,
    answer: { code: number; subcode: number; kind: FailureKind; problem: Problem; cause?: unknown },
  ) {
    super(answer.problem, { kind: answer.kind, cause: answer.cause });
    this.name = "ClearmlApiError";
    this.endpoint = place.endpoint;
    this.code = answer.code;
    this.subcode = answer.subcode;
  }

  /** Whether the server may have carried the call out although nobody can tell: list before creating again. */
  get lost(): boolean {
    return this.code === 0 || this.code === 502 || this.code === 504;
  }
}

/** Whether `thrown` is an answer of the API with this code, e.g. `isAnswer(error, 400, 801)`. */
export function isAnswer(thrown: unknown, code: number, subcode: number): thrown is ClearmlApiError {
  return thrown instanceof ClearmlApiError && thrown.code === code && thrown.subcode === subcode;
}

/** Whether the server refused a call, and so certainly did nothing. */
export function isRefusal(thrown: unknown): thrown is ClearmlApiError {
  return thrown instanceof ClearmlApiError && thrown.code >= 400 && thrown.code < 500;
}

/** The error for an answer in the API's own envelope. */
export function refused(place: CallPlace, code: number, subcode: number, message: string): ClearmlApiError {
  return new ClearmlApiError(place, {
    code,
    subcode,
    kind: code === 429 || code >= 500 ? "cluster" : "input",
    problem: {
      message: `${place.endpoint} at ${place.url} answered ${code}/${subcode}: ${message}`,
      ...hintFor(place, code, subcode),
    },
  });
}

/** The error for a call whose answer never came. */
export function unanswered(place: CallPlace, cause: UserError): ClearmlApiError {
  const [problem] = cause.problems;
  return new ClearmlApiError(place, {
    code: 0,
    subcode: 0,
    kind: "cluster",
    problem: {
      message: `${place.endpoint}: ${cause.message}`,
      ...(problem?.hint ? { hint: problem.hint } : {}),
    },
    cause,
  });
}

/** The error for an answer of the right form that lacks what the call promises. */
export function unreadable(place: Pick<CallPlace, "url" | "endpoint">, expected: string): UserError {
  return new UserError(
    {
      message: `${place.endpoint} at ${place.url} answered without ${expected}`,
      hint: "this server's version is not known to clearml-actions; please report it with the server's version",
    },
    { kind: "cluster" },
  );
}

type Hint = (place: CallPlace) => string;

const wrongKey: Hint = ({ keySource }) =>
  `check ${keySource}: the key may be unknown, mistyped, revoked, or belong to another server`;
const userOrRole: Hint = () =>
  "the user id is unknown or lies in another company, or the key's role is not system, root or admin";

/** Causes by code, as seen on real servers; codes without an entry speak for themselves. */
const HINTS: Readonly<Record<string, Hint>> = {
  "400/6": userOrRole,
  "400/12": () => "a value has the wrong form; correct it in the tenant's file",
  "400/23": () => "correct `domains` in the tenant's file: bare domains such as example.com",
  "400/301": () =>
    "the user does not exist, or is a protected identity of the server's configuration (`__name__`), which cannot have credentials",
  "400/800": () => "names need at least 3 characters, and e-mail addresses the form name@domain",
  "400/801": () => "the name or e-mail address is taken on this server; choose another one",
  "401/10": wrongKey,
  "401/20": ({ keySource }) => `no key arrived; set ${keySource}`,
  "401/21": wrongKey,
  "401/22": wrongKey,
  "401/30": ({ url }) =>
    `the token was refused twice; check that the clocks agree and that one server answers at ${url}`,
  "403/20": ({ keySource }) => `use the API server's own key (role system or root) in ${keySource}`,
};

function hintFor(place: CallPlace, code: number, subcode: number): { hint?: string } {
  const known = HINTS[`${code}/${subcode}`];
  if (known) return { hint: known(place) };
  if (code === 404) return { hint: missingEndpoint(place) };
  if (code >= 500) {
    return {
      hint: "look at the log of the apiserver pods and at MongoDB, Redis and Elasticsearch behind them",
    };
  }
  return {};
}

/** 404/0 comes before the credentials are looked at: only edition, version or address can be wrong. */
function missingEndpoint({ endpoint, url }: CallPlace): string {
  return /^(system|login|tenants|sso|routers)\./.test(endpoint)
    ? `${url} is not a ClearML Enterprise API server: tenants need the Enterprise edition; check the address too`
    : `check that ${url} is the API server and its version is not too old`;
}
