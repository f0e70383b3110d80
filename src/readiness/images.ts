import type { Finding, LiveObject } from "./model.ts";

/** The registry has answered, and the answer will be the same next time. */
const NO_SUCH_IMAGE =
  /not found|manifest unknown|name unknown|does not exist|no match for platform|no matching manifest/i;
const NO_ACCESS =
  /unauthorized|authentication required|authorization failed|access denied|access forbidden|403 forbidden|no basic auth|insufficient_scope|denied:/i;

const WAITING = new Set(["ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "ErrImageNeverPull"]);

/**
 * A container that has no image. A kubelet that backs off no longer says why; the words are then those of the last
 * event.
 * @param said what the kubelet last said when it failed to pull
 */
export function imageFinding(
  container: { name: string; image: string },
  waiting: { reason: string; message?: string },
  pod: LiveObject,
  said: string | undefined,
): Omit<Finding, "key"> | undefined {
  const { name, image } = container;
  if (waiting.reason === "InvalidImageName") {
    return {
      reason: `container ${name}: \`${image}\` is no image name`,
      repair: "write the image as registry/repository:tag, without http:// and in lower case",
      lasting: "certain",
    };
  }
  if (!WAITING.has(waiting.reason)) return undefined;
  const backsOff = /^Back-off pulling image "[^"]*"\.?$/;
  const own = waiting.message && !backsOff.test(waiting.message) ? waiting.message : undefined;
  const words = own ?? said ?? waiting.message ?? waiting.reason;
  const start = `container ${name}: the image ${image} cannot be pulled`;
  if (waiting.reason === "ErrImageNeverPull") {
    const repair = "load the image onto the node, or set imagePullPolicy to IfNotPresent";
    return { reason: `${start}: ${words}`, repair, lasting: "certain" };
  }
  // Docker Hub answers the same whether a repository is absent or private: access comes first.
  if (NO_ACCESS.test(words)) {
    return { reason: `${start}: ${words}`, repair: accessRepair(image, pod), lasting: "certain" };
  }
  if (NO_SUCH_IMAGE.test(words)) {
    const repair = `correct the tag or the repository of ${image}, or put the image into ${registryOf(image)}`;
    return { reason: `${start}: ${words}`, repair, lasting: "certain" };
  }
  const repair = `see to it that the nodes reach ${registryOf(image)}`;
  return { reason: `${start}: ${words}`, repair, lasting: "image" };
}

function accessRepair(image: string, pod: LiveObject): string {
  const { imagePullSecrets = [] } = (pod.spec ?? {}) as { imagePullSecrets?: { name: string }[] };
  const namespace = pod.metadata.namespace ?? "default";
  const registry = registryOf(image);
  const names = imagePullSecrets.map(({ name }) => `\`${name}\``).join(", ");
  return names
    ? `the pull secret ${names} in namespace ${namespace} does not open ${registry} for this image: correct its credentials (\`imageCredentials\`)`
    : `the pod names no pull secret: give the chart credentials for ${registry} (\`imageCredentials\`), or name a pull secret of namespace ${namespace} in its values`;
}

/** The host an image comes from: what stands before the first slash, if it can be a host. */
export function registryOf(image: string): string {
  const [first = "", ...rest] = image.split("/");
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : "docker.io";
}
