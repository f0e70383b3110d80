import type { Kubernetes } from "./api.ts";
import type { KubernetesObject } from "./objects.ts";
import { RefusedError } from "./refusals.ts";
import type { Send } from "./send.ts";

const PAGE = 500;
/** The form of a list that leaves the contents of its objects out. */
const METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
/** The server's answer to a list that took longer than it remembers (about five minutes). */
const EXPIRED = 410;

interface PageRequest {
  path: string;
  query?: string | undefined;
  limit?: number | undefined;
  metadataOnly?: boolean | undefined;
}

interface Page {
  items: KubernetesObject[];
  next: string;
}

/** Lists, whole and page by page. */
export function createPages(send: Send): Pick<Kubernetes, "list" | "listMetadata" | "pages"> {
  return {
    list: (path, query) => listAll(send, { path, query }),
    listMetadata: (path, query) => listAll(send, { path, query, metadataOnly: true }),
    async *pages(path, query, options = {}) {
      for (let next = ""; ; ) {
        const page = await readPage(send, { path, query, ...options }, next).catch((thrown: unknown) => {
          // What came before has been used already: go on behind it, as the server offers.
          if (isExpired(thrown) && thrown.continue && thrown.continue !== next)
            return { items: [], next: thrown.continue };
          throw thrown;
        });
        if (page.items.length > 0) yield page.items;
        next = page.next;
        if (next === "") return;
      }
    },
  };
}

/** Every object of a collection, all as of one moment. A list that came too late is read anew, once. */
async function listAll(send: Send, request: PageRequest): Promise<KubernetesObject[]> {
  let items: KubernetesObject[] = [];
  let anew = false;
  for (let next = ""; ; ) {
    try {
      const page = await readPage(send, request, next);
      items.push(...page.items);
      next = page.next;
      if (next === "") return items;
    } catch (thrown) {
      if (anew || next === "" || !isExpired(thrown)) throw thrown;
      anew = true;
      [items, next] = [[], ""];
    }
  }
}

async function readPage(
  send: Send,
  { path, query, limit = PAGE, metadataOnly }: PageRequest,
  next: string,
): Promise<Page> {
  const parameters = [`limit=${limit}`, query, next && `continue=${encodeURIComponent(next)}`].filter(
    Boolean,
  );
  const answer = await send({
    method: "GET",
    path: `${path}?${parameters.join("&")}`,
    ...(metadataOnly ? { accept: METADATA } : {}),
    repeatable: true,
  });
  const page = JSON.parse(answer.text) as {
    /** Null in an empty list of metadata: Go writes an empty slice so. */
    items: KubernetesObject[] | null;
    metadata: { continue?: string };
  };
  return { items: page.items ?? [], next: page.metadata.continue ?? "" };
}

function isExpired(thrown: unknown): thrown is RefusedError {
  return thrown instanceof RefusedError && thrown.status === EXPIRED;
}
