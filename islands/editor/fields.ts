// The form's fields as texts, and an item's as the form writes them.
import type { Item } from "./api";

export type Values = Record<string, string>;

/** Fields that save themselves. A half-typed address or tag must not: those go with the button. */
export const BY_ITSELF = ["title", "content", "excerpt", "type", "category_id", "language", "meta_title", "meta_description", "featured_image", "featured", "comments_enabled"];
export const WITH_BUTTON = [...BY_ITSELF, "slug", "tags", "keywords", "canonical_url", "author_id", "gallery", "video_url", "audio_url"];
/** Only the server knows the organization's clocks well enough to read this one, so it goes with the form alone. */
const EXPIRY = "expires_at";

/** What people call the fields, in the order in which they are told of. */
export const NAMES: Values = {
  title: "Title",
  content: "Text",
  excerpt: "Excerpt",
  slug: "Address",
  type: "Type",
  category_id: "Category",
  tags: "Tags",
  language: "Language",
  featured: "Featured on the home page",
  featured_image: "Featured image",
  gallery: "Gallery",
  video_url: "Video",
  audio_url: "Audio",
  meta_title: "Title for search engines",
  meta_description: "Description for search engines",
  keywords: "Keywords",
  canonical_url: "Canonical address",
  comments_enabled: "Comments",
  author_id: "Author",
  [EXPIRY]: "Expires at",
};

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function fieldOf(form: HTMLFormElement, name: string): Field | null {
  const field = form.elements.namedItem(name);
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement ? field : null;
}

const isBox = (field: Field): field is HTMLInputElement => field instanceof HTMLInputElement && field.type === "checkbox";

/** What the fields hold now; those that the form does not have are left out. */
export function valuesOf(form: HTMLFormElement): Values {
  const fields = Object.keys(NAMES).map((name) => [name, fieldOf(form, name)] as const);
  return Object.fromEntries(fields.flatMap(([name, field]) => (field ? [[name, isBox(field) ? String(field.checked) : field.value]] : [])));
}

/** An item as its form would be filled; times stand as the clocks of `zone` show them. */
export function valuesOfItem(item: Item, zone: string): Values {
  const names = (item.tags ?? []).map((tag) => (typeof tag === "string" ? tag : tag.name));
  return {
    title: item.title,
    content: item.content ?? "",
    excerpt: item.excerpt ?? "",
    slug: item.slug,
    type: item.type ?? "",
    category_id: item.category_id ?? "",
    tags: names.map((name) => name.replace(/[\s,]*,[\s,]*/g, " ").trim()).join(", "),
    language: item.language ?? "",
    featured: String(item.featured ?? false),
    featured_image: item.featured_image ?? "",
    gallery: (item.gallery ?? []).join("\n"),
    video_url: item.video_url ?? "",
    audio_url: item.audio_url ?? "",
    meta_title: item.meta_title ?? "",
    meta_description: item.meta_description ?? "",
    keywords: (item.keywords ?? []).join(", "),
    canonical_url: item.canonical_url ?? "",
    comments_enabled: String(item.comments_enabled ?? true),
    author_id: item.author_id ?? "",
    [EXPIRY]: local(item.expires_at, zone),
  };
}

/** The organization's zone, in which its people read times. */
export const zoneOf = (form: HTMLFormElement): string => form.dataset.zone || "UTC";

/** A moment as a field of the kind `datetime-local` holds it. */
function local(at: string | null | undefined, zone: string): string {
  if (!at) return "";
  const parts = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" } as const;
  // Sweden writes dates as the field does.
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, ...parts }).format(new Date(at)).replace(" ", "T");
}

/** Writes values into the fields and says so of each that changed. The text is not among them: the editor has it. */
export function fill(form: HTMLFormElement, values: Values, item: Item, zone: string): void {
  const was = fieldOf(form, "expires_at_was");
  if (was) was.value = local(item.expires_at, zone);
  for (const [name, value] of Object.entries(values)) {
    const field = fieldOf(form, name);
    if (!field || name === "content" || (isBox(field) ? String(field.checked) : field.value) === value) continue;
    if (field instanceof HTMLSelectElement) offer(field, value, item);
    if (isBox(field)) field.checked = value === "true";
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    if (field instanceof HTMLSelectElement || isBox(field)) field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** A choice that was made since the page was opened is among its choices. */
function offer(field: HTMLSelectElement, value: string, item: Item): void {
  if ([...field.options].some((option) => option.value === value)) return;
  const known = [item.category, item.author].find((one) => one?.id === value);
  field.add(new Option(known?.name ?? value, value));
}

/** A field's value as people read it. */
export function shown(form: HTMLFormElement, name: string, value: string): string {
  const field = fieldOf(form, name);
  if (field && isBox(field)) return value === "true" ? "Yes" : "No";
  if (!(field instanceof HTMLSelectElement)) return value;
  return [...field.options].find((option) => option.value === value)?.label.trim() || value;
}

const LISTS = new Map([["tags", ","], ["keywords", ","], ["gallery", "\n"]]);
const EMPTY_IS_NONE = ["slug", "category_id", "canonical_url", "featured_image", "video_url", "audio_url"];

/** Fields as the API takes them. */
export function bodyOf(values: Values): Record<string, unknown> {
  const said = ([name, value]: [string, string]): unknown => {
    if (name === "featured" || name === "comments_enabled") return value === "true";
    const parting = LISTS.get(name);
    if (parting) return value.split(parting).map((one) => one.trim()).filter(Boolean);
    return EMPTY_IS_NONE.includes(name) ? value || null : value;
  };
  return Object.fromEntries(Object.entries(values).map((pair) => [pair[0], said(pair)]));
}
