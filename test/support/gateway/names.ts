/**
 * Leads host names of tests to servers on this machine, at their real ports: in this process with `mapNames`, in another
 * one by preloading this file (`node --import`) with the names, as JSON, in TEST_NAMES.
 */
import dns, { type LookupAddress, type LookupAllOptions, type LookupOptions } from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";

/** Where a name leads. */
export interface Place {
  /** What the DNS says; none: the name is not known. */
  addresses: readonly string[];
  /** The port that listens for the one that is asked for. */
  ports?: Readonly<Record<number, number>>;
}

/** By host; `*.example.com` stands for all hosts below example.com that are not named themselves. */
export type Names = Readonly<Record<string, Place>>;

type LookupDone = (
  error: Error | null,
  address?: string | readonly LookupAddress[],
  family?: number | undefined,
) => void;
type Lookup = (host: string, options: LookupOptions | LookupDone, done?: LookupDone) => void;

const realConnect = net.Socket.prototype.connect;
const realLookup = dns.lookup as unknown as Lookup;
const realLookups = dns.promises.lookup;
const names = new Map<string, Place>();

/**
 * Adds names; those that are there are replaced.
 * @returns takes them away
 */
export function mapNames(more: Names): () => void {
  for (const [host, place] of Object.entries(more)) names.set(host, place);
  patch();
  return () => {
    for (const host of Object.keys(more)) names.delete(host);
    if (names.size === 0) restore();
  };
}

function patch(): void {
  const lookup: Lookup = (host, options, done) => {
    const place = placeOf(host);
    if (!place) return realLookup(host, options, done);
    const answer = typeof options === "function" ? options : done;
    const wanted = typeof options === "function" ? {} : options;
    const found = entriesOf(place, wanted);
    const [first] = found;
    if (!first) return process.nextTick(() => answer?.(unknown(host)));
    process.nextTick(() => {
      if (wanted.all) answer?.(null, found);
      else answer?.(null, first.address, first.family);
    });
  };
  Object.assign(dns, { lookup });
  Object.assign(dns.promises, {
    lookup: async (host: string, options: LookupAllOptions) => {
      const place = placeOf(host);
      if (!place) return realLookups(host, options);
      const found = entriesOf(place, options ?? {});
      if (found.length === 0) throw unknown(host);
      return options?.all ? found : found[0];
    },
  });
  net.Socket.prototype.connect = function connect(this: net.Socket, ...given: unknown[]) {
    // Node's own callers hand over options and callback in one list.
    const list = (Array.isArray(given[0]) ? given[0] : given) as unknown[];
    const [options] = list;
    if (options !== null && typeof options === "object") list[0] = led(options as net.TcpNetConnectOpts);
    return Reflect.apply(realConnect, this, given);
  } as typeof realConnect;
  syncBuiltinESMExports();
}

function restore(): void {
  Object.assign(dns, { lookup: realLookup });
  Object.assign(dns.promises, { lookup: realLookups });
  net.Socket.prototype.connect = realConnect;
  syncBuiltinESMExports();
}

function placeOf(host: string): Place | undefined {
  const parents = host.split(".").map((_, index, labels) => labels.slice(index + 1).join("."));
  return (
    names.get(host) ?? names.get(parents.map((parent) => `*.${parent}`).find((each) => names.has(each)) ?? "")
  );
}

function led(options: net.TcpNetConnectOpts): net.TcpNetConnectOpts {
  const port = placeOf(options.host ?? "")?.ports?.[Number(options.port)];
  return port === undefined ? options : { ...options, port };
}

function entriesOf({ addresses }: Place, { family }: LookupOptions): LookupAddress[] {
  return addresses
    .map((address) => ({ address, family: net.isIP(address) }))
    .filter((each) => !family || Number(String(family).replace("IPv", "")) === each.family);
}

function unknown(host: string): Error {
  const syscall = "getaddrinfo";
  return Object.assign(new Error(`${syscall} ENOTFOUND ${host}`), {
    ...{ errno: -3008, code: "ENOTFOUND", syscall, hostname: host },
  });
}

const given = process.env.TEST_NAMES;
if (given) mapNames(JSON.parse(given) as Names);
