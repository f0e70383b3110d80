/** What several checks rest on; each is looked up once for a test. */
import { once } from "../../core/once.ts";
import type { Probe, SmokeResult } from "../model.ts";
import { type Entrance, tryEntrance } from "./entrance.ts";
import { type Login, logIn } from "./log-in.ts";
import { type ServedTls, servedTls } from "./served-tls.ts";

export interface Facts {
  /** What is served at the port of https. */
  tls(): Promise<ServedTls>;
  /** What somebody without a session gets. */
  entrance(): Promise<Entrance>;
  /** What `auth.login` gave. */
  login(): Promise<Login>;
}

const KNOWN = new WeakMap<Probe, Facts>();

/** The facts of a test. */
export function factsOf(probe: Probe): Facts {
  let facts = KNOWN.get(probe);
  if (!facts) {
    facts = {
      tls: once(() => servedTls(probe.target.url)),
      entrance: once(() => tryEntrance(probe)),
      login: once(() => logIn(probe)),
    };
    KNOWN.set(probe, facts);
  }
  return facts;
}

/** Why nothing can be said about HTTP at the gateway; undefined where it can. */
export async function noHttp(probe: Probe): Promise<SmokeResult | undefined> {
  const served = await factsOf(probe).tls();
  if (served.kind !== "no-tls") return undefined;
  return { status: "skip", detail: "not looked at: the port of https speaks no TLS (see `tls-chain`)" };
}
