import { Node } from "@tiptap/core";
import { goToNextCell, tableEditing, deleteTable, isInTable, CellSelection } from "@tiptap/pm/tables";
import { Plugin } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";

/** A heading of a column that says nothing yet is announced as any other cell. */
const plainWhileEmpty = new Plugin({
  props: {
    decorations: ({ doc }) => {
      const empty: Decoration[] = [];
      doc.descendants((node, at) => {
        if (node.type.name === "tableHeader" && node.textContent.trim() === "") empty.push(Decoration.node(at, at + node.nodeSize, { role: "cell" }));
        return !node.isTextblock;
      });
      return DecorationSet.create(doc, empty);
    },
  },
});

/** Tables without widths: columns are as wide as what is in them, so nothing needs an inline style. */
export const Table = Node.create({
  name: "table",
  group: "block",
  content: "tableRow+",
  isolating: true,
  extendNodeSchema: (extension) => ({ tableRole: { table: "table", tableRow: "row", tableCell: "cell", tableHeader: "header_cell" }[extension.name as string] }),
  parseHTML: () => [{ tag: "table" }],
  renderHTML: ({ HTMLAttributes }) => ["table", HTMLAttributes, ["tbody", 0]],
  addKeyboardShortcuts() {
    const { editor } = this;
    const whenWholeIsChosen = () => {
      const { state, view } = editor;
      const chosen = state.selection;
      return chosen instanceof CellSelection && chosen.isRowSelection() && chosen.isColSelection() && deleteTable(state, view.dispatch);
    };
    return {
      Tab: () => {
        if (!isInTable(editor.state)) return false;
        if (goToNextCell(1)(editor.state, editor.view.dispatch)) return true;
        return editor.chain().addTableRow().run() && goToNextCell(1)(editor.state, editor.view.dispatch);
      },
      "Shift-Tab": () => isInTable(editor.state) && goToNextCell(-1)(editor.state, editor.view.dispatch),
      Backspace: whenWholeIsChosen,
      Delete: whenWholeIsChosen,
    };
  },
  addProseMirrorPlugins() {
    return [tableEditing({ allowTableNodeSelection: false }), plainWhileEmpty];
  },
});

export const TableRow = Node.create({
  name: "tableRow",
  content: "(tableCell | tableHeader)*",
  parseHTML: () => [{ tag: "tr" }],
  renderHTML: ({ HTMLAttributes }) => ["tr", HTMLAttributes, 0],
});

const span = (name: string) => ({
  default: 1,
  parseHTML: (element: HTMLElement) => Number(element.getAttribute(name)) || 1,
  renderHTML: (attributes: Record<string, unknown>) => (attributes[name] === 1 ? {} : { [name]: attributes[name] }),
});

const cell = (name: string, tag: "td" | "th") =>
  Node.create({
    name,
    content: "block+",
    isolating: true,
    addAttributes: () => ({
      colspan: span("colspan"),
      rowspan: span("rowspan"),
      colwidth: { default: null, rendered: false },
      ...(tag === "th" ? { scope: { default: null } } : {}),
    }),
    parseHTML: () => [{ tag }],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
  });

export const TableCell = cell("tableCell", "td");
export const TableHeader = cell("tableHeader", "th");
