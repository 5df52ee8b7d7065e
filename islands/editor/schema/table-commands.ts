import { Extension } from "@tiptap/core";
import type { Command, EditorState } from "@tiptap/pm/state";
import { addColumnAfter, addColumnBefore, addRowAfter, addRowBefore, deleteColumn, deleteRow, deleteTable, mergeCells, splitCell, toggleHeaderColumn, toggleHeaderRow } from "@tiptap/pm/tables";

declare module "@tiptap/core" {
  interface Commands<ReturnType> {
    tables: {
      insertTable: () => ReturnType;
      addTableRow: () => ReturnType;
      addTableRowAbove: () => ReturnType;
      addTableColumnBefore: () => ReturnType;
      mergeTableCells: () => ReturnType;
      splitTableCell: () => ReturnType;
      toggleTableHeaderColumn: () => ReturnType;
      addTableColumn: () => ReturnType;
      deleteTableRow: () => ReturnType;
      deleteTableColumn: () => ReturnType;
      toggleTableHeader: () => ReturnType;
      removeTable: () => ReturnType;
    };
  }
}

const run = (command: Command) => () => ({ state, dispatch }: { state: EditorState; dispatch?: ((args?: unknown) => unknown) | undefined }) =>
  command(state, dispatch as Parameters<Command>[1]);

const row = (type: string) => ({ type: "tableRow", content: Array.from({ length: 3 }, () => ({ type, content: [{ type: "paragraph" }] })) });

export const TableCommands = Extension.create({
  name: "tableCommands",
  addCommands: () => ({
    insertTable:
      () =>
      ({ chain, state }) => {
        const from = state.selection.$from;
        const start = from.depth > 0 && from.parent.content.size === 0 ? from.before() : from.after(Math.max(1, from.depth));
        const table = { type: "table", content: [row("tableHeader"), row("tableCell"), row("tableCell")] };
        const replaced = from.parent.content.size === 0 ? { from: start, to: start + from.parent.nodeSize } : start;
        return chain().insertContentAt(replaced, table).setTextSelection(start + 4).run();
      },
    addTableRow: run(addRowAfter),
    addTableRowAbove: run(addRowBefore),
    addTableColumnBefore: run(addColumnBefore),
    mergeTableCells: run(mergeCells),
    splitTableCell: run(splitCell),
    toggleTableHeaderColumn: run(toggleHeaderColumn),
    addTableColumn: run(addColumnAfter),
    deleteTableRow: run(deleteRow),
    deleteTableColumn: run(deleteColumn),
    toggleTableHeader: run(toggleHeaderRow),
    removeTable: run(deleteTable),
  }),
});
