import { z } from "zod";
import type { Github } from "./api.ts";

const schema = z.object({ viewer: z.object({ login: z.string() }) });

/** Login in whose name the token writes. `GET /user` is closed to the tokens of apps, to which that of a job belongs. */
export async function viewerLogin(github: Pick<Github, "graphql">): Promise<string> {
  const { viewer } = await github.graphql("query { viewer { login } }", schema);
  return viewer.login;
}
