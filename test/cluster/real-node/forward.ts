/**
 * Lets a real node reach an API server that listens on loopback only.
 * Usage: node test/cluster/real-node/forward.ts <address> <port>
 */
import { connect, createServer } from "node:net";

const [address, port] = process.argv.slice(2);

createServer((incoming) => {
  const outgoing = connect(Number(port), "127.0.0.1");
  incoming.pipe(outgoing).pipe(incoming);
  // Either end may go at any time; then the other one goes too.
  incoming.on("error", () => outgoing.destroy()).on("close", () => outgoing.destroy());
  outgoing.on("error", () => incoming.destroy()).on("close", () => incoming.destroy());
}).listen(Number(port), address);
