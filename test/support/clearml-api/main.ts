import { parseArgs } from "node:util";
import { startClearmlApi } from "./server.ts";

// Runs the server as a process of its own: prints one line of JSON with its address and key pair, and ends when its
// standard input ends or on SIGTERM.
//   node test/support/clearml-api/main.ts [--port N] [--edition enterprise|community] < a pipe
// The key pair may be given as CLEARML_API_ACCESS_KEY and CLEARML_API_SECRET_KEY; it is printed only when made up.
const { values } = parseArgs({ options: { port: { type: "string" }, edition: { type: "string" } } });
const { CLEARML_API_ACCESS_KEY: systemKey, CLEARML_API_SECRET_KEY: systemSecret } = process.env;
const api = await startClearmlApi({
  port: Number(values.port ?? 0),
  edition: values.edition === "community" ? "community" : "enterprise",
  ...(systemKey ? { systemKey } : {}),
  ...(systemSecret ? { systemSecret } : {}),
});
const madeUp = systemKey && systemSecret ? {} : api.system;
process.stdout.write(`${JSON.stringify({ url: api.url, ...madeUp })}\n`);

const stop = () => {
  api.stop().then(() => process.exit(0));
};
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
process.stdin.once("end", stop).once("close", stop).resume();
