import type { CertificateKind } from "./certificates.ts";

export const DOMAIN = "ml.test";
export const HOSTS = {
  gateway: `gateway.acme.${DOMAIN}`,
  /** The same gateway, by an address of version 6 alone. */
  gateway6: `gateway6.acme.${DOMAIN}`,
  api: `api.${DOMAIN}`,
  app: `app.${DOMAIN}`,
  streams: `streams.${DOMAIN}`,
  /** What the DNS does not know. */
  nobody: `nobody.${DOMAIN}`,
} as const;

/** Name of the session cookie that the API double sets. */
export const SERVER_COOKIE = "clearml_token_basic";

/** How the gateway and the server behind the login behave. */
export interface Play {
  certificate: CertificateKind;
  /** `off`: the port of https speaks http. */
  tls: "on" | "off";
  /** What port 80 does. */
  http: "redirects" | "serves" | "redirects-elsewhere" | "closed";
  /**
   * What stands at the host. `default-backend`: no Ingress has it. `bad-gateway`: nothing behind the Ingress. `error`:
   * the gateway breaks. `parked`: another site. `catch-all`: a page that every host gets. `circle`: redirects to itself.
   */
  answers: "gateway" | "default-backend" | "bad-gateway" | "error" | "parked" | "catch-all" | "circle";
  /**
   * `open`: everybody gets in. `open-redirect`: the same, by a redirect to a page of its own. `refuses`: nobody does,
   * `forbids` with 403. `no-token`, `no-cookie`: it knows the other alone. `breaks`: 500 for those who bring a session.
   */
  guard: "on" | "open" | "open-redirect" | "refuses" | "forbids" | "no-token" | "no-cookie" | "breaks";
  /** The cookie that the server sets; without a domain it is for the API's host alone. */
  cookie: { name: string; domain?: string; secure: boolean };
  /** The cookie that the gateway looks for. */
  looksFor: string;
  /** How long the gateway thinks about each request. */
  delayMs: number;
  /** Whether something listens at the ports of sessions. */
  streams: "open" | "closed";
}

export const HEALTHY: Play = {
  certificate: "good",
  tls: "on",
  http: "redirects",
  answers: "gateway",
  guard: "on",
  cookie: { name: SERVER_COOKIE, domain: DOMAIN, secure: true },
  looksFor: SERVER_COOKIE,
  delayMs: 0,
  streams: "open",
};
