/**
 * A forward proxy for HTTPS: every CONNECT leads to one port of this machine, whatever host was asked for, and is
 * written down as a line. Usage: node proxy-process.ts <port> <target port>
 */
import { createServer } from "node:http";
import { connect } from "node:net";

const [port, target] = process.argv.slice(2).map(Number);

createServer((_request, response) => response.writeHead(405).end())
  .on("connect", (request, client, head) => {
    console.log(`CONNECT ${request.url} ${request.headers["proxy-authorization"] ?? "-"}`);
    const server = connect(target ?? 0, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      server.write(head);
      server.pipe(client);
      client.pipe(server);
    });
    server.on("error", () => client.destroy());
    client.on("error", () => server.destroy());
  })
  .listen(port, "127.0.0.1");
