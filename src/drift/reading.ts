import pLimit from "p-limit";
import { UserError } from "../core/errors.ts";
import { shortList } from "../core/short-list.ts";
import { RefusedError } from "../kubernetes/refusals.ts";
import type { Unread } from "./model.ts";
import { unreadFor } from "./unread.ts";

const FORBIDDEN = 403;
const PARALLEL = 8;
const MOST_NAMED = 5;

/** An answer, and what it is about: one namespace, or the whole cluster. */
export interface Answer<T> {
  namespace?: string;
  value: T;
}

/** A question without an answer. */
export interface Failure {
  namespace?: string;
  error: UserError;
}

/**
 * Asks for the whole cluster in one go, and for each namespace by itself only where the account may not do that.
 * @param namespaces where what is looked for may be; none for what stands in no namespace
 */
export async function readEverywhere<T>(
  namespaces: readonly string[],
  read: (namespace?: string) => Promise<T>,
): Promise<{ answers: Answer<T>[]; failures: Failure[] }> {
  const [whole] = await attempts([undefined], read);
  const isForbidden = whole?.error instanceof RefusedError && whole.error.status === FORBIDDEN;
  const all = isForbidden && namespaces.length > 0 ? await attempts(namespaces, read) : [whole ?? {}];
  return {
    answers: all.flatMap((each) =>
      each.value === undefined ? [] : [{ ...placeOf(each), value: each.value.of }],
    ),
    failures: all.flatMap((each) => (each.error ? [{ ...placeOf(each), error: each.error }] : [])),
  };
}

interface Attempt<T> {
  namespace?: string;
  value?: { of: T };
  error?: UserError;
}

function attempts<T>(
  namespaces: readonly (string | undefined)[],
  read: (namespace?: string) => Promise<T>,
): Promise<Attempt<T>[]> {
  const slot = pLimit(PARALLEL);
  return Promise.all(
    namespaces.map((namespace) =>
      slot(async (): Promise<Attempt<T>> => {
        const place = namespace === undefined ? {} : { namespace };
        try {
          return { ...place, value: { of: await read(namespace) } };
        } catch (thrown) {
          return { ...place, error: userError(thrown) };
        }
      }),
    ),
  );
}

function placeOf({ namespace }: { namespace?: string }): { namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}

/** What a user can do something about; a bug goes on as it is. */
export function userError(thrown: unknown): UserError {
  if (thrown instanceof UserError) return thrown;
  throw thrown;
}

/**
 * What could not be read, one entry for all namespaces that were refused alike.
 * @param what in the plural, such as `Deployments`
 */
export function unreadOf(what: string, failures: readonly Failure[]): Unread[] {
  const alike = new Map<string, Failure[]>();
  for (const failure of failures) {
    const key = keyOf(failure);
    alike.set(key, [...(alike.get(key) ?? []), failure]);
  }
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const names = group.flatMap(({ namespace }) => (namespace === undefined ? [] : [namespace]));
    const where = names.length === 0 ? "the whole cluster" : namespacesText(names);
    return [unreadFor(`${what} of ${where}`, first.error)];
  });
}

function keyOf({ namespace, error }: Failure): string {
  const status = error instanceof RefusedError ? `${error.status} ${error.reason}` : error.message;
  return `${namespace === undefined ? "cluster" : "namespace"} ${status}`;
}

function namespacesText(names: readonly string[]): string {
  const [only] = names;
  if (names.length === 1 && only !== undefined) return `namespace ${only}`;
  return `namespaces ${shortList(names, MOST_NAMED)}`;
}
