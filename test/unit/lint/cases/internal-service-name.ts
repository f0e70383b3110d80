import { twoTenants } from "../two-tenants.ts";
import { files, type RuleCase } from "./model.ts";

const gateway = (url: string) => ({ acme: { "app-gateway": `clearml:\n  apiServerUrlReference: ${url}\n` } });
const SLUG = "internal-service-name";
const AT = "error tenants/acme/app-gateway.yaml:2:26";
const RIGHT = twoTenants(gateway("http://clearml-clearml-enterprise-apiserver.clearml:8008"));

export const cases: readonly RuleCase[] = [
  files(
    SLUG,
    "the name that another release would have",
    twoTenants(gateway("http://clearml-enterprise-apiserver.clearml:8008")),
    [AT],
    RIGHT,
  ),
  files(
    SLUG,
    "another namespace",
    twoTenants(gateway("http://clearml-clearml-enterprise-apiserver.default:8008")),
    [AT],
    twoTenants(gateway("http://clearml-clearml-enterprise-apiserver.clearml.svc.cluster.local:8008")),
  ),
  files(
    SLUG,
    "no namespace, from a tenant's own",
    twoTenants(gateway("http://clearml-clearml-enterprise-apiserver:8008")),
    [AT],
    twoTenants(gateway("http://relay.acme.svc:8008")),
  ),
  files(
    SLUG,
    "the name that another release would have, in the server's namespace",
    twoTenants(gateway("http://clearml-enterprise-apiserver.clearml.svc:8008")),
    [AT],
    twoTenants(gateway("http://kube-apiserver.other:8008")),
  ),
  files(
    SLUG,
    "no port",
    twoTenants(gateway("http://clearml-clearml-enterprise-apiserver.clearml")),
    [AT],
    twoTenants({
      server: "apiserver: { service: { port: 80 } }\n",
      ...gateway("http://clearml-clearml-enterprise-apiserver.clearml"),
    }),
  ),
];
