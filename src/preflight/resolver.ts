import { Resolver as DnsResolver, lookup } from "node:dns/promises";

/** Finds the addresses of host names. */
export interface Resolver {
  /** Empty when the name is not known. Throws when nobody answers. */
  resolve(host: string): Promise<readonly string[]>;
}

const TIMEOUT_MS = 1_500;
/** What a server says when it answered, and there is nothing. */
const UNKNOWN = ["ENOTFOUND", "ENODATA", "ENONAME", "EAI_AGAIN"];

/**
 * Asks the DNS servers of this machine, then its own table of hosts.
 * @param servers `address:port` of other servers to ask; the table of hosts is not asked then
 */
export function systemResolver(servers?: readonly string[]): Resolver {
  const dns = new DnsResolver({ timeout: TIMEOUT_MS, tries: 2 });
  if (servers) dns.setServers(servers);
  return {
    async resolve(host) {
      const asked = [unlessUnknown(dns.resolve4(host)), unlessUnknown(dns.resolve6(host))];
      const answers = await Promise.all(asked).catch((thrown: unknown) => {
        // Nobody is there to ask: the table of hosts may know.
        if (servers || codeOf(thrown) !== "ECONNREFUSED") throw thrown;
        return [];
      });
      const addresses = answers.flat();
      if (addresses.length > 0 || servers) return addresses;
      // Quick here: the servers have answered already.
      const found = await unlessUnknown(lookup(host, { all: true }));
      return found.map(({ address }) => address);
    },
  };
}

async function unlessUnknown<T>(asked: Promise<T[]>): Promise<T[]> {
  try {
    return await asked;
  } catch (thrown) {
    if (UNKNOWN.includes(codeOf(thrown))) return [];
    throw thrown;
  }
}

function codeOf(thrown: unknown): string {
  return String((thrown as { code?: unknown }).code);
}
