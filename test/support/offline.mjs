// Preloaded into an action (`node --import`): lets no connection out, and writes every try, as JSON lines, to the file
// that RECORD_CONNECTIONS names.
import dns from "node:dns";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";

const file = process.env.RECORD_CONNECTIONS;
const refuse = (what) => {
  appendFileSync(file, `${JSON.stringify(what)}\n`);
  throw new Error("no network here");
};
net.Socket.prototype.connect = (...args) => refuse({ connect: args[0] });
for (const name of ["lookup", "resolve", "resolve4", "resolve6"]) {
  dns[name] = (host) => refuse({ [name]: host });
  dns.promises[name] = (host) => refuse({ [name]: host });
}
syncBuiltinESMExports();
