import { z } from "zod";
import type { ClearmlApi } from "./api.ts";
import { isAnswer, unreadable } from "./errors.ts";
import { allPages } from "./pages.ts";
import { exactly } from "./pattern.ts";

export interface User {
  id: string;
  name: string;
  company: string;
}

// users.get_by_id answers the company's id, users.get_current_user an object.
const USER = z.object({
  id: z.string(),
  name: z.string().default(""),
  company: z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]),
});
const ONE = z.object({ user: USER });
const MANY = z.object({ users: z.array(USER.partial({ company: true })) });
const CREATED = z.object({ id: z.string() });

/** Identities of the server's configuration file (`__name__`): they have no profile and cannot have credentials. */
export function isProtected(userId: string): boolean {
  return /^__.*__$/.test(userId);
}

export interface NewUser {
  name: string;
  email: string;
  /** Id of its company. */
  company: string;
  role: "admin" | "user";
  /** Whether the applications of the tenant may run as this user (Enterprise servers). */
  internal?: boolean;
}

/** Creates a user and gives its id. @throws ClearmlApiError 400/801 when the e-mail is taken on this server */
export async function createUser(api: ClearmlApi, { internal, ...user }: NewUser): Promise<string> {
  // A text in every example of the documents; servers without such users ignore the field.
  const body = { ...user, ...(internal ? { internal: "true" } : {}) };
  const created = CREATED.safeParse(await api.call("auth.create_user", body));
  if (!created.success) throw unreadable({ url: api.url, endpoint: "auth.create_user" }, "the user's id");
  return created.data.id;
}

/**
 * Deletes the profile of a user; one that is gone already is no error. Login, credentials and the taken e-mail
 * address stay: the server has no call for them.
 */
export async function deleteUser(api: ClearmlApi, id: string, actAs: string): Promise<void> {
  try {
    await api.call("users.delete", { user: id }, { actAs, repeatable: true });
  } catch (thrown) {
    if (!isAnswer(thrown, 400, 301)) throw thrown;
  }
}

/**
 * A user of any company; undefined when there is none. A key of role system reads every user by id; role root does
 * not, but may act as every user.
 */
export async function findUser(api: ClearmlApi, id: string): Promise<User | undefined> {
  try {
    return readUser(api, "users.get_by_id", await api.call("users.get_by_id", { user: id }));
  } catch (thrown) {
    if (!isAnswer(thrown, 400, 301)) throw thrown;
  }
  if ((await api.claims()).role !== "root") return undefined;
  try {
    return readUser(
      api,
      "users.get_current_user",
      await api.call("users.get_current_user", {}, { actAs: id }),
    );
  } catch (thrown) {
    // 400/300: the login is still there, the profile was deleted.
    if (isAnswer(thrown, 400, 6) || isAnswer(thrown, 400, 300)) return undefined;
    throw thrown;
  }
}

function readUser(api: ClearmlApi, endpoint: string, data: unknown): User {
  const answer = ONE.safeParse(data);
  if (!answer.success) throw unreadable({ url: api.url, endpoint }, "a user with id and company");
  return answer.data.user;
}

/**
 * Ids of the users with exactly this name in the company of `knownUser`, as whom the call is made. The API cannot
 * look up an e-mail address.
 */
export async function findUsersByName(api: ClearmlApi, knownUser: string, name: string): Promise<string[]> {
  const users = await usersAs(api, knownUser, { name: exactly([name]) });
  return users.filter((user) => user.name === name).map((user) => user.id);
}

/** The users of the company of `knownUser` that have a profile. */
export async function listUsers(api: ClearmlApi, knownUser: string): Promise<{ id: string; name: string }[]> {
  return allPages((page) => usersAs(api, knownUser, { order_by: ["id"], ...page }));
}

async function usersAs(api: ClearmlApi, actAs: string, filter: object) {
  const body = { only_fields: ["id", "name", "company"], ...filter };
  const users = MANY.safeParse(await api.call("users.get_all", body, { actAs }));
  if (!users.success) throw unreadable({ url: api.url, endpoint: "users.get_all" }, "a list of users");
  return users.data.users.map(({ id, name }) => ({ id, name }));
}
