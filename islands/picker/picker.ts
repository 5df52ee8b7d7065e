// The dialog itself: a search over the library, a grid for mouse and keyboard, and sending a file from right here.
import { readAsset } from "../media/api";
import { inOneLine, send } from "../media/sending";

export interface Picked {
  id: string;
  url: string;
  name: string;
  alt: string;
  kind: string;
  width?: string;
  height?: string;
}

export interface Wish {
  organization: string;
  /** `image`, `video`, `audio`, `document`, or empty for any. */
  kind: string;
  isMany: boolean;
  title: string;
  /** A way besides the library, such as an address: its label, and what it gives. */
  other?: string;
}

/** Somebody wants the other way. */
export const OTHER = "other";

/** After this silence of the keyboard a search begins, in milliseconds. */
const SILENCE = 250;
const ACCEPTED: Record<string, string> = { image: "image/*", video: "video/*", audio: "audio/*" };

/** Lets somebody choose files of the library; none when they think better of it. */
export function pick(wish: Wish): Promise<Picked[] | typeof OTHER> {
  return new Promise((resolve) => {
    const dialog = new Dialog(wish);
    dialog.element.addEventListener("close", () => {
      dialog.element.remove();
      if (dialog.isOther) resolve(OTHER);
      else resolve(dialog.isTaken ? [...dialog.chosen.values()] : []);
    });
    document.body.append(dialog.element);
    dialog.element.showModal();
    dialog.open();
  });
}

class Dialog {
  readonly element = document.createElement("dialog");
  readonly chosen = new Map<string, Picked>();
  isTaken = false;
  isOther = false;
  private readonly list: HTMLElement;
  private readonly search: HTMLInputElement;
  private readonly told: HTMLOutputElement;
  private readonly take: HTMLButtonElement;
  private asked = 0;

