// Drafts save themselves: what changed goes to the API after a pause, and only if nobody else saved meanwhile.
import { changeItem, createItem, type Item, readItem, readWithChanges, Refusal, saveChanges } from "./api";
import { bodyOf, BY_ITSELF, type Values, valuesOf, valuesOfItem, WITH_BUTTON, zoneOf } from "./fields";
import { readPage, showParts } from "./parts";

/** Saved after this much silence, or this long after the first key, and tried again after this much failure, in milliseconds. */
const SILENCE = 2000;
const LONGEST = 10_000;
const RETRY = 10_000;

const GONE = "This item is not here any more: somebody deleted it. An owner or admin can bring it back from the bin.";

export type State = { kind: "saved" | "changed" | "kept" | "saving" | "untitled" } | { kind: "failed" | "stale"; words: string };

/** What is sent at once. */
interface Attempt {
  values: Values;
  /** Whether nobody pressed anything for it. */
  autosave: boolean;
}

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
  /** When the first of the keys came that are not saved yet. */
  private since: number | undefined;
  private running: Promise<boolean> | undefined;
  /** Whether the form shows changes of a published item, which are saved beside it. */
  readonly isOfChanges: boolean;
  /** The item that is being made. Until its answer is here, only the same is sent again, so that one item comes of it. */
  private creation: { key: string; attempt: Attempt } | undefined;
  /** What was sent since the last answer and may have arrived all the same. */
  private lost: Attempt[] = [];
  private isStale = false;
  private isGone = false;
  private hasParts = false;
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
    if (this.isGone && !event.defaultPrevented) {
      // The page that would answer has no place for the text.
      event.preventDefault();
      return this.wishes.report({ kind: "failed", words: GONE });
    }
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

  /** The fields as they were saved or opened last, from which everybody's changes since began. */
  lastSaved(): Values {
    return this.saved;
  }

  /** Goes on from a version that was just read, after a conflict. */
  goOnFrom(item: Item): void {
    this.isStale = false;
    this.lost = [];
    this.setVersion(item.version);
    this.saved = { ...this.saved, ...valuesOfItem(item, zoneOf(this.form)) };
    this.later(0);
  }

  /** Says at once that there is something to save: the field, and with it the form, hears of it a moment later. */
  note(): void {
    if (!this.isStale) this.wishes.report({ kind: "changed" });
  }

  private later(delay = SILENCE): void {
    if (this.isStale) return;
    clearTimeout(this.timer);
    this.wishes.report({ kind: "changed" });
    this.since ??= Date.now();
    const longest = Math.max(0, this.since + LONGEST - Date.now());
    this.timer = setTimeout(() => void this.save(BY_ITSELF), Math.min(delay, longest));
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
    this.since = undefined;
    const values = this.values();
    const changed = names.filter((name) => name in values && values[name] !== this.saved[name]);
    // What was saved by itself so far becomes a version of its own when somebody saves it.
    const isSealing = names === WITH_BUTTON && this.id !== "" && !this.isSealed;
    if (changed.length === 0 && !isSealing) return this.done();
    if (!values.title?.trim()) return this.wait();
    // A title is made into the address once, so it has to be whole before the item is made.
    if (!this.id && names === BY_ITSELF && document.activeElement === this.form.elements.namedItem("title")) return this.wait();
    this.wishes.report({ kind: "saving" });
    const sent = this.id ? changed : names.filter((name) => values[name]);
    const attempt = { values: Object.fromEntries(sent.map((name) => [name, values[name] ?? ""])), autosave: names === BY_ITSELF };
    try {
      const arrived = await (this.id ? this.change(attempt) : this.create(attempt));
      this.form.dispatchEvent(new CustomEvent("saved", { detail: { values: { ...this.saved } } }));
      return arrived === attempt ? this.done() : this.send(names);
    } catch (error) {
      return this.fail(error);
    }
  }

  /** Makes the item; gives the attempt that made it, which is an earlier one where that one's answer was lost. */
  private async create(attempt: Attempt): Promise<Attempt> {
    this.creation ??= { key: newKey(), attempt };
    const { key, attempt: first } = this.creation;
    try {
      const item = await createItem(bodyWith(first), key);
      this.becomes(item);
      this.arrived(first, item);
      return first;
    } catch (error) {
      // A conflict about no field means that the same is being made already, and answered when it is.
      if (isRefused(error) && (error.status !== 409 || error.isOfFields)) this.creation = undefined;
      throw error;
    }
  }

  /** Changes the item; gives the attempt that did, which is an earlier one where that one's answer was lost. */
  private async change(attempt: Attempt): Promise<Attempt> {
    const version = this.version();
    try {
      this.arrived(attempt, await (this.isOfChanges ? saveChanges : changeItem)(this.id, bodyWith(attempt), version));
      return attempt;
    } catch (error) {
      const earlier = isStale(error) ? await this.findLost(Number(version)) : undefined;
      if (earlier) return earlier;
      if (!isRefused(error)) this.lost.push(attempt);
      throw error;
    }
  }

  /** What was sent and made the version after this one, so that nobody is in conflict with oneself. */
  private async findLost(version: number): Promise<Attempt | undefined> {
    if (this.lost.length === 0) return undefined;
    const item = await (this.isOfChanges ? readWithChanges : readItem)(this.id).catch(() => undefined);
    if (item?.version !== version + 1) return undefined;
    const stored = valuesOfItem(item, zoneOf(this.form));
    const found = this.lost.find(({ values }) => Object.entries(values).every(([name, value]) => stored[name] === value));
    if (found) this.arrived(found, item);
    return found;
  }

  private arrived(attempt: Attempt, item: Item): void {
    [this.creation, this.lost] = [undefined, []];
    this.setVersion(item.version);
    this.isSealed = !attempt.autosave;
    // The first of the changes of what is public make a review possible.
    if (this.isOfChanges && !this.hasParts) void readPage(location.pathname).then((page) => page && showParts(page));
    this.hasParts = true;
    this.showSlug(item.slug);
    if (item.title) showTitle(item.title);
    Object.assign(this.saved, attempt.values, item.slug ? { slug: item.slug } : {});
  }

  private wait(): boolean {
    this.wishes.report({ kind: "untitled" });
    return false;
  }

  private done(): boolean {
    this.wishes.sync();
    const values = this.values();
    const isBehind = BY_ITSELF.some((name) => values[name] !== this.saved[name]);
    // Fields that only the button saves wait for it.
    const isKept = WITH_BUTTON.some((name) => name in values && values[name] !== this.saved[name]);
    if (isBehind) this.later();
    else this.wishes.report({ kind: isKept ? "kept" : "saved" });
    return true;
  }

  private fail(error: unknown): boolean {
    if (isStale(error)) {
      this.isStale = true;
      this.wishes.onConflict();
      return true;
    }
    const mayTryAgain = !isRefused(error) || (error.status === 409 && this.creation !== undefined);
    const isSignedOut = error instanceof Refusal && error.status === 401;
    this.isGone = error instanceof Refusal && error.status === 404;
    const words = this.isGone ? GONE : isSignedOut ? "You are signed out. Sign in again in another tab, then go on here." : isRefused(error) ? error.message : error instanceof Refusal && error.status === 429 ? "Too much was saved in a short time; it is tried again." : "The server cannot be reached; it is tried again.";
    this.wishes.report({ kind: "failed", words });
    if (mayTryAgain) this.timer = setTimeout(() => void this.save(BY_ITSELF), RETRY);
    return mayTryAgain;
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
    // They are there at the latest when the page is opened anew.
    void readPage(address).then((page) => page && showParts(page));
  }

  /** Shows the address that was made from the title; one that was typed and not sent yet stays unsaved. */
  private showSlug(made: string): void {
    const slug = this.form.elements.namedItem("slug");
    if (slug instanceof HTMLInputElement && slug.value === "") slug.value = made;
  }

  private version(): string {
    return (this.form.elements.namedItem("version") as HTMLInputElement).value;
  }

  private setVersion(version: number): void {
    (this.form.elements.namedItem("version") as HTMLInputElement).value = String(version);
    this.form.dataset.keep = `${this.base}/content/${this.id}${this.isOfChanges ? "/changes" : ""}@${version}`;
  }

  private values(): Values {
    return valuesOf(this.form);
  }
}

/** Names the page after the item, as it is named when it is opened anew. */
function showTitle(title: string): void {
  const crumb = document.querySelector('.breadcrumbs [aria-current="page"]');
  if (!crumb) return;
  document.title = document.title.replace(crumb.textContent, title);
  crumb.textContent = title;
}

function bodyWith({ values, autosave }: Attempt): object {
  return { ...bodyOf(values), autosave };
}

/** Whether the server answered, and would answer the same again. */
function isRefused(error: unknown): error is Refusal {
  return error instanceof Refusal && error.status >= 400 && error.status < 500 && error.status !== 429;
}

function isStale(error: unknown): boolean {
  return error instanceof Refusal && error.status === 412;
}

/** Names one making of an item, as nobody could name another. */
function newKey(): string {
  // Not `randomUUID`, which is missing on hosts without HTTPS.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
