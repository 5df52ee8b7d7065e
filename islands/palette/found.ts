// What the palette shows, where it comes from, and which of it answers what was typed.

export interface Found {
  kind: "page" | "action" | "content" | "category" | "tag" | "media" | "campaign" | "contact" | "recent";
  title: string;
  note: string;
  also: string;
  address: string;
}

export const HEADINGS: Record<Found["kind"], string> = {
  recent: "Recent",
  page: "Go to",
  action: "Create",
  content: "Content",
  category: "Categories",
  tag: "Tags",
  media: "Media",
  campaign: "Campaigns",
  contact: "Audience",
};

/** Pictures of the sprite; pages have the one that they have in the sidebar. */
export const ICONS: Record<Found["kind"], string> = {
  recent: "clock",
  page: "navigation",
  action: "plus",
  content: "file-text",
  category: "folder-tree",
  tag: "tags",
  media: "image",
  campaign: "megaphone",
  contact: "contact",
};

/** The answer in words for people when the server gave none. */
export class Unanswered extends Error {}

/** Asks the server; without words it gives every page to go to and everything to begin. */
export async function ask(organization: string, typed: string, signal: AbortSignal): Promise<Found[]> {
  const headers = { accept: "application/json", "contentpilot-organization": organization };
  const answer = await fetch(`/api/v1/find?${new URLSearchParams({ q: typed })}`, { headers, signal }).catch((error) => {
    if (signal.aborted) throw error;
    throw new Unanswered("The server cannot be reached. Look after your connection, then type again.");
  });
  if (answer.status === 401) throw new Unanswered("You are signed out. Reload the page to sign in.");
  if (!answer.ok) throw new Unanswered("The search failed. Type again; if it keeps happening, tell whoever runs this server.");
  return (await answer.json()).data;
}

/** Whether every word that was typed begins a word of the text: pages are found while the server is still asked. */
export function answers(typed: string, { title, also }: Found): boolean {
  const words = (text: string) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const own = words(`${title} ${also}`);
  return words(typed).every((word) => own.some((one) => one.startsWith(word)));
}
