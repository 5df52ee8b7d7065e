import type { Editor } from "@tiptap/core";
import { askForButton, askForEmbed, askForGallery, askForHtml, askForPicture } from "./inserts";
import { withClass } from "./classes";
import { chooseLink } from "./link-dialog";
import { askForClip, askForFile, askForPoster, changeFile } from "./media-inserts";
import { moveBlock } from "./move-block";
import { CALLOUTS } from "./schema/boxes";

/** Something the writer can do, from the toolbar, the slash menu or the keyboard. */
export interface Action {
  name: string;
  label: string;
  /** Name of its picture in the sprite. */
  icon: string;
  /** Other words that find it in the slash menu. */
  words?: string;
  /** As people read it, with Ctrl for what is ⌘ on a Mac. */
  keys?: string;
  run: (editor: Editor) => void;
  isActive?: (editor: Editor) => boolean;
  isPossible?: (editor: Editor) => boolean;
}

const mark = (name: string, label: string, icon: string, keys: string): Action => ({
  name,
  label,
  icon,
  keys,
  run: (editor) => editor.chain().focus().toggleMark(name).run(),
  isActive: (editor) => editor.isActive(name),
});

const heading = (level: 2 | 3 | 4): Action => ({
  name: `heading-${level}`,
  label: `Heading ${level}`,
  icon: `heading-${level}`,
  words: `title section h${level}`,
  keys: `Ctrl+Alt+${level}`,
  run: (editor) => editor.chain().focus().toggleHeading({ level }).run(),
  isActive: (editor) => editor.isActive("heading", { level }),
});

export const history: Action[] = [
  { name: "undo", label: "Undo", icon: "undo-2", keys: "Ctrl+Z", run: (editor) => editor.chain().focus().undo().run(), isPossible: (editor) => editor.can().undo() },
  { name: "redo", label: "Redo", icon: "redo-2", keys: "Ctrl+Shift+Z", run: (editor) => editor.chain().focus().redo().run(), isPossible: (editor) => editor.can().redo() },
];

export const marks: Action[] = [
  mark("bold", "Bold", "bold", "Ctrl+B"),
  mark("italic", "Italic", "italic", "Ctrl+I"),
  mark("underline", "Underline", "underline", "Ctrl+U"),
  mark("strike", "Strikethrough", "strikethrough", "Ctrl+Shift+S"),
  mark("code", "Code", "code", "Ctrl+E"),
  mark("highlight", "Highlight", "highlighter", "Ctrl+Shift+H"),
  { name: "link", label: "Link", icon: "link", keys: "Ctrl+K", run: chooseLink, isActive: (editor) => editor.isActive("link") },
];

export const headings: Action[] = [heading(2), heading(3), heading(4)];

export const lists: Action[] = [
  {
    name: "bullet-list", label: "Bullet list", icon: "list", words: "unordered ul points", keys: "Ctrl+Shift+8",
    run: (editor) => editor.chain().focus().toggleBulletList().run(), isActive: (editor) => editor.isActive("bulletList"),
  },
  {
    name: "ordered-list", label: "Numbered list", icon: "list-ordered", words: "ordered ol steps", keys: "Ctrl+Shift+7",
    run: (editor) => editor.chain().focus().toggleOrderedList().run(), isActive: (editor) => editor.isActive("orderedList"),
  },
  {
    name: "task-list", label: "Task list", icon: "list-todo", words: "todo checkbox", keys: "Ctrl+Shift+9",
    run: (editor) => editor.chain().focus().toggleTaskList().run(), isActive: (editor) => editor.isActive("taskList"),
  },
  {
    name: "quote", label: "Quote", icon: "text-quote", words: "blockquote citation", keys: "Ctrl+Shift+B",
    run: (editor) => editor.chain().focus().toggleBlockquote().run(), isActive: (editor) => editor.isActive("blockquote"),
  },
];

/** What dragging does with the mouse. */
export const moves: Action[] = [
  { name: "move-up", label: "Move block up", icon: "arrow-up", keys: "Alt+Shift+↑", run: (editor) => void moveBlock(editor, -1) },
  { name: "move-down", label: "Move block down", icon: "arrow-down", keys: "Alt+Shift+↓", run: (editor) => void moveBlock(editor, 1) },
];

export const inserts: Action[] = [
  { name: "image", label: "Image", icon: "image", words: "picture photo figure", run: (editor) => void askForPicture(editor) },
  { name: "table", label: "Table", icon: "table", words: "grid rows columns", run: (editor) => editor.chain().focus().insertTable().run(), isPossible: (editor) => !editor.isActive("table") },
  {
    name: "callout", label: "Callout", icon: "lightbulb", words: "box note tip warning",
    run: (editor) => editor.chain().focus().toggleWrap("callout").run(), isActive: (editor) => editor.isActive("callout"),
  },
  {
    name: "code-block", label: "Code block", icon: "square-code", words: "pre program source", keys: "Ctrl+Alt+C",
    run: (editor) => editor.chain().focus().toggleCodeBlock().run(), isActive: (editor) => editor.isActive("codeBlock"),
  },
];

