// Films, sounds and files: taken from the library, or from an address.
import type { Editor } from "@tiptap/core";
import { readAsset } from "../media/api";
import { inWords } from "../media/sizes";
import { OTHER, pick, type Picked } from "../picker/picker";
import { ask } from "./dialog";
import { insertBlock } from "./inserts";
import { announce, wholeAddress } from "./markup";
import { choosePicture } from "./pictures";
import { isPlayer } from "./players";

type Kind = "video" | "audio";
const WORDS: Record<Kind, string> = { video: "Video", audio: "Audio" };

function organization(): string {
  return document.querySelector<HTMLElement>("content-editor")?.dataset.organization ?? "";
}

async function fromLibrary(kind: string, title: string): Promise<Picked | typeof OTHER | undefined> {
  const picked = await pick({ organization: organization(), kind, isMany: false, title, other: "From an address" });
  return picked === OTHER ? OTHER : picked[0];
}

async function askForAddress(title: string, hint: string): Promise<string> {
  const values = await ask(title, [{ name: "href", label: "Address", kind: "url", required: true, hint }], "Insert");
  return wholeAddress(values?.href ?? "");
}

/** Inserts a film or a sound. An address of a site with players becomes an embed instead. */
export async function askForClip(editor: Editor, kind: Kind): Promise<void> {
  const picked = await fromLibrary(kind, `Insert ${WORDS[kind].toLowerCase()}`);
  if (!picked) return void editor.commands.focus();
  const src = picked === OTHER ? await askForAddress(`Insert ${WORDS[kind].toLowerCase()}`, "Of the file itself, or of a page of YouTube, Vimeo, Spotify and the like.") : picked.url;
  if (!src) return void editor.commands.focus();
  if (isPlayer(src)) return insertBlock(editor, { type: "embed", attrs: { href: src, label: "" } });
  const size = picked !== OTHER && kind === "video" && picked.width && picked.height ? { width: picked.width, height: picked.height } : {};
  insertBlock(editor, { type: "clip", attrs: { kind, src, controls: "", preload: "metadata", ...size } });
  announce(`${WORDS[kind]} inserted`);
}

/** Chooses the picture that stands for the film before it plays. */
export async function askForPoster(editor: Editor): Promise<void> {
  const chosen = await choosePicture("Picture before it plays");
  if (chosen) editor.chain().focus().updateAttributes("clip", { poster: chosen.src }).run();
  else editor.commands.focus();
}

export async function askForFile(editor: Editor): Promise<void> {
  const picked = await fromLibrary("", "Insert file");
  if (!picked) return void editor.commands.focus();
  if (picked === OTHER) {
    const href = await askForAddress("Insert file", "Where the file is.");
    if (!href) return void editor.commands.focus();
    return insertBlock(editor, { type: "file", attrs: { href, label: nameOf(href), note: "" } });
  }
  const asset = await readAsset(organization(), picked.id).catch(() => null);
  const type = /\.([a-z0-9]{1,5})(?:\?|$)/i.exec(picked.url)?.[1]?.toUpperCase();
  const note = [type, asset && inWords(asset.file_size)].filter(Boolean).join(" · ");
  insertBlock(editor, { type: "file", attrs: { href: picked.url, label: picked.name, note } });
  announce("File inserted");
}

/** Changes what is written on the file that is chosen. */
export async function changeFile(editor: Editor): Promise<void> {
  const { label, note } = editor.getAttributes("file");
  const values = await ask("File", [{ name: "label", label: "Name", required: true, value: label }, { name: "note", label: "Note", value: note, hint: "Kind and size, for example." }], "Change");
  if (values) editor.chain().focus().updateAttributes("file", values).run();
  else editor.commands.focus();
}

function nameOf(address: string): string {
  const last = address.split(/[?#]/)[0]!.split("/").at(-1) || address;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
