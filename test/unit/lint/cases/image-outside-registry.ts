import type { RuleCase } from "./model.ts";
import { rendered } from "./model.ts";

const pod = (image: string) => `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: ${image}
`;
const moved =
  "  applications: { archive: 'https://apps.example.com/apps.zip', imageRegistry: registry.example.com/clearml-apps }\n";

const all = rendered(
  "image-outside-registry",
  "control-plane",
  "an image of Docker Hub although the applications were moved",
  { controlPlane: "apiserver:\n  image:\n    repository: clearml/server\n" },
  pod("clearml/server:2.0"),
  ["info control-plane.yaml:3:17"],
  pod("registry.example.com/clearml/server:2.0"),
);

export const cases: readonly RuleCase[] = [withApplications(all)];

/** The environment with applications that come from a registry of its own. */
function withApplications({ bad, good, ...rest }: RuleCase): RuleCase {
  const changed = (sample: RuleCase["bad"]): RuleCase["bad"] =>
    sample.kind === "environment"
      ? {
          ...sample,
          files: {
            ...sample.files,
            "clearml.yaml": String(sample.files["clearml.yaml"]).replace("tenants:", `${moved}tenants:`),
          },
        }
      : sample;
  return { ...rest, bad: changed(bad), good: changed(good) };
}
