import { Mark, markInputRule, markPasteRule } from "@tiptap/core";
import { Link } from "@tiptap/extension-link";

/** Marked with a pen: `==text==` as it is typed. */
export const Highlight = Mark.create({
  name: "highlight",
  parseHTML: () => [{ tag: "mark" }],
  renderHTML: () => ["mark", 0],
  addKeyboardShortcuts() {
    return { "Mod-Shift-h": () => this.editor.commands.toggleMark(this.name) };
  },
  addInputRules() {
    return [markInputRule({ find: /(?:^|\s)(==([^=]+)==)$/, type: this.type })];
  },
  addPasteRules() {
    return [markPasteRule({ find: /(?:^|\s)(==([^=]+)==)/g, type: this.type })];
  },
});

/** Marks that have no button but that texts from elsewhere have; they stay as they are. */
const quiet = (name: string, tag: string, attributes: string[] = []) =>
  Mark.create({
    name,
    excludes: "",
    parseHTML: () => [{ tag }],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
    addAttributes: () => Object.fromEntries(attributes.map((attribute) => [attribute, { default: null }])),
  });

export const quietMarks = [
  quiet("superscript", "sup"),
  quiet("subscript", "sub"),
  quiet("keyboardKey", "kbd"),
  quiet("small", "small"),
  quiet("cite", "cite"),
  quiet("quotation", "q"),
  quiet("inserted", "ins"),
  quiet("abbreviation", "abbr", ["title"]),
];

/** Addresses that the server keeps; anything else would be gone after saving. */
export function isHarmlessAddress(address: string): boolean {
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(address);
  return !scheme || ["http", "https", "mailto", "tel"].includes(scheme[1]!.toLowerCase());
}

/** A link, or with the class `button` a link that looks like one. `rel` is written last, as the server does. */
export const EditorLink = Link.extend({
  addAttributes: () => ({
    href: { default: null },
    title: { default: null },
    hreflang: { default: null },
    class: { default: null },
    rel: { default: "noopener", parseHTML: () => "noopener" },
  }),
  renderHTML: ({ HTMLAttributes }) => ["a", HTMLAttributes, 0],
}).configure({
  openOnClick: false,
  autolink: true,
  linkOnPaste: true,
  defaultProtocol: "https",
  isAllowedUri: (address) => isHarmlessAddress(address),
});
