// Preloaded into processes (`node --import`): lets no connection out of this machine, and writes every try, as JSON
// lines, to the file that RECORD_CONNECTIONS names.
import dns from "node:dns";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";

const HERE = new Set(["127.0.0.1", "::1", "localhost", undefined, ""]);
const file = process.env.RECORD_CONNECTIONS;
const refuse = (what) => {
  appendFileSync(file, `${JSON.stringify(what)}\n`);
  throw new Error("no network here");
};

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function connectHere(...args) {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  const host = typeof first === "object" ? first.host : typeof args[1] === "string" ? args[1] : undefined;
  if (!HERE.has(host)) refuse({ connect: host });
  return connect.apply(this, args);
};
for (const name of ["lookup", "resolve", "resolve4", "resolve6"]) {
  for (const each of [dns, dns.promises]) {
    const original = each[name];
    each[name] = (host, ...rest) => (HERE.has(host) ? original(host, ...rest) : refuse({ [name]: host }));
  }
}
syncBuiltinESMExports();
