// From the stored HTML to the document of the editor and back. What the editor cannot say comes through unchanged.
import type { Editor } from "@tiptap/core";
import { DOMParser as DocumentParser, DOMSerializer, type Node, type Schema } from "@tiptap/pm/model";

/** Different names of the same thing, and parts that are written or left out at will. */
const SAME: Record<string, string> = { B: "STRONG", I: "EM", DEL: "S", STRIKE: "S" };
const LOOSE = new Set(["P", "TBODY", "THEAD", "TFOOT", "SPAN"]);

function parse(html: string): HTMLElement {
  return new DOMParser().parseFromString(`<body>${html}</body>`, "text/html").body;
}

/** What an element says, without the ways there are of writing it: its words, its elements, its addresses and classes. */
function sense(element: Element): string {
  const all = [element, ...element.querySelectorAll("*")];
  const tags = all.map(({ tagName }) => SAME[tagName] ?? tagName).filter((tag) => !LOOSE.has(tag));
  const values = all.flatMap((one) => ["src", "href", "class", "alt", "lang", "dir"].map((name) => one.getAttribute(name)).filter(Boolean));
  return JSON.stringify([element.textContent?.replace(/\s+/g, ""), tags.sort(), values.sort()]);
}

/** Readies HTML for the editor: each block that would not come out as it went in is wrapped, to be kept to the letter. */
export function readable(html: string, schema: Schema): HTMLElement {
  const body = parse(html);
  const parser = DocumentParser.fromSchema(schema);
  for (const block of [...body.children]) {
    const alone = document.createElement("div");
    alone.append(block.cloneNode(true));
    const back = parse(write(parser.parse(alone)));
    if (sense(wrapped(back)) === sense(alone)) continue;
    const kept = document.createElement("editor-html");
    kept.dataset.html = block.outerHTML;
    block.replaceWith(kept);
  }
  return body;
}

function wrapped(body: HTMLElement): HTMLElement {
  const div = document.createElement("div");
  div.append(...body.childNodes);
  return div;
}

/** The document as the HTML that is stored: what the server's sanitizer leaves as it is. */
export function write(doc: Node): string {
  const body = document.implementation.createHTMLDocument("").body;
  body.append(DOMSerializer.fromSchema(doc.type.schema).serializeFragment(doc.content, { document: body.ownerDocument }));
  body.querySelectorAll('img[src^="data:"]').forEach(leaveOut);
  while (isEmptyParagraph(body.lastElementChild)) body.lastElementChild!.remove();
  body.querySelectorAll("li, td, th").forEach(unwrapOnlyParagraph);
  body.querySelectorAll("table").forEach(giveHead);
  body.querySelectorAll("editor-html").forEach((kept) => kept.replaceWith(...parse(kept.getAttribute("data-html") ?? "").childNodes));
  return [...body.children].map((block) => block.outerHTML).join("\n");
}

/** A picture on its way to the library is no part of the text before it is there. */
function leaveOut(picture: Element): void {
  const block = picture.closest("figure, p");
  picture.remove();
  if (block && (block.tagName === "FIGURE" || block.childNodes.length === 0)) block.remove();
}

function isEmptyParagraph(block: Element | null): boolean {
  return block?.tagName === "P" && block.childNodes.length === 0;
}

/** `<li><p>x</p></li>` is `<li>x</li>`, also where a list follows below. */
function unwrapOnlyParagraph(item: Element): void {
  const [first, ...rest] = item.children;
  const onlyListsFollow = rest.every(({ tagName }) => ["UL", "OL"].includes(tagName));
  if (first?.tagName === "P" && first.attributes.length === 0 && onlyListsFollow) first.replaceWith(...first.childNodes);
}

/** Rows of headings at the top are the head of the table. */
function giveHead(table: Element): void {
  const body = table.querySelector(":scope > tbody");
  const rows = [...(body?.children ?? [])];
  const end = rows.findIndex((row) => [...row.children].some(({ tagName }) => tagName !== "TH"));
  const head = end < 0 ? rows.slice(0, 1) : rows.slice(0, end);
  if (!body || head.length === 0) return;
  const thead = table.ownerDocument.createElement("thead");
  thead.append(...head);
  body.before(thead);
  if (body.children.length === 0) body.remove();
}

/** Puts HTML in the place of the text, where it differs, so that the cursor stays; with `isStep`, undo brings the old one back. */
export function fillWith(editor: Editor, html: string, isStep: boolean): void {
  const { doc, tr } = editor.state;
  const wanted = DocumentParser.fromSchema(editor.schema).parse(readable(html, editor.schema));
  const start = doc.content.findDiffStart(wanted.content);
  const ends = doc.content.findDiffEnd(wanted.content);
  if (start === null || ends === null) return;
  // What is alike at both ends may overlap, as in "aa" and "aaa".
  const overlap = Math.max(0, start - Math.min(ends.a, ends.b));
  const change = tr.replace(start, ends.a + overlap, wanted.slice(start, ends.b + overlap));
  editor.view.dispatch(isStep ? change : change.setMeta("addToHistory", false).setMeta("preventUpdate", true));
}