  constructor(private readonly wish: Wish) {
    this.element.className = "picker";
    this.element.setAttribute("aria-labelledby", "picker-title");
    const heading = Object.assign(document.createElement("h2"), { id: "picker-title", textContent: wish.title });
    this.search = Object.assign(document.createElement("input"), { type: "search", placeholder: "Search names, texts, tags", autocomplete: "off" });
    this.search.setAttribute("aria-label", "Search in media");
    const file = Object.assign(document.createElement("input"), { type: "file", accept: ACCEPTED[wish.kind] ?? "", hidden: true });
    const upload = button("Send a file", "button");
    this.list = Object.assign(document.createElement("div"), { className: "picker-list" });
    this.list.setAttribute("role", "group");
    this.list.setAttribute("aria-label", "Files");
    this.told = document.createElement("output");
    const cancel = button("Cancel", "button");
    this.take = button(wish.isMany ? "Take them" : "Take it", "button button-primary");
    this.take.disabled = true;
    const head = row("picker-head", heading, this.search, upload, file);
    if (wish.other) {
      const other = button(wish.other, "button");
      other.addEventListener("click", () => {
        this.isOther = true;
        this.element.close();
      });
      head.append(other);
    }
    this.element.append(head, this.list, row("picker-foot", this.told, cancel, this.take));

    let timer: ReturnType<typeof setTimeout> | undefined;
    this.search.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => void this.load(this.query()), SILENCE);
    });
    upload.addEventListener("click", () => file.click());
    file.addEventListener("change", () => file.files?.[0] && this.send(file.files[0]));
    cancel.addEventListener("click", () => this.element.close());
    this.take.addEventListener("click", () => this.finish());
    this.list.addEventListener("click", (event) => this.clicked(event));
    this.list.addEventListener("dblclick", () => !wish.isMany && this.chosen.size === 1 && this.finish());
    this.list.addEventListener("keydown", (event) => this.moved(event));
    this.element.addEventListener("dragover", (event) => event.preventDefault());
    this.element.addEventListener("drop", (event) => this.dropped(event));
  }

  open(): void {
    this.search.focus();
    void this.load(this.query());
  }

  private finish(): void {
    this.isTaken = true;
    this.element.close();
  }

  private query(): string {
    return new URLSearchParams({ q: this.search.value, type: this.wish.kind }).toString();
  }

  private async load(query: string, more?: Element): Promise<void> {
    const asked = ++this.asked;
    try {
      const answer = await fetch(`/admin/${this.wish.organization}/media/picker?${query}`, { headers: { "hx-request": "true" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      // A slow answer to an older question is not shown.
      if (asked !== this.asked) return;
      const found = [...page.body.children].map((child) => document.adoptNode(child));
      if (more) more.replaceWith(...found);
      else this.list.replaceChildren(...found);
      for (const asset of this.assets()) asset.setAttribute("aria-pressed", String(this.chosen.has(asset.dataset.id ?? "")));
      this.tell(this.list.querySelector("[data-total]")?.textContent ?? "");
    } catch {
      this.tell("The library cannot be reached. Look after your connection, then search again.");
    }
  }

  private assets(): HTMLButtonElement[] {
    return [...this.list.querySelectorAll<HTMLButtonElement>(".picker-asset")];
  }

  private clicked(event: Event): void {
    const target = event.target as Element;
    const more = target.closest<HTMLElement>(".picker-more");
    if (more) return void this.load(more.dataset.next ?? "", more);
    const asset = target.closest<HTMLButtonElement>(".picker-asset");
    if (!asset) return;
    const { id = "", url = "", name = "", alt = "", kind = "", width, height } = asset.dataset;
    const was = this.chosen.has(id);
    if (!this.wish.isMany) this.chosen.clear();
    if (was) this.chosen.delete(id);
    else this.chosen.set(id, { id, url, name, alt, kind, ...(width && height ? { width, height } : {}) });
    for (const other of this.assets()) other.setAttribute("aria-pressed", String(this.chosen.has(other.dataset.id ?? "")));
    this.show();
  }

  /** Arrow keys go through the grid, whatever its width; Enter on what is chosen takes it. */
  private moved(event: KeyboardEvent): void {
    const all = this.assets();
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const here = all[at];
    if (!here) return;
    if (event.key === "Enter" && this.chosen.has(here.dataset.id ?? "")) {
      event.preventDefault();
      return this.finish();
    }
    const first = all[0]?.offsetTop;
    const columns = Math.max(1, all.filter(({ offsetTop }) => offsetTop === first).length);
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    const next = step === undefined ? undefined : all[at + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  private dropped(event: DragEvent): void {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    event.stopPropagation();
    this.send(file);
  }

  private send(file: File): void {
    const { organization } = this.wish;
    send(file, { organization, folder: "" }, {
      ...inOneLine(file, (words) => this.tell(words)),
      onRefused: (words) => this.tell(`“${file.name}” was not added: ${words}`),
      onDone: async (id) => {
        const asset = await readAsset(organization, id).catch(() => null);
        if (!asset) return this.tell("It was added. Search for it to take it.");
        const kind = asset.mime_type.split("/")[0] ?? "";
        if (!this.wish.isMany) this.chosen.clear();
        const size = asset.width && asset.height ? { width: String(asset.width), height: String(asset.height) } : {};
        this.chosen.set(id, { id, url: asset.file_url, name: asset.name, alt: asset.alt ?? "", kind, ...size });
        this.search.value = "";
        await this.load(this.query());
        this.show();
        this.take.focus();
      },
    });
  }

  private show(): void {
    this.take.disabled = this.chosen.size === 0;
    this.tell(this.chosen.size === 0 ? "" : [...this.chosen.values()].map(({ name }) => name).join(", "));
  }

  private tell(words: string): void {
    this.told.textContent = words;
  }
}

function button(label: string, className: string): HTMLButtonElement {
  return Object.assign(document.createElement("button"), { type: "button", textContent: label, className });
}

function row(className: string, ...children: HTMLElement[]): HTMLElement {
  const made = Object.assign(document.createElement("div"), { className });
  made.append(...children);
  return made;
}
