import { Node } from "@tiptap/core";
import { playerOf } from "../players";

/** What a box may be for; the empty one is a remark. */
export const CALLOUTS = [
  { value: "", label: "Note" },
  { value: "callout-tip", label: "Tip" },
  { value: "callout-warning", label: "Warning" },
  { value: "callout-danger", label: "Danger" },
];

/** A box that stands out from the text. */
export const Callout = Node.create({
  name: "callout",
  group: "block",
  content: "block+",
  defining: true,
  addAttributes: () => ({ class: { default: "callout" } }),
  parseHTML: () => [{ tag: "div.callout", priority: 60 }],
  renderHTML: ({ HTMLAttributes }) => ["div", HTMLAttributes, 0],
});

/** Something from elsewhere, as a link that the site shows as a card. */
export const Embed = Node.create({
  name: "embed",
  group: "block",
  atom: true,
  draggable: true,
  addAttributes: () => ({
    href: { default: "", parseHTML: (figure: HTMLElement) => figure.querySelector("a")?.getAttribute("href") ?? "" },
    label: { default: "", parseHTML: (figure: HTMLElement) => figure.textContent?.trim() ?? "" },
  }),
  parseHTML: () => [{ tag: "figure.embed", priority: 62, getAttrs: (figure) => (figure.querySelector(":scope > a:only-child") ? null : false) }],
  renderHTML: ({ node }) => ["figure", { class: "embed" }, ["a", { href: node.attrs.href, rel: "noopener" }, node.attrs.label || node.attrs.href]],
  addNodeView() {
    return ({ node }) => {
      const dom = document.createElement("figure");
      dom.className = "embed";
      const link = Object.assign(document.createElement("a"), { href: node.attrs.href, textContent: node.attrs.label || node.attrs.href });
      const note = Object.assign(document.createElement("span"), { className: "embed-note", textContent: `Player of ${playerOf(node.attrs.href)}` });
      dom.append(link, ...(playerOf(node.attrs.href) ? [note] : []));
      return { dom };
    };
  },
});

/** HTML that the editor does not know: shown as it is, kept to the letter, changed in a window of its own. */
export const HtmlBlock = Node.create({
  name: "htmlBlock",
  group: "block",
  atom: true,
  draggable: true,
  addAttributes: () => ({ html: { default: "", parseHTML: (element: HTMLElement) => element.getAttribute("data-html") ?? "" } }),
  parseHTML: () => [{ tag: "editor-html", priority: 70 }],
  renderHTML: ({ node }) => ["editor-html", { "data-html": node.attrs.html }],
  addNodeView() {
    return ({ node }) => {
      const dom = document.createElement("div");
      dom.className = "html-block";
      const label = document.createElement("span");
      label.className = "html-block-label";
      label.textContent = "HTML";
      const code = document.createElement("code");
      code.textContent = node.attrs.html;
      dom.append(label, code);
      return {
        dom,
        update: (changed) => {
          if (changed.type !== node.type) return false;
          code.textContent = changed.attrs.html;
          return true;
        },
      };
    };
  },
});
