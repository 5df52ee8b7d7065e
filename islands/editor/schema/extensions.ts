import { Extension, type Extensions } from "@tiptap/core";
import { Placeholder } from "@tiptap/extensions";
import { StarterKit } from "@tiptap/starter-kit";
import { Callout, Embed, HtmlBlock } from "./boxes";
import { Clip } from "./clip";
import { Figure, Gallery } from "./figure";
import { FileBlock } from "./file";
import { EditorLink, Highlight, quietMarks } from "./marks";
import { Picture } from "./picture";
import { Table, TableCell, TableHeader, TableRow } from "./table";
import { TableCommands } from "./table-commands";
import { EditorTaskItem, EditorTaskList } from "./tasks";

/** What the server keeps on any element. Texts from elsewhere have it, and editing must not lose it. */
const KeptAttributes = Extension.create({
  name: "keptAttributes",
  addGlobalAttributes: () => {
    const kept = (names: string[]) => Object.fromEntries(names.map((name) => [name, { default: null }]));
    const blocks = ["paragraph", "heading", "bulletList", "orderedList", "listItem", "blockquote", "table", "tableRow", "tableCell", "tableHeader"];
    return [{ types: blocks, attributes: kept(["class", "dir", "lang"]) }, { types: ["orderedList"], attributes: kept(["reversed"]) }];
  },
});

export function extensions(placeholder: string): Extensions {
  return [
    StarterKit.configure({
      link: false,
      heading: { levels: [1, 2, 3, 4, 5, 6] },
      codeBlock: { languageClassPrefix: "language-", defaultLanguage: null },
      dropcursor: { color: false, class: "drop-cursor" },
    }),
    EditorLink,
    Highlight,
    ...quietMarks,
    EditorTaskList,
    EditorTaskItem,
    Table,
    TableRow,
    TableCell,
    TableHeader,
    TableCommands,
    Figure,
    Gallery,
    Clip,
    FileBlock,
    Picture,
    Callout,
    Embed,
    HtmlBlock,
    KeptAttributes,
    Placeholder.configure({ placeholder, showOnlyCurrent: true }),
  ];
}
