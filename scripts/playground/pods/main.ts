/**
 * What runs in the pods of the stand-in charts on a cluster whose pods are real: the part that the environment of the
 * container asks for. Usage: node main.ts, in the image of the Dockerfile beside it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { startClearmlApi } from "../../../test/support/clearml-api/server.ts";
import { forward } from "../forward.ts";

type Variables = Readonly<Record<string, string | undefined>>;
type Handler = (incoming: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** A server of the part, and the port that its Service leads to; undefined where nobody asks anything. */
export async function partOf(env: Variables): Promise<{ port: number; handle: Handler } | undefined> {
  if (env.CLEARML__secure__credentials__apiserver__user_key)
    return { port: 8008, handle: await apiServer(env) };
  if (env.USER_KEY) return { port: 8081, handle: page };
  if (env.NGINX_APISERVER_ADDR) return { port: 8080, handle: page };
  // The router, and the agent: they would wait for tasks.
  if (env.ROUTER_NAME || env.K8S_GLUE_QUEUE) return undefined;
  return { port: 8080, handle: gateway(env) };
}

async function apiServer(env: Variables): Promise<Handler> {
  const api = await startClearmlApi({
    systemKey: env.CLEARML__secure__credentials__apiserver__user_key ?? "",
    systemSecret: env.CLEARML__secure__credentials__apiserver__user_secret ?? "",
  });
  const cookie = {
    cookie: env.CLEARML__APISERVER__AUTH__SESSION_AUTH_COOKIE_NAME ?? "clearml_token_basic",
    domain: (env.CLEARML__APISERVER__AUTH__COOKIES__DOMAIN ?? "").replace(/^\./, ""),
  };
  return (incoming, response) => forward(api.url, cookie, incoming, response);
}

function page(_: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/html" }).end("<title>ClearML</title>");
}

/** Lets in who has a session of the server, by token or cookie. */
function gateway({ API_URL = "", APP_URL = "", COOKIE = "" }: Variables): Handler {
  return async ({ headers }, response) => {
    const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
    const cookies = (headers.cookie ?? "").split(/;\s*/);
    const session = cookies.find((each) => each.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
    const token = bearer ?? session;
    const authorization = `Bearer ${token}`;
    const asked = token ? await fetch(`${API_URL}/server.info`, { headers: { authorization } }) : undefined;
    if (asked?.ok) response.writeHead(404).end('{"message":"no such route"}');
    else response.writeHead(302, { location: `${APP_URL}/login` }).end();
  };
}

if (import.meta.main) {
  // As the first process of a container it would not end otherwise.
  process.on("SIGTERM", () => process.exit(0));
  const part = await partOf(process.env);
  if (!part) setInterval(() => undefined, 3_600_000);
  else {
    createServer(async (incoming, response) => {
      try {
        await part.handle(incoming, response);
      } catch (thrown) {
        console.error(thrown instanceof Error ? thrown.message : thrown);
        response.writeHead(502).end();
      }
    }).listen(part.port);
  }
}