export const rarer: Action[] = [
  { name: "gallery", label: "Gallery", icon: "images", words: "pictures photos", run: (editor) => void askForGallery(editor) },
  { name: "video", label: "Video", icon: "film", words: "film movie clip", run: (editor) => void askForClip(editor, "video") },
  { name: "audio", label: "Audio", icon: "music", words: "sound podcast music", run: (editor) => void askForClip(editor, "audio") },
  { name: "file", label: "File", icon: "paperclip", words: "download document pdf attachment", run: (editor) => void askForFile(editor) },
  { name: "embed", label: "Embed", icon: "panel-top", words: "video youtube card bookmark link", run: (editor) => void askForEmbed(editor) },
  { name: "button", label: "Button", icon: "square-mouse-pointer", words: "call to action link", run: (editor) => void askForButton(editor) },
  { name: "divider", label: "Divider", icon: "minus", words: "line rule hr separator", run: (editor) => editor.chain().focus().setHorizontalRule().run() },
  { name: "html-block", label: "HTML", icon: "code-xml", words: "source raw markup", run: (editor) => void askForHtml(editor) },
];

const paragraph: Action = {
  name: "paragraph", label: "Paragraph", icon: "pilcrow", words: "text plain", keys: "Ctrl+Alt+0",
  run: (editor) => editor.chain().focus().setParagraph().run(),
};

/** What the slash menu offers, in its order. */
export const blocks: Action[] = [paragraph, ...headings, ...lists, ...inserts, ...rarer];

export const tableActions: Action[] = [
  { name: "row-above", label: "Row above", icon: "arrow-up", run: (editor) => editor.chain().focus().addTableRowAbove().run() },
  { name: "column-before", label: "Column before", icon: "arrow-left", run: (editor) => editor.chain().focus().addTableColumnBefore().run() },
  { name: "row", label: "Add row", icon: "plus", run: (editor) => editor.chain().focus().addTableRow().run() },
  { name: "column", label: "Add column", icon: "plus", run: (editor) => editor.chain().focus().addTableColumn().run() },
  { name: "drop-row", label: "Delete row", icon: "minus", run: (editor) => editor.chain().focus().deleteTableRow().run() },
  { name: "drop-column", label: "Delete column", icon: "minus", run: (editor) => editor.chain().focus().deleteTableColumn().run() },
  { name: "header", label: "Header row", icon: "panel-top", run: (editor) => editor.chain().focus().toggleTableHeader().run() },
  { name: "header-column", label: "Header column", icon: "panel-left", run: (editor) => editor.chain().focus().toggleTableHeaderColumn().run() },
  { name: "merge", label: "Merge cells", icon: "table-cells-merge", run: (editor) => editor.chain().focus().mergeTableCells().run(), isPossible: (editor) => editor.can().mergeTableCells() },
  { name: "split", label: "Split cell", icon: "table-cells-split", run: (editor) => editor.chain().focus().splitTableCell().run(), isPossible: (editor) => editor.can().splitTableCell() },
  { name: "drop-table", label: "Delete table", icon: "trash-2", run: (editor) => editor.chain().focus().removeTable().run() },
];

export const pictureActions: Action[] = [
  { name: "picture", label: "Picture, alternative text, width", icon: "image", run: (editor) => void askForPicture(editor) },
  { name: "drop-picture", label: "Delete picture", icon: "trash-2", run: (editor) => editor.chain().focus().deleteNode("figure").run() },
];

export const calloutActions: Action[] = CALLOUTS.map(({ value, label }) => ({
  name: value || "callout-note",
  label,
  icon: "",
  run: (editor) => editor.chain().focus().updateAttributes("callout", { class: withClass(editor.getAttributes("callout").class, CALLOUTS, value) }).run(),
  isActive: (editor) => withClass(editor.getAttributes("callout").class, [], "") === ["callout", value].filter(Boolean).join(" "),
}));

export const clipActions: Action[] = [
  { name: "poster", label: "Picture before it plays", icon: "image", run: (editor) => void askForPoster(editor), isPossible: (editor) => editor.getAttributes("clip").kind === "video" },
  { name: "drop-clip", label: "Delete", icon: "trash-2", run: (editor) => editor.chain().focus().deleteNode("clip").run() },
];

export const fileActions: Action[] = [
  { name: "change-file", label: "Name and note", icon: "paperclip", run: (editor) => void changeFile(editor) },
  { name: "drop-file", label: "Delete file", icon: "trash-2", run: (editor) => editor.chain().focus().deleteSelection().run() },
];
