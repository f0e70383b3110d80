import { MONGO_URI } from "../../../catalogue/patterns.ts";
import type { Rule } from "../../model.ts";

/** Characters a URI gives a meaning of their own (RFC 3986, 2.2); a percent sign must begin an escape. */
const RESERVED = /[/?#[\]@:]|%(?![0-9a-f]{2})/i;

export const uriPassword: Rule = {
  id: "L156",
  slug: "uri-password",
  severity: "warning",
  about: "A password within a database address holds characters that a URI reads as something else.",
  why: "The address is cut at the wrong place: the server looks for a host that is half of the password, and may print it in its log. Write reserved characters as `%` escapes (`@` is `%40`, `/` is `%2F`), or choose a password of letters and digits.",
  *check({ entries }) {
    for (const { rule, text, value, leftover, at } of entries) {
      const written = text ?? (typeof value === "string" ? value : undefined);
      if (written === undefined || leftover || rule?.pattern !== MONGO_URI) continue;
      const user = /^mongodb(?:\+srv)?:\/\/(.*)@[^@]*$/s.exec(written)?.[1];
      const password = user?.slice(user.indexOf(":") + 1);
      if (!user?.includes(":") || !password || password.includes("${") || !RESERVED.test(password)) continue;
      yield {
        message: "the password within the address holds a character that ends it there",
        hint: "write the character as a `%` escape: `@` is `%40`, `/` is `%2F`",
        at: at(),
      };
    }
  },
};
