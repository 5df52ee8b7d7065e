import { Extension } from "@tiptap/core";
import type { Node } from "@tiptap/pm/model";
import { Plugin } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import { lex } from "./lexer";

function colours(doc: Node): DecorationSet {
  const found: Decoration[] = [];
  doc.descendants((node, at) => {
    if (node.type.name !== "codeBlock") return !node.isTextblock;
    for (const { from, to, kind } of lex(node.attrs.language ?? "", node.textContent)) {
      found.push(Decoration.inline(at + 1 + from, at + 1 + to, { class: `hl-${kind}` }));
    }
    return false;
  });
  return DecorationSet.create(doc, found);
}

/** Code blocks have the colours that they will have on the site. */
export const CodeColours = Extension.create({
  name: "codeColours",
  addProseMirrorPlugins: () => [
    new Plugin<DecorationSet>({
      state: {
        init: (_, { doc }) => colours(doc),
        apply: (change, known) => (change.docChanged ? colours(change.doc) : known),
      },
      props: {
        decorations(state) {
          return this.getState(state);
        },
      },
    }),
  ],
});
