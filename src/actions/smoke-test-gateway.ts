import { z } from "zod";
import { action } from "../core/action.ts";
import { count, duration, flag, lines, secret, text, wholeNumber } from "../core/fields.ts";
import { CHECKOUT } from "../core/token-rights.ts";

export const smokeTestGateway = action({
  name: "smoke-test-gateway",
  description:
    "Tries a gateway as users and strangers would: from outside, inside its cluster, and with a task that serves something",
  inputs: z.object({
    config: text("Path of the environment file").prefault("clearml.yaml"),
    tenant: text("Name of the tenant whose gateway is tried").optional(),
    url: text("Address of a gateway, instead of `tenant`").optional(),
    checks: lines(
      "Checks or groups (`outside`, `inside`, `end-to-end`), one per line; `-name` leaves one out; all but the end-to-end test when left out",
    ).prefault(""),
    "end-to-end": flag(
      "Also run a task that asks for an endpoint, and fetch what it serves; it is deleted afterwards",
    ).prefault("false"),
    queue: text(
      "Queue of that task; the first of the tenant's that an agent serves when left out",
    ).optional(),
    timeout: duration("How long the whole test may take").prefault("5m"),
    requests: wholeNumber("Requests whose times are measured").prefault("20"),
    "tls-days": count("Days that a certificate must be good for at least").prefault("14"),
    "api-url": text("Address of the ClearML API; told by the environment file when left out").optional(),
    "cookie-name": text("Name of the session cookie; told by the environment file when left out").optional(),
    "access-key": secret(
      "Access key of a user of the tenant; read from the tenant's namespace when left out",
    ).optional(),
    "secret-key": secret("Secret key that goes with `access-key`").optional(),
  }),
  outputs: z.object({
    passed: z.boolean().meta({ description: "`true` when every check that was made has passed" }),
    report: z.string().meta({ description: "Path of the report (JSON)" }),
    endpoint: z.string().meta({ description: "Address of the task's endpoint in the end-to-end test" }),
  }),
  permissions: [{ ...CHECKOUT, when: "with `tenant`" }],
  examples: [
    { does: "Try the gateway of a tenant", inputs: { tenant: "acme" } },
    {
      does: "Only from outside, by its address",
      inputs: { url: "https://gateway.example.com", checks: "outside" },
    },
  ],
  async run(inputs, context, outputs) {
    const { smokeTest } = await import("../smoke/run.ts");
    const options = {
      ...inputs,
      endToEnd: inputs["end-to-end"],
      timeoutMs: inputs.timeout,
      tlsDays: inputs["tls-days"],
      apiUrl: inputs["api-url"],
      cookieName: inputs["cookie-name"],
      accessKey: inputs["access-key"],
      secretKey: inputs["secret-key"],
    };
    await smokeTest(options, context, ({ endpoint, ...known }) => {
      Object.assign(outputs, known, endpoint === undefined ? {} : { endpoint });
    });
    return undefined;
  },
});
