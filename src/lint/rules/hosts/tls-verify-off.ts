import { isInert } from "../../facts/inert.ts";
import type { Rule } from "../../model.ts";

/** `clearml.sslVerify` of app-gateway is read by nobody: that has a rule of its own. */
const SWITCHES: Readonly<Record<string, string>> = {
  agent: "agentk8sglue.clearmlcheckCertificate",
  "task-traffic-router": "clearml.sslVerify",
};
const VARIABLE = "CLEARML_API_HOST_VERIFY_CERT";

export const tlsVerifyOff: Rule = {
  id: "L82",
  slug: "tls-verify-off",
  severity: "warning",
  about: "Certificates are not checked: whoever can redirect the traffic gets the tenant's credentials.",
  why: "With the check off an agent or gateway talks to anything that answers under the server's name, and sends its keys there. It is switched off where a private authority signs the certificates; the better repair is to make the authority known, with `customCertificates` of the chart.",
  *check(release) {
    for (const entry of release.entries) {
      if (entry.value !== false || entry.path.join(".") !== SWITCHES[release.id]) continue;
      if (isInert(release, entry.path)) continue;
      yield {
        message: `\`${entry.path.join(".")}\` is false: the server's certificate is not checked`,
        hint: "make a private authority known with `customCertificates` instead",
        at: entry.at(),
      };
    }
    for (const { name, value } of release.variables) {
      if (name !== VARIABLE || !value || !/^(0|false|no)$/i.test(String(value.value))) continue;
      yield {
        message: `\`${VARIABLE}\` is off: the server's certificate is not checked`,
        hint: "make a private authority known with `customCertificates` instead",
        at: value.at(),
      };
    }
  },
};
