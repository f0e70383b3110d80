import { setting } from "../server-settings.ts";
import { environment, file, type RuleCase } from "./model.ts";

const EMAIL = "CLEARML__secure__credentials__supervisor__email";
const CONTACT = "CLEARML__services__support__email";

export const cases: readonly RuleCase[] = [
  file(
    "env-email-unquoted",
    "control-plane",
    "an address without inner quotes",
    setting(EMAIL, "ops@ml.example.com"),
    ["error 4:14"],
    setting(EMAIL, "'\"ops@ml.example.com\"'"),
  ),
  environment(
    "env-email-unquoted",
    "an address that a variable brings",
    { controlPlane: setting(CONTACT, "${MAIL}") },
    ["error control-plane.yaml:4:14"],
    { controlPlane: setting(CONTACT, "'\"${MAIL}\"'") },
  ),
];
