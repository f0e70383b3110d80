import { z } from "zod";
import type { ClearmlApi } from "./api.ts";
import { isAnswer, unreadable } from "./errors.ts";
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

/** Creates a user and gives its id. @throws ClearmlApiError 400/801 when the e-mail is taken on this server */
export async function createUser(
  api: ClearmlApi,
  user: { name: string; email: string; company: string; role: "admin" | "user" },
): Promise<string> {
  const created = CREATED.safeParse(await api.call("auth.create_user", user));
  if (!created.success) throw unreadable({ url: api.url, endpoint: "auth.create_user" }, "the user's id");
  return created.data.id;
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
  const body = { name: exactly([name]), only_fields: ["id", "name", "company"] };
  const users = MANY.safeParse(await api.call("users.get_all", body, { actAs: knownUser }));
  if (!users.success) throw unreadable({ url: api.url, endpoint: "users.get_all" }, "a list of users");
  return users.data.users.filter((user) => user.name === name).map((user) => user.id);
}
