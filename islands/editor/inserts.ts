import type { Editor } from "@tiptap/core";
import { ask } from "./dialog";
import { announce, wholeAddress } from "./markup";
import { choosePicture, choosePictures, type ChosenPicture } from "./pictures";
import { classOf, withClass } from "./classes";
import { FOCAL_POINTS, WIDTHS } from "./schema/figure";

/** The figure that the cursor is in, or that is chosen as a whole. */
function currentFigure(editor: Editor): { at: number; attributes: Record<string, string | null> } | null {
  const { $from, from } = editor.state.selection;
  const chosen = editor.state.doc.nodeAt(from);
  if (chosen?.type.name === "figure") return { at: from, attributes: chosen.attrs };
  return $from.parent.type.name === "figure" ? { at: $from.before(), attributes: $from.parent.attrs } : null;
}

/** Inserts a picture, or changes the one that the cursor is in. */
export async function askForPicture(editor: Editor): Promise<void> {
  const current = currentFigure(editor);
  if (current) return changePicture(editor, current);
  const chosen = await choosePicture();
  if (!chosen) return void editor.commands.focus();
  insertBlock(editor, figureOf(chosen));
  announce("Picture inserted");
}

async function changePicture(editor: Editor, { at, attributes: known }: { at: number; attributes: Record<string, string | null> }): Promise<void> {
  const values = await ask(
    "Picture",
    [
      { name: "src", label: "Address", kind: "url", required: true, value: known.src ?? "" },
      { name: "alt", label: "Alternative text", value: known.alt ?? "", hint: "What can be seen, for those who cannot see it. Leave it empty only for decoration." },
      { name: "width", label: "Width", kind: "choice", choices: WIDTHS, value: classOf(known.class, WIDTHS) },
      { name: "focal", label: "Stays in sight", kind: "choice", choices: FOCAL_POINTS, value: classOf(known.class, FOCAL_POINTS), hint: "Where a gallery cuts the picture." },
    ],
    "Change",
  );
  const src = wholeAddress(values?.src ?? "");
  if (!values || !src) return void editor.commands.focus();
  const stale = src === known.src ? {} : { width: null, height: null, srcset: null, sizes: null };
  const attributes = { ...known, src, alt: values.alt ?? "", class: withClass(withClass(known.class, WIDTHS, values.width ?? ""), FOCAL_POINTS, values.focal ?? ""), ...stale };
  editor.chain().focus().command(({ tr }) => Boolean(tr.setNodeMarkup(at, undefined, attributes))).run();
  announce("Picture changed");
}

function figureOf({ caption, id: _, ...attrs }: ChosenPicture): { type: string; attrs: object; content?: object[] } {
  return { type: "figure", attrs, ...(caption ? { content: [{ type: "text", text: caption }] } : {}) };
}

export async function askForGallery(editor: Editor): Promise<void> {
  const chosen = await choosePictures();
  if (chosen.length === 0) return void editor.commands.focus();
  insertBlock(editor, { type: "gallery", content: chosen.map(figureOf) });
  announce("Gallery inserted");
}

export async function askForEmbed(editor: Editor): Promise<void> {
  const values = await ask(
    "Embed",
    [
      { name: "href", label: "Address", kind: "url", required: true, hint: "Videos and sounds of YouTube, Vimeo, Spotify and the like get a player, which readers start; all others are a card." },
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
export function insertBlock(editor: Editor, block: { type: string; attrs?: object; content?: object[] }): void {
  const { $from } = editor.state.selection;
  const isEmpty = $from.parent.type.name === "paragraph" && $from.parent.content.size === 0 && $from.depth > 0;
  const at = isEmpty ? { from: $from.before(), to: $from.after() } : $from.depth > 0 ? $from.after() : editor.state.selection.to;
  const start = typeof at === "number" ? at : at.from;
  editor.chain().insertContentAt(at, block).run();
  const end = start + (editor.state.doc.nodeAt(start)?.nodeSize ?? 0);
  if (end >= editor.state.doc.content.size) editor.commands.insertContentAt(editor.state.doc.content.size, { type: "paragraph" });
  editor.chain().setTextSelection(Math.min(end + 1, editor.state.doc.content.size)).focus().run();
}
