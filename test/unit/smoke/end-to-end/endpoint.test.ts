import { describe, expect, it } from "vitest";
import { shownAddress } from "../../../../src/smoke/address.ts";
import { foreignEndpoint } from "../../../../src/smoke/end-to-end/endpoint.ts";

const HTTPS = "https://gateway.acme.example";
const NODE_PORT = "http://10.0.0.7:30443";

describe("where an endpoint may be", () => {
  it.each([
    [`${HTTPS}/service/1/`, HTTPS],
    ["https://task1.gateway.acme.example/", HTTPS],
    [`${HTTPS}/service/1/`, "http://gateway.acme.example"],
    [`${NODE_PORT}/service/1/`, NODE_PORT],
  ])("%s of %s", (endpoint, gateway) => {
    expect(foreignEndpoint(endpoint, new URL(gateway))).toBeUndefined();
  });

  it.each([
    ["https://gateway.other.example/", HTTPS, "not at `https://gateway.acme.example`"],
    ["https://evilgateway.acme.example/", HTTPS, "not at"],
    ["https://acme.example/", HTTPS, "not at"],
    ["http://gateway.acme.example/", HTTPS, "not how `https://gateway.acme.example` is reached"],
    ["https://gateway.acme.example:8443/", HTTPS, "not how"],
    ["https://gateway.acme.example:8443/", "http://gateway.acme.example", "not how"],
    ["https://10.0.0.7/", NODE_PORT, "not how"],
    ["http://10.0.0.7:30444/", NODE_PORT, "not how"],
    ["https://10.0.0.7:30443/", NODE_PORT, "not how"],
    ["tcp://gateway.acme.example:22", HTTPS, "no http(s) address"],
    ["service/1", HTTPS, "no http(s) address"],
  ])("not %s of %s", (endpoint, gateway, words) => {
    expect(foreignEndpoint(endpoint, new URL(gateway))?.detail).toContain(words);
  });

  it("is shown without what may be a token", () => {
    expect(shownAddress(new URL("https://u:pass@gateway.example:8/x/?token=t#f"))).toBe(
      "https://gateway.example:8/x/",
    );
  });
});
