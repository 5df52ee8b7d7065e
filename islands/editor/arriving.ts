// Pictures that were pasted or dropped into the text: they are sent to the library, and stand in the text until then as a
// grey box that is not saved.
import type { Editor } from "@tiptap/core";
import { type Asset, readAsset } from "../media/api";
import { inOneLine, send } from "../media/sending";
import { insertBlock } from "./inserts";
import { element, icon } from "./markup";

/** What stands for a picture on its way; `write` leaves addresses of this kind out. */
const BOX = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><rect width="640" height="360" fill="#80808055"/></svg>')}`;

/** Types of pictures that programs put on the clipboard, with the ends of their files' names. */
const ENDINGS: Record<string, string> = { "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/avif": "avif" };

export class ArrivingPictures {
  readonly dom = element("div", { class: "arriving" });
  private count = 0;
  /** Pictures taken from HTML that is just being pasted; they are sent once it stands in the text. */
  private readonly taken = new Map<string, File>();

  constructor(private readonly editor: () => Editor, private readonly organization: string) {}

  /** Pictures alone on the clipboard. What also has words is pasted for its words: Word adds a picture of them. */
  pasted(event: ClipboardEvent): boolean {
    const data = event.clipboardData;
    const pictures = [...(data?.files ?? [])].filter(({ type }) => type.startsWith("image/"));
    const hasWords = data?.types.some((type) => type === "text/html" || type === "text/plain");
    if (pictures.length === 0 || hasWords) return false;
    pictures.forEach((file) => this.insert(file));
    return true;
  }

  /** Files dropped into the text, where they fell; without this the browser would leave the page for them. */
  dropped(event: DragEvent): boolean {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return false;
    event.preventDefault();
    const place = this.editor().view.posAtCoords({ left: event.clientX, top: event.clientY });
    if (place) this.editor().commands.setTextSelection(place.pos);
    for (const file of files) {
      if (file.type.startsWith("image/")) this.insert(file);
      else this.tell(`“${file.name}” is no picture. Send it to the library, then insert it as a file, a video or a sound.`);
    }
    return true;
  }

  /** The address that stands for a picture that is part of pasted HTML; nothing for one that cannot be read. */
  take(source: string): string | null {
    const file = fileOf(source, this.count + 1);
    if (!file) return null;
    const address = this.nextBox();
    this.taken.set(address, file);
    // The text has them when this turn is over.
    queueMicrotask(() => setTimeout(() => this.sendTaken()));
    return address;
  }

  /** Says how many pictures of pasted HTML lie where only the other program can read them. */
  leftOut(count: number): void {
    const words = count === 1 ? "One picture could not be taken along: its program did not hand it over." : `${count} pictures could not be taken along: their program did not hand them over.`;
    this.tell(`${words} Insert ${count === 1 ? "it" : "them"} from a file.`);
  }

  private sendTaken(): void {
    const taken = [...this.taken];
    this.taken.clear();
    for (const [address, file] of taken) this.send(file, address);
  }

  private insert(file: File): void {
    const address = this.nextBox();
    insertBlock(this.editor(), { type: "figure", attrs: { src: address, alt: null } });
    this.send(file, address);
  }

  private nextBox(): string {
    return `${BOX}#${++this.count}`;
  }

  private send(file: File, address: string): void {
    const notice = this.tell(`${file.name} is sent to the library`, false);
    const say = (words: string) => notice.querySelector("p")!.replaceChildren(words);
    send(file, { organization: this.organization, folder: "" }, {
      ...inOneLine(file, say),
      onRefused: (words) => {
        notice.remove();
        this.replace(address, null);
        this.tell(`“${file.name}” was not added: ${words}`);
      },
      onDone: async (id) => {
        const asset = await readAsset(this.organization, id).catch(() => null);
        notice.remove();
        if (!asset) this.tell(`“${file.name}” is in the library now. Insert it from there.`);
        this.replace(address, asset && attributesOf(asset));
      },
    });
  }

  /** Puts the picture in the place of its box, or takes the box away. Undoing goes back to no box. */
  private replace(address: string, attributes: Record<string, string> | null): void {
    const { state, view } = this.editor();
    const change = state.tr.setMeta("addToHistory", false);
    const boxes: { at: number; size: number }[] = [];
    state.doc.descendants((node, at) => void (node.attrs.src === address && boxes.push({ at, size: node.nodeSize })));
    // From the end, so that no place moves before its turn.
    for (const { at, size } of boxes.reverse()) {
      if (attributes) change.setNodeMarkup(at, undefined, { ...state.doc.nodeAt(at)!.attrs, ...attributes });
      else change.delete(at, at + size);
    }
    if (boxes.length > 0) view.dispatch(change);
  }

  private tell(words: string, canBeDismissed = true): HTMLElement {
    const notice = element("div", { class: "notice", role: "status" }, [icon("image"), element("p", {}, [words])]);
    if (canBeDismissed) {
      const dismiss = element("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", title: "Dismiss" }, [icon("x")]);
      dismiss.addEventListener("click", () => notice.remove());
      notice.append(dismiss);
    }
    this.dom.append(notice);
    return notice;
  }
}

function attributesOf({ file_url, alt, width, height }: Asset): Record<string, string> {
  const attributes: Record<string, string> = { src: file_url };
  if (alt) attributes.alt = alt;
  if (width && height) [attributes.width, attributes.height] = [String(width), String(height)];
  return attributes;
}

/** A picture written out as an address (RFC 2397), as a file. */
function fileOf(address: string, number: number): File | null {
  const [, type = "", packed = ""] = /^data:(image\/[a-z]+);base64,([A-Za-z0-9+/=\s]+)$/.exec(address) ?? [];
  const ending = ENDINGS[type];
  if (!ending) return null;
  try {
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    return new File([bytes], `pasted-${number}.${ending}`, { type });
  } catch {
    return null;
  }
}
