import { z } from "zod";
import { CATALOGUE } from "../catalogue/index.ts";
import { COMPONENT_IDS, type ComponentId } from "../catalogue/model.ts";
import { PLACEHOLDER_NAME } from "../overrides/placeholders.ts";
import { quotaSchema } from "./quota.ts";

/** The shape of `clearml.yaml` and of tenant files, as users write them; `clearml.schema.json` comes from it. */

const SCHEMA_URL = "https://raw.githubusercontent.com/clearml/actions/v1/clearml.schema.json";
const LABEL = /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/;
/** Texts that Helm gets as arguments: one that begins with a dash would be a flag there. */
const NO_FLAG = /^[^-]/;
const DURATION = /^(?=\d)(\d+h)?(\d+m)?(\d+s)?$/;

function text(description: string) {
  return z.string().min(1, { error: "expected a text that is not empty" }).meta({ description });
}

function matching(expression: RegExp, expected: string, description: string) {
  return z
    .string()
    .regex(expression, { error: `expected ${expected}` })
    .meta({ description });
}

function argument(expression: RegExp, expected: string, description: string) {
  return matching(expression, expected, description).refine((value) => !/\p{Cc}/u.test(value), {
    error: `expected ${expected}, without control characters`,
  });
}

const label = (description: string) =>
  matching(LABEL, "lower-case letters, digits and dashes, at most 63", description);

const componentFields = {
  enabled: z.boolean().optional().meta({ description: "false leaves the component out. Default: true" }),
  version: argument(
    /^[^-/\\][^/\\]*$/,
    "a version such as 1.2.3",
    "Version of the chart, in quotes where it looks like a number",
  ).optional(),
  chart: argument(
    NO_FLAG,
    "a chart's name, its OCI reference, or the path of a folder or .tgz",
    "Chart name, OCI reference, or path of a folder or .tgz relative to this file",
  ).optional(),
  repository: argument(
    NO_FLAG,
    "the `oci://…` prefix or address of a chart repository",
    "`oci://…` prefix or address of the chart repository",
  ).optional(),
  namespace: label("Namespace of the release").optional(),
  release: matching(
    /^(?=.{1,53}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    "lower-case letters, digits and dashes, at most 53",
    "Name of the Helm release",
  ).optional(),
  overrides: z
    .array(text("Path of a values file, relative to this file"))
    .optional()
    .meta({ description: "Values files; a later one wins, as with helm -f" }),
  values: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: "Values in place; they win over the files" }),
  needs: z
    .array(z.enum(COMPONENT_IDS))
    .optional()
    .meta({ description: "Components that must be ready before this one, beside what the catalogue knows" }),
  timeout: matching(DURATION, "a duration such as 10m", "How long to wait until it is ready").optional(),
};

/** Keys that one component alone knows. */
const extraFields: Partial<Record<ComponentId, z.core.$ZodShape>> = {
  "network-isolation": {
    ingressNamespace: label("Namespace of the ingress controller").optional(),
  },
  applications: {
    archive: text("Address of the applications archive; usually a secret").optional(),
    imageRegistry: text("Registry the application images were copied to, for air-gapped clusters").optional(),
  },
};

const plainComponent = z.strictObject(componentFields).meta({ id: "component", title: "Component" });

function componentsSchema(scope: "cluster" | "tenant", description: string) {
  const shape = componentIds(scope).map((id) => {
    const extra = extraFields[id];
    const one = extra ? z.strictObject({ ...componentFields, ...extra }) : plainComponent;
    return [id, one.nullable().optional().meta({ description: CATALOGUE[id].title })];
  });
  return z
    .strictObject(Object.fromEntries(shape) as Record<ComponentId, z.ZodOptional<typeof component>>)
    .meta({ description });
}

/** The components that may stand in a place. */
export function componentIds(scope: "cluster" | "tenant"): ComponentId[] {
  return COMPONENT_IDS.filter((id) => [scope, "both"].includes(CATALOGUE[id].scope));
}

