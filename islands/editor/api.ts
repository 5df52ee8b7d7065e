// The island's few requests: the session says who, the header says which organization.

export interface Found {
  title: string;
  address: string;
  /** What else there is to know, such as its status. */
  note: string;
}

/** An item as far as the editor needs it. */
export interface Item {
  id: string;
  title: string;
  slug: string;
  content: string | null;
  excerpt: string | null;
  version: number;
  type?: string;
  language?: string;
  category_id?: string | null;
  category?: Named | null;
  author_id?: string;
  author?: Named;
  /** Draft changes name them alone. */
  tags?: (string | Named)[];
  keywords?: string[];
  gallery?: string[];
  meta_title?: string | null;
  meta_description?: string | null;
  canonical_url?: string | null;
  featured_image?: string | null;
  video_url?: string | null;
  audio_url?: string | null;
  featured?: boolean;
  comments_enabled?: boolean;
  expires_at?: string | null;
}

interface Named {
  id: string;
  name: string;
}

/** What the server said when it did not do what it was asked. */
export class Refusal extends Error {
  /** `isOfFields` when it named fields that are wrong. */
  constructor(readonly status: number, words: string, readonly isOfFields = false) {
    super(words);
  }
}

let organization = "";

export function useOrganization(slug: string): void {
  organization = slug;
}

async function request<T>(method: string, path: string, body?: unknown, also: Record<string, string> = {}): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json", "contentpilot-organization": organization, ...also };
  if (body !== undefined) headers["content-type"] = "application/json";
  const answer = await fetch(`/api/v1${path}`, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  if (answer.ok) return answer.json();
  const problem = await answer.json().catch(() => ({}));
  const errors: { message: string }[] = problem.errors ?? [];
  throw new Refusal(answer.status, errors.map(({ message }) => message).join(" ") || problem.detail || problem.title || "The server did not say why.", errors.length > 0);
}

const ifStill = (version: string) => ({ "if-match": `"v${version}"` });

/** Makes an item; sent again under the same key, it is made once. */
export const createItem = (fields: object, key: string): Promise<Item> => request("POST", "/content", fields, { "idempotency-key": key });
export const changeItem = (id: string, fields: object, version: string): Promise<Item> => request("PATCH", `/content/${id}`, fields, ifStill(version));
/** Somebody else who has the item open. */
export interface Present {
  user_id: string;
  name: string;
  since: string;
}

/** Says that the item is open here, and tells who else has it open. */
export const renewPresence = async (id: string): Promise<Present[]> => (await request<{ data: Present[] }>("POST", `/content/${id}/presence`, {})).data;

/** Says that the item is closed here; sent while the page goes away. */
export function endPresence(id: string): void {
  void fetch(`/api/v1/content/${id}/presence`, { method: "DELETE", keepalive: true, headers: { "contentpilot-organization": organization } }).catch(() => undefined);
}

interface Changes {
  version: number;
  fields: Partial<Omit<Item, "id" | "version">>;
}

/** Saves changes of a published item beside it. */
export async function saveChanges(id: string, fields: object, version: string): Promise<Item> {
  const changes = await request<Changes>("PATCH", `/content/${id}/changes`, fields, ifStill(version));
  return { title: "", slug: "", content: null, excerpt: null, ...changes.fields, id, version: changes.version };
}

/** A published item as it will be when its changes are public. */
export async function readWithChanges(id: string): Promise<Item> {
  const [item, changes] = await Promise.all([readItem(id), request<Changes>("GET", `/content/${id}/changes`)]);
  return { ...item, ...changes.fields, id, version: changes.version };
}

export const createPreview = (id: string, hours: number): Promise<{ url: string }> => request("POST", `/content/${id}/previews`, { expires_in_hours: hours });
export const readItem = (id: string): Promise<Item> => request("GET", `/content/${id}`);

/** Who saved last; nobody knows is no reason to fail. */
export async function lastAuthor(id: string): Promise<string> {
  const revisions = await request<{ data: { author_name: string }[] }>("GET", `/content/${id}/revisions?limit=1`).catch(() => null);
  return revisions?.data[0]?.author_name ?? "Somebody";
}

export async function searchContent(words: string): Promise<Found[]> {
  type Listed = { data: { title: string; slug: string; status: string; type: string }[] };
  const listed = await request<Listed>("GET", `/content?limit=8&q=${encodeURIComponent(words)}`).catch(() => ({ data: [] }));
  const read = (word: string) => word.charAt(0) + word.slice(1).toLowerCase().replace(/_/g, " ");
  return listed.data.map(({ title, slug, status, type }) => ({ title, address: `/s/${organization}/${slug}`, note: `${read(type)}, ${read(status).toLowerCase()}` }));
}
