import type { ComponentUse } from "../../environment/model.ts";
import { type KubernetesObject, resourcePath } from "../../kubernetes/objects.ts";
import type { Values } from "../../overrides/values.ts";
import type { Check, Look, PreflightFinding } from "../model.ts";
import { knownText, partsOf, valuesOf } from "../values.ts";

const CHECK = "storage-class";

/** Components that keep data: their charts make claims. */
const KEEPERS = ["control-plane", "redis", "billing"];
const CLASS_KEYS = ["storageClass", "storageClassName"];
const DEFAULTS = ["storageclass.kubernetes.io", "storageclass.beta.kubernetes.io"].map(
  (group) => `${group}/is-default-class`,
);

/** Whether the claims of the releases find storage. Releases that are there already have theirs. */
export const storageClass: Check = {
  name: CHECK,
  looksAt: "the storage classes",
  needs: "list storageclasses.storage.k8s.io",
  async find(look) {
    const wanted = claims(look);
    if (wanted.length === 0) return [];
    const classes = await look.kubernetes.listMetadata(resourcePath("storage.k8s.io/v1", "StorageClass"));
    const first = judgeStorage(wanted, classes, []);
    if (!first.some(({ severity }) => severity === "error")) return first;
    // Volumes made by hand need no class of their own: only then are they worth a question.
    const volumes = await look.kubernetes.list(resourcePath("v1", "PersistentVolume")).catch(() => undefined);
    return judgeStorage(wanted, classes, volumes);
  },
};

/** What a release asks of the storage. */
export interface Claims {
  component: string;
  /** Classes that its values name. */
  named: readonly { path: string; name: string }[];
  /** Whether it may make claims that name none. */
  unnamed: "yes" | "maybe";
}

function claims(look: Look): Claims[] {
  return look.uses
    .filter((use) => KEEPERS.includes(use.id) && !isThere(look, use))
    .map((use) => claimsOf(use.id, valuesOf(look, use)));
}

function isThere({ records }: Look, use: ComponentUse): boolean {
  const record = records.get(use);
  return record !== undefined && record.status !== "uninstalled";
}

/** What the values of a release say of its claims. */
export function claimsOf(component: string, values: Values): Claims {
  const named = [...partsOf(values)].flatMap(({ path, part }) =>
    [...CLASS_KEYS, ...(path.at(-1) === "data" ? ["class"] : [])].flatMap((key) => {
      const name = knownText(part[key]);
      return name === undefined ? [] : [{ path: [...path, key].join("."), name }];
    }),
  );
  // "-" is a claim that takes a volume made by hand.
  const taken = named.filter(({ name }) => name !== "-");
  return { component, named: taken, unnamed: named.length > 0 || keepsNothing(values) ? "maybe" : "yes" };
}

/** Persistence is off somewhere: what is left may need no claim. */
function keepsNothing(values: unknown): boolean {
  if (typeof values !== "object" || values === null) return false;
  return Object.entries(values).some(
    ([key, below]) =>
      (/^(persistence|storage)$/.test(key) && (below as Values | null)?.enabled === false) ||
      keepsNothing(below),
  );
}

/**
 * What is to be said of the storage.
 * @param volumes volumes that are there; undefined when they may not be read
 */
export function judgeStorage(
  wanted: readonly Claims[],
  classes: readonly Pick<KubernetesObject, "metadata">[],
  volumes: readonly KubernetesObject[] | undefined,
): PreflightFinding[] {
  const names = classes.map(({ metadata }) => metadata.name);
  const defaults = classes
    .filter(({ metadata }) => DEFAULTS.some((key) => metadata.annotations?.[key] === "true"))
    .map(({ metadata }) => metadata.name);
  const ofVolumes = volumes?.map(
    ({ spec }) => (spec as { storageClassName?: string }).storageClassName ?? "",
  );
  const choice = names.length > 0 ? `, such as \`${names[0]}\`` : "";
  const missing = wanted.flatMap(({ component, named }) =>
    named
      .filter(({ name }) => !names.includes(name) && !ofVolumes?.includes(name))
      .map(({ path, name }): PreflightFinding => {
        return {
          check: CHECK,
          severity: volumes ? "error" : "warning",
          message: `${component}: \`${path}\` names the StorageClass \`${name}\`, which is not there: its claims stay Pending`,
          hint: `name one that is there${choice}`,
        };
      }),
  );
  return [...missing, ...judgeDefaults(wanted, defaults, choice, ofVolumes)];
}

function judgeDefaults(
  wanted: readonly Claims[],
  defaults: readonly string[],
  choice: string,
  ofVolumes: readonly string[] | undefined,
): PreflightFinding[] {
  if (defaults.length > 1) {
    return [
      {
        check: CHECK,
        severity: "warning",
        message: `${defaults.length} StorageClasses are marked as default (${defaults.join(", ")}): the newest is taken`,
        hint: "leave the mark on one: `kubectl annotate storageclass NAME storageclass.kubernetes.io/is-default-class-`",
      },
    ];
  }
  if (defaults.length === 1) return [];
  // A volume without a class serves claims without one.
  const isHopeless = wanted.some(({ unnamed }) => unnamed === "yes") && ofVolumes?.includes("") === false;
  return [
    {
      check: CHECK,
      severity: isHopeless ? "error" : "warning",
      message: `no StorageClass is marked as default: claims of ${wanted.map(({ component }) => component).join(", ")} that name none stay Pending`,
      hint: choice
        ? `mark one${choice}: \`kubectl annotate storageclass NAME storageclass.kubernetes.io/is-default-class=true\`, or name one in the values`
        : "install a storage provisioner with a default StorageClass",
    },
  ];
}
