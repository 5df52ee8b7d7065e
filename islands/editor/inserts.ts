import type { Editor } from "@tiptap/core";
import { ask } from "./dialog";
import { announce } from "./markup";
import { WIDTHS } from "./schema/figure";
import { isHarmlessAddress } from "./schema/marks";

/** A picture or link as it may be stored: `example.com` becomes a whole address, a dangerous one nothing. */
export function wholeAddress(typed: string): string {
  const address = typed.trim();
  if (address === "" || !isHarmlessAddress(address)) return "";
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(address)) return `mailto:${address}`;
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+([/?#:]|$)/i.test(address) ? `https://${address}` : address;
}

/** The figure that the cursor is in, or that is chosen as a whole. */
function currentFigure(editor: Editor): { at: number; attributes: Record<string, string | null> } | null {
  const { $from, from } = editor.state.selection;
  const chosen = editor.state.doc.nodeAt(from);
  if (chosen?.type.name === "figure") return { at: from, attributes: chosen.attrs };
  return $from.parent.type.name === "figure" ? { at: $from.before(), attributes: $from.parent.attrs } : null;
}

export async function askForPicture(editor: Editor): Promise<void> {
  const current = currentFigure(editor);
  const known = current?.attributes;
  const values = await ask(
    current ? "Picture" : "Insert picture",
    [
      { name: "src", label: "Address", kind: "url", required: true, value: known?.src ?? "", hint: "Where the picture is, for example https://example.com/harbour.jpg." },
      { name: "alt", label: "Alternative text", value: known?.alt ?? "", hint: "What can be seen, for those who cannot see it. Leave it empty only for decoration." },
      { name: "width", label: "Width", kind: "choice", choices: WIDTHS, value: known?.class ?? "" },
    ],
    current ? "Change" : "Insert",
  );
  const src = wholeAddress(values?.src ?? "");
  if (!values || !src) return void editor.commands.focus();
  const attributes = { src, alt: values.alt ?? "", class: values.width || null };
  if (current) {
    const isOther = src !== known?.src;
    const stale = isOther ? { width: null, height: null, srcset: null, sizes: null } : {};
    editor.chain().focus().command(({ tr }) => Boolean(tr.setNodeMarkup(current.at, undefined, { ...known, ...attributes, ...stale }))).run();
  } else {
    insertBlock(editor, { type: "figure", attrs: attributes });
  }
  announce(current ? "Picture changed" : "Picture inserted");
}

export async function askForGallery(editor: Editor): Promise<void> {
  const hint = "One picture a line: its address, then a bar | and what can be seen on it.";
  const values = await ask("Insert gallery", [{ name: "pictures", label: "Pictures", kind: "long", required: true, hint }], "Insert");
  const lines = (values?.pictures ?? "").split("\n").map((line) => line.split("|").map((part) => part.trim()));
  const figures = lines.map(([src, alt]) => ({ type: "figure", attrs: { src: wholeAddress(src ?? ""), alt: alt ?? "" } }));
  const whole = figures.filter(({ attrs }) => attrs.src);
  if (whole.length > 0) insertBlock(editor, { type: "gallery", content: whole });
  else editor.commands.focus();
}

export async function askForEmbed(editor: Editor): Promise<void> {
  const values = await ask(
    "Embed",
    [
      { name: "href", label: "Address", kind: "url", required: true, hint: "Of a page, a video or a post. Readers see it as a card." },
      { name: "label", label: "Title", hint: "The address is shown when it is empty." },
    ],
    "Insert",
  );
  const href = wholeAddress(values?.href ?? "");
  if (href) insertBlock(editor, { type: "embed", attrs: { href, label: values?.label ?? "" } });
  else editor.commands.focus();
}

export async function askForButton(editor: Editor): Promise<void> {
  const values = await ask(
    "Insert button",
    [
      { name: "label", label: "Words on it", required: true },
      { name: "href", label: "Address", kind: "url", required: true },
    ],
    "Insert",
  );
  const href = wholeAddress(values?.href ?? "");
  if (!values || !href) return void editor.commands.focus();
  const text = { type: "text", text: values.label, marks: [{ type: "link", attrs: { href, class: "button" } }] };
  insertBlock(editor, { type: "paragraph", content: [text] });
}

export async function askForHtml(editor: Editor): Promise<void> {
  const { from } = editor.state.selection;
  const chosen = editor.state.doc.nodeAt(from);
  const isChosen = chosen?.type.name === "htmlBlock";
  const hint = "Kept as it is, but for scripts and unknown markup, which are removed when it is saved.";
  const values = await ask("HTML", [{ name: "html", label: "Source", kind: "long", value: isChosen ? chosen.attrs.html : "", hint }], isChosen ? "Change" : "Insert");
  if (!values) return void editor.commands.focus();
  const html = values.html ?? "";
  if (isChosen && html === "") editor.chain().focus().deleteSelection().run();
  else if (isChosen) editor.chain().focus().command(({ tr }) => Boolean(tr.setNodeMarkup(from, undefined, { html }))).run();
  else if (html) insertBlock(editor, { type: "htmlBlock", attrs: { html } });
}

/** Puts a block where the cursor is, in place of an empty paragraph, and the cursor behind it. */
function insertBlock(editor: Editor, block: { type: string; attrs?: object; content?: object[] }): void {
  const { $from } = editor.state.selection;
  const isEmpty = $from.parent.type.name === "paragraph" && $from.parent.content.size === 0 && $from.depth > 0;
  const at = isEmpty ? { from: $from.before(), to: $from.after() } : $from.depth > 0 ? $from.after() : editor.state.selection.to;
  const start = typeof at === "number" ? at : at.from;
  editor.chain().insertContentAt(at, block).run();
  const end = start + (editor.state.doc.nodeAt(start)?.nodeSize ?? 0);
  if (end >= editor.state.doc.content.size) editor.commands.insertContentAt(editor.state.doc.content.size, { type: "paragraph" });
  editor.chain().setTextSelection(Math.min(end + 1, editor.state.doc.content.size)).focus().run();
}
