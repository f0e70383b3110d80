import { nameAt } from "../../facts/settings.ts";
import type { Rule, Variable } from "../../model.ts";

export const envNeverRead: Rule = {
  id: "L152",
  slug: "env-never-read",
  severity: "warning",
  about: "A variable with the prefix of another part of the server, or of years ago: nothing reads it.",
  why: "The API server and the file server read `CLEARML__…` (and still `TRAINS__…`), the web server reads `WEBSERVER__…`. `ALLEGRO__…` was the prefix of early versions. A variable with another prefix is set in the container and has no effect. Move it to the part that reads it, or write today's prefix.",
  components: ["control-plane"],
  *check({ variables }) {
    for (const variable of variables) {
      const reason = unread(variable);
      if (reason)
        yield { message: `\`${variable.name}\`: ${reason[0]}`, hint: reason[1], at: nameAt(variable) };
    }
  },
};

function unread({ name, item }: Variable): [message: string, hint: string] | undefined {
  const [, prefix] = /^(ALLEGRO|CLEARML|TRAINS|WEBSERVER)__/.exec(name) ?? [];
  const part = item.path[0];
  if (prefix === "ALLEGRO") return ["nothing reads this prefix any more", "begin it with `CLEARML__`"];
  if (prefix === "WEBSERVER" && (part === "apiserver" || part === "fileserver"))
    return ["only the web server reads this prefix", "move it to `webserver.extraEnvs`"];
  if (prefix && prefix !== "WEBSERVER" && part === "webserver")
    return ["the web server does not read this prefix", "move it to `apiserver.extraEnvs`"];
  return undefined;
}
