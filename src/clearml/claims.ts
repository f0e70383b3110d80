import { z } from "zod";

/** What the token says about the key that obtained it. */
export interface Claims {
  user: string;
  company: string;
  role: string;
  /** `advanced` on Enterprise servers, `basic` on open-source ones. */
  featureSet: string;
  serverVersion?: string;
  /** Seconds since 1970; tokens of role system have none. */
  expires?: number;
}

const PAYLOAD = z.object({
  identity: z.object({ user: z.string(), company: z.string().default(""), role: z.string().default("user") }),
  feature_set: z.string().default("basic"),
  server_version: z.string().optional(),
  exp: z.number().optional(),
});

/** The claims of a login token; undefined when it is none. The signature is the server's business. */
export function readClaims(token: string): Claims | undefined {
  const payload = PAYLOAD.safeParse(decoded(token.split(".")[1] ?? ""));
  if (!payload.success) return undefined;
  const { identity, feature_set, server_version, exp } = payload.data;
  return {
    ...identity,
    featureSet: feature_set,
    ...(server_version ? { serverVersion: server_version } : {}),
    ...(exp === undefined ? {} : { expires: exp }),
  };
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
