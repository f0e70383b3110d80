import { isBelow } from "../../lint/facts/hosts.ts";
import type { SmokeTarget } from "../model.ts";

/** Whether a redirect leads out of everything that belongs to this installation; false where that is not known. */
export function isForeign(location: URL, target: SmokeTarget): boolean {
  const { url, appUrl, apiUrl, cookieDomain, environment } = target;
  const told = [appUrl, apiUrl].flatMap((address) => URL.parse(address ?? "")?.hostname ?? []);
  const domains = [cookieDomain, environment?.baseDomain].flatMap((domain) => domain ?? []);
  if (told.length + domains.length === 0) return false;
  const known = [url.hostname, ...told];
  const around = [...domains, ...known.flatMap(parentOf)];
  return !known.includes(location.hostname) && !around.some((domain) => isBelow(location.hostname, domain));
}

/** `ml.example.com` for `api.ml.example.com`: what stands beside a host belongs to the same people. */
function parentOf(host: string): string[] {
  const parent = host.split(".").slice(1);
  return parent.length > 1 && !/^[\d.]+$/.test(host) ? [parent.join(".")] : [];
}

/** The first words of a page, for people: its title, or its text. */
export function pageWords(text: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1] ?? text.replace(/<[^>]*>/g, " ");
  return title.trim().split(/\s+/).slice(0, 8).join(" ").slice(0, 80);
}
