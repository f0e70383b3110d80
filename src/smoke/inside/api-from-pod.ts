import { errorMessage, TimeoutError } from "../../core/errors.ts";
import { type Answer, execIn } from "../../kubernetes/exec.ts";
import type { Probe, SmokeResult } from "../model.ts";
import { insideCheck } from "./check.ts";
import { type PodContainer, placeOf, routersOf } from "./containers.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** For the request itself; a connection that a policy drops takes all of it. */
const SECONDS = 10;
const EXEC_MS = SECONDS * 1_000 + 10_000;

/** Prints the body, or why there is none; with the certificates that the router itself uses, where it has `requests`. */
export const PYTHON = `import sys
url, verify = sys.argv[1], sys.argv[2] == "1"
try:
    try:
        import requests
        print(requests.get(url, timeout=${SECONDS}, verify=None if verify else False).text)
    except ImportError:
        import ssl, urllib.request
        trust = None if verify else ssl._create_unverified_context()
        print(urllib.request.urlopen(url, timeout=${SECONDS}, context=trust).read().decode())
except Exception as error:
    sys.exit("%s: %s" % (type(error).__name__, error))
`;

/** Programs of a container that can ask; the first that is there is used. */
const PROGRAMS: readonly ((url: string, isVerified: boolean) => readonly string[])[] = [
  (url, isVerified) => ["curl", "-sS", "--max-time", `${SECONDS}`, ...(isVerified ? [] : ["-k"]), url],
  (url, isVerified) => ["python3", "-c", PYTHON, url, isVerified ? "1" : "0"],
  (url, isVerified) => [
    "wget",
    "-q",
    "-O",
    "-",
    "-T",
    `${SECONDS}`,
    ...(isVerified ? [] : ["--no-check-certificate"]),
    url,
  ],
];

export const apiFromPod = insideCheck({
  name: "api-from-pod",
  proves: "The router reaches the ClearML API from its pod.",
  after: ["restarts"],
  async run(gateway, probe) {
    const router = routersOf(await gateway.pods()).find(({ status }) => status?.state?.running);
    if (!router) return { status: "skip", detail: "no router runs" };
    const api = apiOf(router) ?? probe.target.apiUrl;
    if (api === undefined)
      return { status: "skip", detail: "nobody says where the API is: set input `api-url`" };
    const url = `${api.replace(/\/+$/, "")}/debug.ping`;
    for (const program of PROGRAMS) {
      const said = await ask(probe, router, program(url, isVerified(router)));
      if (typeof said === "string") return notAsked(router, said);
      if (said) return judgeAnswer(said, { api, place: placeOf(router), tool: program(url, true)[0] ?? "" });
    }
    return {
      status: "info",
      detail: `${placeOf(router)} has neither curl nor python3 nor wget to ask ${api} with`,
    };
  },
});

/** What the router has been told, in its own environment. */
function apiOf({ container }: PodContainer): string | undefined {
  return container.env?.find(({ name }) => name === "CLEARML_API_HOST")?.value || undefined;
}

function isVerified({ container }: PodContainer): boolean {
  const told = container.env?.find(({ name }) => name === "CLEARML_API_HOST_VERIFY_CERT")?.value;
  return told === undefined || !/^(0|false|no|off)$/i.test(told);
}

/**
 * Runs a program in a container.
 * @returns nothing when the container does not have it, or one that does not work there; kubectl's words when the
 *   container could not be reached
 */
async function ask(
  { context }: Probe,
  { pod, container }: PodContainer,
  command: readonly string[],
): Promise<Answer | string | undefined> {
  const { name, namespace = "" } = pod.metadata;
  const where = { namespace, pod: name, container: container.name };
  try {
    const said = await execIn(context, where, command, { interruptible: true, timeoutMs: EXEC_MS });
    if ("words" in said) return said.missing ? undefined : said.words;
    return isBroken(said.code) ? undefined : said;
  } catch (thrown) {
    if (!(thrown instanceof TimeoutError)) throw thrown;
    return errorMessage(thrown);
  }
}

/** Not there (by the word of a shell), or killed by a signal: the program is at fault, not the API. */
function isBroken(code: number): boolean {
  return code === 126 || code === 127 || code >= 128;
}

/** What keeps us from the container says nothing about the API. */
function notAsked(router: PodContainer, words: string): SmokeResult {
  const hint = /forbidden/i.test(words)
    ? "the account of the kubeconfig needs the rights `get` and `create` on `pods/exec` in that namespace"
    : "check that the node is up and that its kubelet can be reached from the API server";
  return {
    status: "skip",
    detail: `the API cannot be asked for from ${placeOf(router)}: ${withoutSecrets(oneLine(words))}`,
    hint,
  };
}

/** What the answer to `debug.ping` says. */
export function judgeAnswer(
  { code, stdout, stderr }: Answer,
  { api, place, tool }: { api: string; place: string; tool: string },
): SmokeResult {
  if (code === 0 && isPing(stdout)) return { status: "pass", detail: `${api} answers in ${place} (${tool})` };
  if (code === 0) {
    return {
      status: "fail",
      detail: `what answers at ${api} in ${place} is not the ClearML API: ${withoutSecrets(oneLine(stdout)) || "an empty answer"}`,
      hint: "correct `clearml.apiServerUrlReference` of the gateway: it is the address of the API server (`https://api.…`), not of the WebApp or the file server",
    };
  }
  const words = withoutSecrets(lastLine(stderr) || `${tool} ended with exit code ${code}`);
  return { status: "fail", detail: `${place} does not reach ${api}: ${words}`, hint: repairOf(words) };
}

/** The API's envelope, whatever endpoint it is of. */
function isPing(text: string): boolean {
  return /"result_code"\s*:\s*200\b/.test(text);
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}

function lastLine(text: string): string {
  return oneLine(text.trim().split("\n").at(-1) ?? "");
}

function repairOf(words: string): string {
  if (/resolve|name or service|getaddrinfo|name resolution/i.test(words)) {
    return "the name does not resolve in the cluster: correct `clearml.apiServerUrlReference`, or the DNS of the cluster; an egress policy must allow port 53";
  }
  if (/certificate|ssl|tls/i.test(words)) {
    return "the pod does not trust the certificate of the API: give the gateway your authority's (`customCertificates`)";
  }
  if (/refused|failed to connect|couldn't connect/i.test(words)) {
    return "nothing listens there: correct host and port of `clearml.apiServerUrlReference`, and see whether the API server runs";
  }
  return "see whether the API server runs, and whether a policy or a firewall keeps pods of this namespace from it (egress)";
}
