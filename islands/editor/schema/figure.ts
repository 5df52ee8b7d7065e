import { Node } from "@tiptap/core";
import { pictureAttributes, pictureFrom } from "./picture";

/** Widths and sides that the site's theme knows; the empty one is the width of the text. */
export const WIDTHS = [
  { value: "", label: "As wide as the text" },
  { value: "alignwide", label: "Wider than the text" },
  { value: "alignfull", label: "As wide as the window" },
  { value: "alignleft", label: "Small, at the left" },
  { value: "alignright", label: "Small, at the right" },
  { value: "aligncenter", label: "Centred" },
];

/** What stays in sight where a gallery cuts a picture; the empty one is its middle. */
export const FOCAL_POINTS = [
  { value: "", label: "Middle" },
  { value: "focal-top", label: "Top" },
  { value: "focal-bottom", label: "Bottom" },
  { value: "focal-left", label: "Left" },
  { value: "focal-right", label: "Right" },
  { value: "focal-top-left", label: "Top left" },
  { value: "focal-top-right", label: "Top right" },
  { value: "focal-bottom-left", label: "Bottom left" },
  { value: "focal-bottom-right", label: "Bottom right" },
];

/** A picture with its caption: `<figure class="alignwide"><img …><figcaption>…</figcaption></figure>`. */
export const Figure = Node.create({
  name: "figure",
  group: "block",
  content: "inline*",
  isolating: true,
  draggable: true,
  addAttributes: () => ({
    class: { default: null },
    ...pictureAttributes(({ firstElementChild }) => firstElementChild),
  }),
  parseHTML: () => [
    {
      tag: "figure",
      priority: 60,
      getAttrs: (figure) => (figure.firstElementChild?.tagName === "IMG" ? null : false),
      contentElement: (figure) => (figure as HTMLElement).querySelector<HTMLElement>("figcaption") ?? document.createElement("figcaption"),
    },
  ],
  renderHTML({ node }) {
    const outer = node.attrs.class ? { class: node.attrs.class } : {};
    const picture: [string, Record<string, string>] = ["img", pictureFrom(node.attrs)];
    return node.content.size > 0 ? ["figure", outer, picture, ["figcaption", 0]] : ["figure", outer, picture];
  },
  addKeyboardShortcuts() {
    return {
      Enter: ({ editor }) => {
        const { $from } = editor.state.selection;
        if ($from.parent.type !== this.type) return false;
        const isInGallery = $from.node(-1).type.name === "gallery";
        const after = $from.after(isInGallery ? $from.depth - 1 : $from.depth);
        return editor.chain().insertContentAt(after, { type: "paragraph" }).setTextSelection(after + 1).run();
      },
      // An empty caption does not take its picture along with the first stroke.
      Backspace: ({ editor }) => {
        const { $from, empty } = editor.state.selection;
        if (!empty || $from.parent.type !== this.type || $from.parentOffset > 0) return false;
        return editor.commands.setNodeSelection($from.before());
      },
    };
  },
  addNodeView() {
    return ({ node }) => {
      const dom = document.createElement("figure");
      const picture = document.createElement("img");
      const caption = document.createElement("figcaption");
      const missing = document.createElement("span");
      missing.className = "missing-alt";
      missing.textContent = "No alternative text";
      missing.contentEditable = "false";
      dom.append(picture, missing, caption);
      const show = (shown: typeof node) => {
        dom.className = shown.attrs.class ?? "";
        for (const name of picture.getAttributeNames()) picture.removeAttribute(name);
        for (const [name, value] of Object.entries(pictureFrom(shown.attrs))) picture.setAttribute(name, value);
        if (shown.attrs.alt === null) picture.setAttribute("alt", "");
        missing.hidden = Boolean(shown.attrs.alt);
        caption.classList.toggle("is-empty", shown.content.size === 0);
      };
      show(node);
      return {
        dom,
        contentDOM: caption,
        ignoreMutation: (change) => !caption.contains(change.target),
        update: (changed) => {
          if (changed.type !== node.type) return false;
          show(changed);
          return true;
        },
      };
    };
  },
});

/** Several pictures side by side. */
export const Gallery = Node.create({
  name: "gallery",
  group: "block",
  content: "figure+",
  draggable: true,
  addAttributes: () => ({ class: { default: "gallery" } }),
  parseHTML: () => [{ tag: "div.gallery", priority: 60 }],
  renderHTML: ({ HTMLAttributes }) => ["div", HTMLAttributes, 0],
});
