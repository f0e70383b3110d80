import type { Endpoint } from "../endpoint.ts";

export const debugEndpoints: readonly Endpoint[] = [
  {
    name: "debug.ping",
    version: "1.0",
    access: "open",
    stateless: true,
    handle: ({ body }) => ({ msg: "ClearML server", ...body }),
  },
];
