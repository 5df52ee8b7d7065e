// Drafts save themselves: what changed goes to the API after a pause, and only if nobody else saved meanwhile.
import { changeItem, createItem, type Item, Refusal, saveChanges } from "./api";

/** Saved after this much silence, and tried again after this much failure, in milliseconds. */
const SILENCE = 2000;
const RETRY = 10_000;

/** Fields that save themselves. A half-typed address or tag must not: those go with the button. */
const BY_ITSELF = ["title", "content", "excerpt", "type", "category_id", "language", "meta_title", "meta_description", "featured_image", "featured", "comments_enabled"];
const WITH_BUTTON = [...BY_ITSELF, "slug", "tags", "keywords", "canonical_url"];

type Values = Record<string, string>;

export type State = { kind: "saved" | "changed" | "kept" | "saving" | "untitled" } | { kind: "failed" | "stale"; words: string };

interface Wishes {
  /** Writes the text into its field, so that the form says what the editor shows. */
  sync: () => void;
  report: (state: State) => void;
  onConflict: () => void;
}

export class Autosave {
  id: string;
  private saved: Values;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<boolean> | undefined;
  /** Whether the form shows changes of a published item, which are saved beside it. */
  readonly isOfChanges: boolean;
  private isStale = false;
  private isSealed = true;

  constructor(private readonly form: HTMLFormElement, private readonly base: string, private readonly wishes: Wishes) {
    this.id = form.dataset.item ?? "";
    this.isOfChanges = form.dataset.changes !== undefined;
    this.saved = this.values();
    form.addEventListener("input", () => this.later());
    form.addEventListener("change", () => this.later());
    addEventListener("online", () => this.later(0));
    form.addEventListener("submit", (event) => this.letFinish(event));
  }

  /** The form goes out when what is being saved has arrived: two saves at once would be a conflict with oneself. */
  private letFinish(event: SubmitEvent): void {
    clearTimeout(this.timer);
    if (!this.running || event.defaultPrevented) return;
    event.preventDefault();
    void this.running.finally(() => this.form.requestSubmit(event.submitter));
  }

  /** Saves all fields at once; false when the server has to be asked by the form, with its own words for each field. */
  async now(): Promise<boolean> {
    if (this.isStale) return false;
    clearTimeout(this.timer);
    await this.running;
    return this.save(WITH_BUTTON);
  }

  /** The text as it was saved or opened last, from which everybody's changes since began. */
  lastSaved(): { title: string; content: string; excerpt: string } {
    const { title = "", content = "", excerpt = "" } = this.saved;
    return { title, content, excerpt };
  }

  /** Goes on from a version that was just read, after a conflict. */
  goOnFrom(item: Item): void {
    this.isStale = false;
    this.setVersion(item.version);
    this.saved = { ...this.saved, title: item.title, content: item.content ?? "", excerpt: item.excerpt ?? "" };
    this.later(0);
  }

  private later(delay = SILENCE): void {
    if (this.isStale) return;
    clearTimeout(this.timer);
    this.wishes.report({ kind: "changed" });
    this.timer = setTimeout(() => void this.save(BY_ITSELF), delay);
  }

  private async save(names: string[]): Promise<boolean> {
    if (this.running) {
      await this.running;
      return this.save(names);
    }
    this.running = this.send(names);
    try {
      return await this.running;
    } finally {
      this.running = undefined;
    }
  }

