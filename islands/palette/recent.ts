// What somebody opened last, kept in this browser for each person and organization.
import { keep, recall } from "../../crates/ui/js/storage";
import type { Found } from "./found";

const KEPT = 12;
/** Pages of single things; lists and forms for new ones are at hand anyway. */
const THING = /^\/admin\/[^/]+\/(content|media|categories|tags|campaigns|emails|contacts|segments|releases)\/(?!new$|bin$|views$|import$|templates$)[\w-]+$/;

interface Visit {
  title: string;
  address: string;
}

function keyOf({ organization, person }: DOMStringMap): string {
  return `recent:${organization}:${person}`;
}

function visits(of: DOMStringMap): Visit[] {
  try {
    const kept: unknown = JSON.parse(recall(keyOf(of)) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one?.title === "string" && typeof one?.address === "string") : [];
  } catch {
    return [];
  }
}

/** Notes that the page shown is one of a thing, under the words before the organization's name in its title. */
export function noteVisit(of: DOMStringMap): void {
  if (!THING.test(location.pathname)) return;
  const title = document.title.split(" · ").slice(0, -2).join(" · ");
  if (!title) return;
  const others = visits(of).filter(({ address }) => address !== location.pathname);
  keep(keyOf(of), JSON.stringify([{ title, address: location.pathname }, ...others].slice(0, KEPT)));
}

/** The newest first, without the page that is open. */
export function recent(of: DOMStringMap): Found[] {
  const others = visits(of).filter(({ address }) => address !== location.pathname && address.startsWith(`/admin/${of.organization}/`));
  return others.map(({ title, address }) => ({ kind: "recent", title, note: "", also: "", address }));
}
