import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { indexCharts } from "./charts.ts";
import { type HttpServer, serveHttp } from "./http-server.ts";

/**
 * Serves the packaged charts of a folder as a classic chart repository; with a username behind basic
 * authentication.
 */
export async function startChartRepository(options: {
  chartsDir: string;
  /** Makes the index; without it the folder has one. */
  helm?: string;
  username?: string;
  password?: string;
}): Promise<HttpServer> {
  if (options.helm) indexCharts(options.helm, options.chartsDir);
  const expected = `Basic ${Buffer.from(`${options.username}:${options.password}`).toString("base64")}`;
  return serveHttp((request, response) => {
    if (options.username !== undefined && request.headers.authorization !== expected) {
      response.writeHead(401, { "WWW-Authenticate": 'Basic realm="charts"' }).end("401: Unauthorized");
      return;
    }
    try {
      const name = basename(new URL(request.url ?? "/", "http://localhost").pathname);
      response.end(readFileSync(join(options.chartsDir, name)));
    } catch {
      response.writeHead(404).end("404: Not Found");
    }
  });
}
