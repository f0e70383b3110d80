import { describe, expect, it } from "vitest";
import { supervisorCredentials } from "../../../src/applications/credentials.ts";

const values = (...extraEnvs: object[]) => ({ apiserver: { extraEnvs } });
const key = { name: "CLEARML__secure__credentials__supervisor__user_key", value: "KEY1" };
const secret = { name: "CLEARML__SECURE__credentials__supervisor__user_secret", value: '"s3cret"' };

describe("supervisorCredentials", () => {
  it("reads the supervisor's key as the API server reads it", () => {
    expect(supervisorCredentials(values(key, secret))).toEqual({ accessKey: "KEY1", secretKey: "s3cret" });
  });

  it.each([
    ["no variables", {}],
    ["the secret alone", values(secret)],
    ["an empty key", values({ ...key, value: '""' }, secret)],
    ["a key from a Secret", values({ name: key.name, valueFrom: { secretKeyRef: {} } }, secret)],
    ["a key the server refuses", values({ ...key, value: "a@b" }, secret)],
  ])("says nothing with %s", (_, given) => expect(supervisorCredentials(given)).toBeUndefined());
});
