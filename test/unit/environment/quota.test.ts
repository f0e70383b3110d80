import { describe, expect, it } from "vitest";
import { load, problemsOf, SOUND, SOUND_TENANT } from "./support.ts";

const files = (quota: string) => ({
  "clearml.yaml": `${SOUND}tenants: tenants/*.yaml\n`,
  "tenants/acme.yaml": `${SOUND_TENANT}quota:\n  ${quota}\n`,
});

describe("quota of a tenant", () => {
  it("takes what a ResourceQuota limits, numbers and quantities alike", async () => {
    const quota = `requests.nvidia.com/gpu: 8
  requests.nvidia.com/mig-1g.10gb: "4"
  limits.memory: 512Gi
  requests.cpu: 0.5
  pods: 100
  count/jobs.batch: 20
  requests.storage: 1Ti
  gold.storageclass.storage.k8s.io/persistentvolumeclaims: 2
  services.nodeports: 0`;
    const { tenants } = await load(files(quota));
    expect(tenants[0]?.quota).toEqual({
      "requests.nvidia.com/gpu": "8",
      "requests.nvidia.com/mig-1g.10gb": "4",
      "limits.memory": "512Gi",
      "requests.cpu": "0.5",
      pods: "100",
      "count/jobs.batch": "20",
      "requests.storage": "1Ti",
      "gold.storageclass.storage.k8s.io/persistentvolumeclaims": "2",
      "services.nodeports": "0",
    });
  });

  it("is left out when the file does not give it", async () => {
    const { tenants } = await load({ ...files("pods: 1"), "tenants/acme.yaml": SOUND_TENANT });
    expect(tenants[0]).not.toHaveProperty("quota");
  });

  it.each([
    [
      "a resource of devices without `requests.`",
      "nvidia.com/gpu: 8",
      "tenants/acme.yaml:4:3: `quota.nvidia.com/gpu`: quotas count resources of devices by their requests alone: write `requests.nvidia.com/gpu`",
    ],
    [
      "limits of devices, which nobody looks at",
      "limits.nvidia.com/gpu: 8",
      "tenants/acme.yaml:4:3: `quota.limits.nvidia.com/gpu`: quotas count resources of devices by their requests alone: write `requests.nvidia.com/gpu`",
    ],
    [
      "a misspelt resource",
      "limits.memmory: 8Gi",
      "tenants/acme.yaml:4:3: `quota.limits.memmory`: no quota can limit `limits.memmory`, did you mean `limits.memory`?",
    ],
    ["an unknown resource", "gpus: 8", "tenants/acme.yaml:4:3: `quota.gpus`: no quota can limit `gpus`"],
    [
      "a unit that Kubernetes does not know",
      "limits.memory: 512GB",
      "tenants/acme.yaml:4:18: `quota.limits.memory`: expected a quantity such as 8, 500m or 512Gi, found `512GB`",
    ],
    [
      "a part of a byte",
      "limits.memory: 512m",
      "tenants/acme.yaml:4:18: `quota.limits.memory`: expected a whole number, with a unit such as Gi for bytes, found `512m`",
    ],
    [
      "half a pod",
      "pods: 1.5",
      "tenants/acme.yaml:4:9: `quota.pods`: expected a whole number, with a unit such as Gi for bytes, found `1.5`",
    ],
    [
      "less than nothing",
      "pods: -1",
      "tenants/acme.yaml:4:9: `quota.pods`: expected a quantity such as 8, 500m or 512Gi, found `-1`",
    ],
    [
      "no quantity at all",
      "pods: []",
      "tenants/acme.yaml:4:9: `quota.pods`: expected a text or a number, found a list",
    ],
  ])("refuses %s", async (_, line, expected) => {
    expect(await problemsOf(files(line))).toEqual([expected]);
  });
});
