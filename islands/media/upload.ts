// Sends files that are dropped, pasted or chosen, and shows how each gets on. Without it the form in it is a plain one.
import { chosen, dropped, type Dropped } from "./dropped";
import { folderOf, readAsset } from "./api";
import { send } from "./sending";
import { UploadRow } from "./upload-row";

/** Files on their way at the same time. */
const AT_ONCE = 3;

export class MediaUpload extends HTMLElement {
  private waiting: (() => void)[] = [];
  private running = 0;
  private added = 0;
  private known = 0;
  private refused = 0;
  private folders = new Map<string, Promise<string>>();
  private list: HTMLUListElement | null = null;
  private summary: HTMLElement | null = null;

  connectedCallback(): void {
    const input = this.querySelector<HTMLInputElement>('input[type="file"]');
    if (!input) return;
    this.dataset.ready = "";
    input.required = false;
    input.addEventListener("change", () => {
      void this.take(chosen(input.files ?? new DataTransfer().files));
      input.value = "";
    });
    const hint = this.querySelector("[data-hint]");
    if (hint) hint.textContent = `or drop files and whole folders anywhere, or paste a picture. ${hint.textContent}`;
    addEventListener("dragover", this.over);
    addEventListener("dragleave", this.leave);
    addEventListener("drop", this.drop);
    addEventListener("paste", this.paste);
    addEventListener("beforeunload", this.warn);
  }

  disconnectedCallback(): void {
    removeEventListener("dragover", this.over);
    removeEventListener("dragleave", this.leave);
    removeEventListener("drop", this.drop);
    removeEventListener("paste", this.paste);
    removeEventListener("beforeunload", this.warn);
  }

  private over = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.classList.add("is-target");
  };

  private leave = (event: DragEvent): void => {
    if (!event.relatedTarget) this.classList.remove("is-target");
  };

  private drop = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.classList.remove("is-target");
    void dropped(event.dataTransfer).then((files) => this.take(files));
  };

  private paste = (event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) void this.take(files.map((file) => ({ file, path: "" })));
  };

  private warn = (event: BeforeUnloadEvent): void => {
    if (this.running > 0) event.preventDefault();
  };

  private async take(files: Dropped[]): Promise<void> {
    for (const one of files) {
      const row = new UploadRow(one.path ? `${one.path}/${one.file.name}` : one.file.name, one.file.size);
      this.rows().append(row.element);
      this.waiting.push(() => void this.begin(one, row));
    }
    this.next();
  }

  private next(): void {
    while (this.running < AT_ONCE) {
      const begin = this.waiting.shift();
      if (!begin) break;
      this.running += 1;
      begin();
    }
    this.tell();
  }

  private async begin({ file, path }: Dropped, row: UploadRow): Promise<void> {
    if (row.isCancelled) return this.ended();
    const organization = this.dataset.organization ?? "";
    let folder = this.dataset.folder ?? "";
    try {
      if (path) folder = await this.folder(organization, path);
    } catch (error) {
      if (row.isCancelled) return this.ended();
      this.list?.prepend(row.element);
      row.refuse((error as Error).message, () => this.again({ file, path }, row));
      this.refused += 1;
      return this.ended();
    }
    // Cancelled while its folder was asked for.
    if (row.isCancelled) return this.ended();
    const sending = send(file, { organization, folder }, {
      onProgress: (part) => row.progress(part),
      onWaiting: () => row.wait(),
      onDone: (asset, isKnown) => {
        row.finish(asset ? `${location.pathname}/${asset}` : "", isKnown);
        if (isKnown) {
          this.known += 1;
          // Without its name it is told as well.
          readAsset(organization, asset).then(({ name }) => row.knownAs(name), () => undefined);
        } else this.added += 1;
        this.ended();
      },
      onRefused: (words, mayRetry) => {
        // Where it is seen, however many are sent.
        this.list?.prepend(row.element);
        row.refuse(words, mayRetry ? () => this.again({ file, path }, row) : undefined);
        this.refused += 1;
        this.ended();
      },
    });
    row.onCancel(() => {
      sending.stop();
      this.ended();
    });
  }

  private again(one: Dropped, row: UploadRow): void {
    this.refused -= 1;
    this.waiting.push(() => void this.begin(one, row));
    this.next();
  }

  private folder(organization: string, path: string): Promise<string> {
    const whole = `${this.dataset.path ?? ""}/${path}`;
    let known = this.folders.get(whole);
    if (!known) {
      this.folders.set(whole, (known = folderOf(organization, whole)));
      // Asked again the next time.
      known.catch(() => this.folders.delete(whole));
    }
    return known;
  }

  private ended(): void {
    this.running -= 1;
    this.next();
    if (this.running === 0 && this.waiting.length === 0 && this.added > 0) void this.refresh();
  }

  /** Shows what has come in, in place of the lists before. */
  private async refresh(): Promise<void> {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    for (const selector of ["#results", ".folder-tree", ".page-lead"]) {
      const [old, fresh] = [document.querySelector(selector), page.querySelector(selector)];
      if (old && fresh) old.replaceWith(document.adoptNode(fresh));
    }
  }

  private rows(): HTMLUListElement {
    if (!this.list) {
      const head = document.createElement("div");
      head.className = "uploads-head";
      this.summary = document.createElement("span");
      this.summary.setAttribute("role", "status");
      head.append(this.summary);
      this.list = document.createElement("ul");
      this.list.className = "uploads";
      this.list.setAttribute("aria-label", "Files on their way");
      this.list.tabIndex = 0;
      this.append(head, this.list);
    }
    return this.list;
  }

  private tell(): void {
    if (!this.summary) return;
    const left = this.running + this.waiting.length;
    const parts = [left ? `${left} on the way` : "", this.added ? `${this.added} done` : "", this.known ? `${this.known} known already` : "", this.refused ? `${this.refused} not added` : ""];
    this.summary.textContent = parts.filter(Boolean).join(", ");
  }
}