  private async send(names: string[]): Promise<boolean> {
    this.wishes.sync();
    const values = this.values();
    const changed = names.filter((name) => name in values && values[name] !== this.saved[name]);
    // What was saved by itself so far becomes a version of its own when somebody saves it.
    const isSealing = names === WITH_BUTTON && this.id !== "" && !this.isSealed;
    if (changed.length === 0 && !isSealing) return this.done();
    if (!values.title?.trim()) return this.wait();
    // A title is made into the address once, so it has to be whole before the item is made.
    if (!this.id && names === BY_ITSELF && document.activeElement === this.form.elements.namedItem("title")) return this.wait();
    this.wishes.report({ kind: "saving" });
    try {
      const sent = this.id ? changed : names.filter((name) => values[name]);
      const item = await this.write({ ...body(sent, values), autosave: names === BY_ITSELF });
      this.isSealed = names === WITH_BUTTON;
      this.takeSlug(item, values);
      for (const name of item.slug ? [...sent, "slug"] : sent) this.saved[name] = values[name] ?? "";
      this.form.dispatchEvent(new CustomEvent("saved", { detail: { values: { ...this.saved } } }));
      return this.done();
    } catch (error) {
      return this.fail(error);
    }
  }

  private wait(): boolean {
    this.wishes.report({ kind: "untitled" });
    return false;
  }

  private done(): boolean {
    this.wishes.sync();
    const values = this.values();
    const isBehind = BY_ITSELF.some((name) => values[name] !== this.saved[name]);
    if (isBehind) this.later();
    else this.wishes.report({ kind: "saved" });
    return true;
  }

  private async write(fields: object): Promise<Item> {
    if (this.id) {
      const item = await (this.isOfChanges ? saveChanges : changeItem)(this.id, fields, this.version());
      this.setVersion(item.version);
      return item;
    }
    const item = await createItem(fields);
    this.becomes(item);
    return item;
  }

  private fail(error: unknown): boolean {
    if (error instanceof Refusal && error.status === 412) {
      this.isStale = true;
      this.wishes.onConflict();
      return true;
    }
    const isRefused = error instanceof Refusal && error.status >= 400 && error.status < 500;
    const isSignedOut = error instanceof Refusal && error.status === 401;
    const words = isSignedOut ? "You are signed out. Sign in again in another tab, then go on here." : isRefused ? error.message : "The server cannot be reached; it is tried again.";
    this.wishes.report({ kind: "failed", words });
    if (!isRefused) this.timer = setTimeout(() => void this.save(BY_ITSELF), RETRY);
    return !isRefused;
  }

  /** The form of a new item becomes the form of the item that was just made. */
  private becomes(item: Item): void {
    this.id = item.id;
    const address = `${this.base}/content/${item.id}`;
    history.replaceState(history.state, "", address);
    this.form.action = address;
    for (const then of this.form.querySelectorAll<HTMLButtonElement>('button[name="then"]')) {
      then.removeAttribute("name");
      then.setAttribute("formaction", `${address}/${then.value}`);
    }
    this.setVersion(item.version);
  }

  /** Shows the address that was made from the title; one that was typed and not sent yet stays unsaved. */
  private takeSlug(item: Item, values: Values): void {
    const slug = this.form.elements.namedItem("slug");
    if (slug instanceof HTMLInputElement && slug.value === "") slug.value = item.slug;
    if (item.slug) values.slug = item.slug;
  }

  private version(): string {
    return (this.form.elements.namedItem("version") as HTMLInputElement).value;
  }

  private setVersion(version: number): void {
    (this.form.elements.namedItem("version") as HTMLInputElement).value = String(version);
    this.form.dataset.keep = `${this.base}/content/${this.id}${this.isOfChanges ? "/changes" : ""}@${version}`;
  }

  private values(): Values {
    const values: Values = {};
    for (const name of WITH_BUTTON) {
      const field = this.form.elements.namedItem(name);
      if (field instanceof HTMLInputElement && field.type === "checkbox") values[name] = String(field.checked);
      else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement) values[name] = field.value;
    }
    return values;
  }
}

function body(names: string[], values: Values): object {
  const said = (name: string): unknown => {
    const value = values[name] ?? "";
    if (name === "featured" || name === "comments_enabled") return value === "true";
    if (name === "tags" || name === "keywords") return value.split(",").map((tag) => tag.trim()).filter(Boolean);
    if (["slug", "category_id", "canonical_url", "featured_image"].includes(name)) return value || null;
    return value;
  };
  return Object.fromEntries(names.map((name) => [name, said(name)]));
}
