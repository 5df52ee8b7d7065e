import { Node, type Attributes } from "@tiptap/core";

/** In the order in which they are written. */
const NAMES = ["src", "controls", "preload", "loop", "muted", "poster", "width", "height", "playsinline"];
const KINDS = ["VIDEO", "AUDIO"];

function attributes(): Attributes {
  const read = (name: string) => ({ default: null, parseHTML: (figure: HTMLElement) => figure.firstElementChild?.getAttribute(name) ?? null });
  const kind = { default: "video", parseHTML: (figure: HTMLElement) => figure.firstElementChild?.tagName.toLowerCase() ?? "video" };
  return { class: { default: null }, kind, ...Object.fromEntries(NAMES.map((name) => [name, read(name)])) };
}

function clipFrom(attributes: Record<string, string | null>): Record<string, string> {
  const set = NAMES.filter((name) => attributes[name] !== null && attributes[name] !== undefined);
  return Object.fromEntries(set.map((name) => [name, attributes[name]!]));
}

/** A film or a sound with its caption: `<figure><video src="…" controls preload="metadata"></video><figcaption>…</figcaption></figure>`. */
export const Clip = Node.create({
  name: "clip",
  group: "block",
  content: "inline*",
  isolating: true,
  draggable: true,
  addAttributes: attributes,
  parseHTML: () => [
    {
      tag: "figure",
      priority: 61,
      getAttrs: (figure) => {
        const clip = figure.firstElementChild;
        return clip && KINDS.includes(clip.tagName) && clip.hasAttribute("src") && clip.children.length === 0 ? null : false;
      },
      contentElement: (figure) => (figure as HTMLElement).querySelector<HTMLElement>("figcaption") ?? document.createElement("figcaption"),
    },
  ],
  renderHTML({ node }) {
    const outer = node.attrs.class ? { class: node.attrs.class } : {};
    const clip: [string, Record<string, string>] = [node.attrs.kind, clipFrom(node.attrs)];
    return node.content.size > 0 ? ["figure", outer, clip, ["figcaption", 0]] : ["figure", outer, clip];
  },
  addKeyboardShortcuts() {
    return {
      Enter: ({ editor }) => {
        const { $from } = editor.state.selection;
        if ($from.parent.type !== this.type) return false;
        return editor.chain().insertContentAt($from.after(), { type: "paragraph" }).setTextSelection($from.after() + 1).run();
      },
      // An empty caption does not take its film along with the first stroke.
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
      const clip = document.createElement(node.attrs.kind === "audio" ? "audio" : "video");
      const caption = document.createElement("figcaption");
      dom.append(clip, caption);
      const show = (shown: typeof node) => {
        dom.className = shown.attrs.class ?? "";
        const wanted = clipFrom({ ...shown.attrs, controls: "", preload: "metadata" });
        for (const name of clip.getAttributeNames()) if (!(name in wanted)) clip.removeAttribute(name);
        for (const [name, value] of Object.entries(wanted)) if (clip.getAttribute(name) !== value) clip.setAttribute(name, value);
        caption.classList.toggle("is-empty", shown.content.size === 0);
      };
      show(node);
      return {
        dom,
        contentDOM: caption,
        // Its own buttons are the player's, not the text's.
        stopEvent: (event) => event.target === clip && /^(mouse|pointer|click|key)/.test(event.type),
        ignoreMutation: (change) => !caption.contains(change.target),
        update: (changed) => {
          if (changed.type !== node.type || changed.attrs.kind !== node.attrs.kind) return false;
          show(changed);
          return true;
        },
      };
    };
  },
});
