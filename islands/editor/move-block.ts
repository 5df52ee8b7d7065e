import { type Editor, Extension } from "@tiptap/core";
import { NodeSelection, TextSelection } from "@tiptap/pm/state";
import { announce } from "./markup";

/** Changes places with the neighbour: the item of a list that the cursor is in, or the block of the text. */
export function moveBlock(editor: Editor, step: -1 | 1): boolean {
  const { state, view } = editor;
  const { selection, tr } = state;
  const { $from } = selection;
  let depth = $from.depth;
  while (depth > 1 && !["listItem", "taskItem"].includes($from.node(depth).type.name)) depth--;
  const holder = $from.node(Math.max(depth - 1, 0));
  const index = $from.index(Math.max(depth - 1, 0));
  const neighbour = holder.maybeChild(index + step);
  const moved = holder.maybeChild(index);
  if (!neighbour || !moved) {
    announce(step < 0 ? "Already the first" : "Already the last");
    return true;
  }
  const at = depth > 0 ? $from.before(depth) : $from.pos;
  const start = step < 0 ? at - neighbour.nodeSize : at;
  const shift = step * neighbour.nodeSize;
  tr.replaceWith(start, start + moved.nodeSize + neighbour.nodeSize, step < 0 ? [moved, neighbour] : [neighbour, moved]);
  const place = selection.from + shift;
  tr.setSelection(selection instanceof NodeSelection ? NodeSelection.create(tr.doc, place) : TextSelection.create(tr.doc, place));
  view.dispatch(tr.scrollIntoView());
  announce(step < 0 ? "Moved up" : "Moved down");
  return true;
}

export const MoveBlock = Extension.create({
  name: "moveBlock",
  addKeyboardShortcuts() {
    return {
      "Alt-Shift-ArrowUp": () => moveBlock(this.editor, -1),
      "Alt-Shift-ArrowDown": () => moveBlock(this.editor, 1),
    };
  },
});
