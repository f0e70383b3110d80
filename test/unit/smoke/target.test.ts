import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import type { Session } from "../../../src/deploy/session.ts";
import { loadEnvironment } from "../../../src/environment/load.ts";
import { tenantTarget, urlTarget } from "../../../src/smoke/target.ts";
import { caught } from "../../support/caught.ts";

const folder = mkdtempSync(join(tmpdir(), "smoke-target-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ENVIRONMENT = `
version: 1
name: production
baseDomain: ml.example.com
secrets: [COOKIE]
components:
  control-plane: { values: { clearml: { cookieName: clearml-token-k8s, cookieDomain: ml.example.com } } }
tenants: tenants/*.yaml
`;

async function target(components: string, given = {}) {
  const home = mkdtempSync(join(folder, "case-"));
  mkdirSync(join(home, "tenants"));
  writeFileSync(join(home, "clearml.yaml"), ENVIRONMENT);
  const head =
    "name: acme\nadmin: { name: Acme Admin, email: admin@acme.example }\ndomains: [acme.example]\n";
  writeFileSync(join(home, "tenants", "acme.yaml"), `${head}queues: [default]\ncomponents: ${components}\n`);
  const environment = await loadEnvironment("clearml.yaml", { cwd: home });
  const session = { environment, secrets: new Map() } as unknown as Session;
  return () => tenantTarget(session, "acme", given);
}

const STREAMS = "routerAddress: tcp.acme.example, portRange: { start: 30100, end: 30110 }";

describe("the gateway of a tenant", () => {
  it("is what its files say, and the control plane's", async () => {
    const found = (
      await target(
        `{ agent: {}, app-gateway: { values: { ingress: { enabled: true, hostName: "gateway.\${TENANT}.\${BASE_DOMAIN}" }, streamSession: { ${STREAMS} } } } }`,
      )
    )();
    expect(found).toMatchObject({
      tenant: "acme",
      nodePort: false,
      apiUrl: "https://api.ml.example.com",
      appUrl: "https://app.ml.example.com",
      cookieName: "clearml-token-k8s",
      cookieDomain: "ml.example.com",
      streams: { host: "tcp.acme.example", start: 30100, end: 30110 },
    });
    expect(found.url.href).toBe("https://gateway.acme.ml.example.com/");
    expect(found.use?.id).toBe("app-gateway");
  });

  it("of the older chart names its ports otherwise, and its own cookie goes before the control plane's", async () => {
    const values = `{ ingress: { enabled: true, hostName: r.ml.example.com }, clearml: { authCookieName: own }, tcpSession: { ${STREAMS} } }`;
    const found = (await target(`{ agent: {}, task-traffic-router: { values: ${values} } }`))();
    expect([found.cookieName, found.streams?.host]).toEqual(["own", "tcp.acme.example"]);
    expect(found.use?.id).toBe("task-traffic-router");
  });

  it("on a node port is told by its external address", async () => {
    const values =
      '{ ingress: { enabled: false }, service: { type: NodePort }, externalURL: "http://10.0.0.7:30080" }';
    const found = (await target(`{ agent: {}, app-gateway: { values: ${values} } }`))();
    expect([found.nodePort, found.url.href]).toEqual([true, "http://10.0.0.7:30080/"]);
  });

  it("takes what inputs say before all files", async () => {
    const given = { apiUrl: "http://127.0.0.1:8008", cookieName: "other" };
    const values = "{ values: { ingress: { enabled: true, hostName: g.ml.example.com } } }";
    const found = (await target(`{ agent: {}, app-gateway: ${values} }`, given))();
    expect([found.apiUrl, found.cookieName]).toEqual(["http://127.0.0.1:8008", "other"]);
  });

  it.each([
    ["{ agent: {} }", "input `tenant`: tenant `acme` has no gateway"],
    ["{ agent: {}, app-gateway: { enabled: false } }", "input `tenant`: tenant `acme` has no gateway"],
    [
      "{ agent: {}, app-gateway: { values: { ingress: { enabled: false } } } }",
      "the app-gateway of tenant `acme` has no address that can be opened: its values give neither `externalURL` nor `ingress.hostName`",
    ],
  ])("that is not there is told: %s", async (components, message) => {
    const find = await target(components);
    expect(caught(find, UserError).problems[0]?.message).toBe(message);
  });
});

describe("a gateway by its address", () => {
  it("is judged by its port, and by what inputs say", () => {
    expect(urlTarget("https://gateway.example.com", {})).toMatchObject({ nodePort: false });
    const found = urlTarget(" http://[fd00::1]:30080/x ", { cookieName: "c", apiUrl: "http://api" });
    expect(found).toMatchObject({ nodePort: true, cookieName: "c", apiUrl: "http://api" });
    expect(found.url.pathname).toBe("/x");
  });

  it.each(["gateway.example.com", "ftp://gateway.example.com", "https://user@gateway.example.com", ""])(
    "that is none is refused: %s",
    (address) => {
      const [problem] = caught(() => urlTarget(address, {}), UserError).problems;
      expect(problem?.message).toBe(
        `input \`url\`: \`${address}\` is no http(s) address without credentials`,
      );
    },
  );
});
