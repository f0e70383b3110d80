import { collisionHit, hostCollisions, type IngressUse, ingressesOf } from "../../facts/ingresses.ts";
import type { Hit, Rule } from "../../model.ts";

/** The host the gateway's chart has for an example; a domain of somebody else, and browsers insist on https there. */
const EXAMPLE = "task-router.dev";

export const hostCollision: Rule = {
  id: "L76",
  slug: "host-collision",
  severity: "warning",
  about: "Two Ingresses have the same host: the controller sends its requests to one of them.",
  why: "An ingress controller knows a host once. Of two Ingresses with the same host and path it takes the older one, or refuses the younger: one tenant's gateway then answers for the other, or a gateway hides the web app. Give every part and every tenant a host of its own, such as `${TENANT}.${BASE_DOMAIN}`.",
  *checkAll(releases) {
    const ingresses = releases.flatMap(ingressesOf);
    for (const ingress of ingresses) if (ingress.host === EXAMPLE) yield exampleHit(ingress);
    for (const [ingress, earlier] of hostCollisions(ingresses)) {
      // The namespace tells the charts of a single file from those of an environment.
      if (ingress.release.environment) yield collisionHit(ingress, earlier);
    }
  },
};

function exampleHit({ at }: IngressUse): Hit {
  return {
    message: `\`${EXAMPLE}\` is the example of the chart, a domain that is not yours`,
    hint: "write the host of your gateway",
    at,
  };
}
