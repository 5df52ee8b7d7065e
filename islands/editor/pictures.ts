// Where pictures come from: the one place that the toolbar, the gallery and the featured picture ask.
import { ask, type Field } from "./dialog";
import { wholeAddress } from "./markup";
import { OTHER, pick } from "../picker/picker";

/** A picture as it goes into a text. */
export interface ChosenPicture {
  src: string;
  alt: string;
  caption: string;
  /** Of a file of the library. */
  id?: string;
  /** In pixels, where they are known. */
  width?: string;
  height?: string;
}

const ADDRESS = { name: "src", label: "Address", kind: "url", required: true, hint: "Where the picture is, for example https://example.com/harbour.jpg." } as const;
const ALTERNATIVE = { name: "alt", label: "Alternative text", hint: "What can be seen, for those who cannot see it. Leave it empty only for decoration." } as const;
const CAPTION = { name: "caption", label: "Caption", hint: "Stands below the picture; it can be written there as well." } as const;

/** Pictures of the library, or the wish to give addresses instead. */
async function fromLibrary(title: string, isMany: boolean): Promise<ChosenPicture[] | typeof OTHER> {
  const organization = document.querySelector<HTMLElement>("content-editor")?.dataset.organization ?? "";
  const picked = await pick({ organization, kind: "image", isMany, title, other: "From an address" });
  if (picked === OTHER) return OTHER;
  return picked.map(({ id, url, alt, width, height }) => ({ id, src: url, alt, caption: "", ...(width && height ? { width, height } : {}) }));
}

/** Asks for one picture; nothing when the writer thinks better of it. */
export async function choosePicture(title = "Insert picture"): Promise<ChosenPicture | null> {
  const picked = await fromLibrary(title, false);
  if (picked !== OTHER) return picked[0] ?? null;
  const fields: Field[] = [ADDRESS, ALTERNATIVE, CAPTION];
  const values = await ask(title, fields, "Insert");
  const src = wholeAddress(values?.src ?? "");
  return values && src ? { src, alt: values.alt ?? "", caption: values.caption ?? "" } : null;
}

/** Asks for several pictures, for a gallery; none when the writer thinks better of it. */
export async function choosePictures(): Promise<ChosenPicture[]> {
  const picked = await fromLibrary("Insert gallery", true);
  if (picked !== OTHER) return picked;
  const hint = "One picture a line: its address, then a bar | and what can be seen on it.";
  const values = await ask("Insert gallery", [{ name: "pictures", label: "Pictures", kind: "long", required: true, hint }], "Insert");
  const lines = (values?.pictures ?? "").split("\n").map((line) => line.split("|").map((part) => part.trim()));
  return lines.map(([src, alt]) => ({ src: wholeAddress(src ?? ""), alt: alt ?? "", caption: "" })).filter(({ src }) => src);
}
