import { blocks, history, marks, moves } from "./actions";
import { openDialog } from "./dialog";
import { button, element, readKeys } from "./markup";

const PAGE: [string, string][] = [
  ["Save", "Ctrl+S"],
  ["Publish", "Ctrl+Enter"],
  ["Insert a block", "/"],
  ["To the toolbar", "Alt+F10"],
  ["Back to the text", "Escape"],
  ["All shortcuts", "Ctrl+/"],
];
const TYPED: [string, string][] = [
  ["Heading", "## and a space"],
  ["Bullet list", "- and a space"],
  ["Numbered list", "1. and a space"],
  ["Task list", "[ ] and a space"],
  ["Quote", "> and a space"],
  ["Code block", "``` and a space"],
  ["Divider", "---"],
  ["Bold, italic, code, highlight", "**a** _a_ `a` ==a=="],
];

export function showShortcuts(): void {
  const actions = [...history, ...marks, ...blocks, ...moves].filter(({ keys }) => keys);
  const close = button("Close", () => dialog.close());
  const parts = [
    table("Page", PAGE),
    table("Text", actions.map(({ label, keys }) => [label, keys!])),
    table("While typing", TYPED),
    element("div", { class: "form-end" }, [close]),
  ];
  const dialog = openDialog("Keyboard shortcuts", parts);
  dialog.classList.add("shortcuts");
}

function table(caption: string, rows: [string, string][]): HTMLElement {
  const lines = rows.map(([label, keys]) =>
    element("tr", {}, [element("th", { scope: "row" }, [label]), element("td", {}, [element("kbd", {}, [readKeys(keys)])])]),
  );
  return element("table", {}, [element("caption", {}, [caption]), element("tbody", {}, lines)]);
}