const component = z
  .strictObject({
    ...componentFields,
    ingressNamespace: z.string().optional(),
    archive: z.string().optional(),
    imageRegistry: z.string().optional(),
  })
  .nullable();

export type RawComponent = NonNullable<z.output<typeof component>>;

const name = (what: string) => label(`Name of the ${what}: lower-case letters, digits and dashes`);

export const tenantSchema = z
  .strictObject({
    name: name("tenant"),
    namespace: label("Namespace of the tenant. Default: name").optional(),
    company: text("Name of the company in ClearML. Default: name").optional(),
    admin: z
      .strictObject({
        name: text("Full name"),
        email: z.email({ error: "expected an e-mail address" }).meta({ description: "E-mail address" }),
      })
      .meta({ description: "First administrator of the company" }),
    domains: z
      .array(matching(DOMAIN, "a domain such as acme.example", "E-mail domain"))
      .optional()
      .meta({ description: "E-mail domains whose users may sign up through SSO" }),
    queues: z
      .array(matching(/^\S{3,}$/, "a queue name of at least 3 characters without blanks", "Queue"))
      .optional()
      .meta({ description: "Queues the company gets" }),
    quota: quotaSchema.optional(),
    components: componentsSchema("tenant", "Components in the tenant's namespace").optional(),
  })
  .meta({ id: "tenant", title: "Tenant" });

export type RawTenant = z.output<typeof tenantSchema>;

/** YAML 1.1 reads `off` without quotes as false. */
const severity = z
  .union([z.enum(["off", "info", "warning", "error"]), z.literal(false)])
  .transform((value) => (value === false ? "off" : value));

export const environmentSchema = z
  .strictObject({
    version: z.literal(1, { error: "expected 1" }).meta({ description: "Version of this format" }),
    name: name("environment"),
    edition: z
      .enum(["enterprise", "community"])
      .optional()
      .meta({ description: "Which charts: enterprise (default) or the public ones" }),
    baseDomain: matching(
      DOMAIN,
      "a domain such as ml.example.com",
      "Domain of the cluster; also ${BASE_DOMAIN}",
    ),
    kubernetesVersion: z
      .string()
      .regex(/^1\.\d+$/, { error: 'expected a minor version in quotes, such as "1.34"' })
      .optional()
      .meta({ description: 'Kubernetes version that lint assumes, in quotes: "1.34"' }),
    variables: z
      .record(placeholderName(), z.string())
      .optional()
      .meta({ description: "Plain texts for ${NAME} in override files" }),
    secrets: z.array(secretName()).optional().meta({
      description: "Names of secrets for ${NAME}; their values come from the environment of the step",
    }),
    components: componentsSchema("cluster", "Components of the cluster, by catalogue id"),
    tenants: z
      .union([text("Glob of tenant files"), z.array(tenantSchema)])
      .optional()
      .meta({ description: "Tenants: a glob of files relative to this one, or a list in place" }),
    lint: z
      .strictObject({
        failOn: z
          .enum(["error", "warning", "never"])
          .optional()
          .meta({ description: "Least severity that fails lint-overrides. Default: error" }),
        rules: z
          .record(z.string(), severity)
          .optional()
          .meta({ description: "Severity of single rules, by their name" }),
      })
      .optional()
      .meta({ description: "Settings of lint-overrides" }),
  })
  .meta({ title: "ClearML environment", description: "One cluster with its ClearML components and tenants" });

export type RawEnvironment = z.output<typeof environmentSchema>;

function placeholderName() {
  return z.string().regex(PLACEHOLDER_NAME, { error: "expected a name of letters, digits and underscores" });
}

/** GitHub lets nobody call a secret so: these are the runner's own variables, with tokens that a chart must not get. */
function secretName() {
  return placeholderName().refine((name) => !/^(ACTIONS|GITHUB|INPUT|RUNNER|STATE)_/i.test(name), {
    error: "expected the name of a secret of yours; this is a variable of the runner",
  });
}

/** The JSON schema of `clearml.yaml`, for editors. */
export function environmentJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(environmentSchema, { target: "draft-7", io: "input" });
  return { $schema, $id: SCHEMA_URL, ...schema };
}
