import { Node, type Attributes } from "@tiptap/core";

/** In the order in which they are written. */
const NAMES = ["src", "alt", "width", "height", "srcset", "sizes", "loading", "decoding", "title"];

/** The attributes of a picture; `of` finds it from the element that the node stands for. */
export function pictureAttributes(of: (element: HTMLElement) => Element | null): Attributes {
  const read = (name: string) => ({ default: null, parseHTML: (element: HTMLElement) => of(element)?.getAttribute(name) ?? null });
  return Object.fromEntries(NAMES.map((name) => [name, read(name)]));
}

export function pictureFrom(attributes: Record<string, string | null>): Record<string, string> {
  const set = NAMES.filter((name) => attributes[name] !== null && attributes[name] !== undefined);
  return Object.fromEntries(set.map((name) => [name, attributes[name]!]));
}

/** A picture within a line, as texts from elsewhere have them. New pictures are figures. */
export const Picture = Node.create({
  name: "picture",
  group: "inline",
  inline: true,
  draggable: true,
  addAttributes: () => ({ ...pictureAttributes((element) => element), class: { default: null } }),
  parseHTML: () => [{ tag: "img[src]" }],
  renderHTML: ({ node }) => ["img", { ...pictureFrom(node.attrs), ...(node.attrs.class ? { class: node.attrs.class } : {}) }],
});
