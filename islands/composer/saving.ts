// An email saves itself: what changed goes to the server after a pause, and only if nobody else saved meanwhile. Until it is
// there, this browser keeps it.
import { button, element, icon } from "../editor/markup";
import { keep, recall } from "../../crates/ui/js/storage";

/** Saved after this much silence, and tried again after this much failure, in milliseconds. */
const SILENCE = 1500;
const RETRY = 10_000;
/** What is looked at, and no part of the email. */
const UNKEPT = ["version", "view", "contact", "template_name", "do"];

interface Problem {
  field: string;
  message: string;
}

export class Saving {
  private saved: string;
  private readonly key: string;
  private readonly state: HTMLElement;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<boolean> | undefined;
  private isStale = false;
  private isLeaving = false;

  constructor(host: HTMLElement, private readonly form: HTMLFormElement) {
    this.key = `composer:${host.dataset.email}`;
    this.state = form.querySelector<HTMLElement>("[data-state]")!;
    this.saved = this.text();
    // A form that came back with errors shows what is stored nowhere else.
    if (form.querySelector(".notice-error")) this.saved = "";
    this.offer();
    form.addEventListener("submit", (event) => this.submitted(event));
    addEventListener("online", () => this.isChanged() && this.later(0));
    addEventListener("pagehide", () => this.note());
    addEventListener("beforeunload", (event) => {
      if (!this.isLeaving && this.isChanged() && !this.note()) event.preventDefault();
    });
  }

  /** Something changed. */
  later(silence = SILENCE): void {
    this.note();
    if (this.isStale) return;
    if (!this.isChanged()) return this.tell("saved", "Saved");
    this.tell("changed", "Not saved yet");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.now(), silence);
  }

  private submitted(event: SubmitEvent): void {
    const submitter = event.submitter as HTMLButtonElement | null;
    if (submitter?.formAction.endsWith("/preview")) return;
    if (submitter && !submitter.matches("[data-save]")) {
      this.isLeaving = true;
      return;
    }
    event.preventDefault();
    void this.now().then((isSaved) => {
      if (isSaved || navigator.onLine === false) return;
      // The server says on the page what it did not take, and keeps what was typed.
      this.isLeaving = true;
      HTMLFormElement.prototype.submit.call(this.form);
    });
  }

  private async now(): Promise<boolean> {
    clearTimeout(this.timer);
    await this.running;
    if (!this.isChanged()) {
      this.tell("saved", "Saved");
      return true;
    }
    this.running = this.send();
    const isSaved = await this.running;
    this.running = undefined;
    if (isSaved && this.isChanged()) this.later();
    return isSaved;
  }

  private async send(): Promise<boolean> {
    const sent = this.text();
    this.tell("saving", "Saving…");
    try {
      const answer = await fetch(this.form.action, { method: "POST", headers: { accept: "application/json" }, body: this.parameters() });
      if (answer.ok) return this.took(sent, await answer.json());
      this.refused(answer.status, answer.status === 409 || answer.status === 422 ? (await answer.json()).errors : []);
    } catch {
      this.tell("failed", "Not saved: the server cannot be reached. It is tried again; this browser keeps your text.");
      this.timer = setTimeout(() => void this.now(), RETRY);
    }
    return false;
  }

  private took(sent: string, { version }: { version: number }): boolean {
    this.form.querySelector<HTMLInputElement>('[name="version"]')!.value = String(version);
    this.saved = sent;
    this.mark([]);
    this.note();
    this.tell("saved", "Saved");
    return true;
  }

  private refused(status: number, problems: Problem[]): void {
    this.mark(problems);
    if (status === 409) {
      this.isStale = true;
      this.tell("failed", problems[0]?.message || "Not saved: somebody else changed this email. Saving again replaces theirs.");
      const theirs = this.form.action.replace(/\/compose$/, "/preview");
      this.state.append(" ", element("a", { href: theirs, target: "_blank", rel: "noopener" }, ["Look at theirs (in a new tab)"]));
    } else if (status === 422) this.tell("failed", `Not saved: ${problems[0]?.message ?? "something cannot be stored."}`);
    else if (status === 401 || status === 403) this.tell("failed", "Not saved: you are signed out. Sign in in another tab, then save.");
    else {
      this.tell("failed", "Not saved. It is tried again; this browser keeps your text.");
      this.timer = setTimeout(() => void this.now(), RETRY);
    }
  }

  /** Shows each problem at its field: `composition.blocks[3].columns[0][1].href`. */
  private mark(problems: Problem[]): void {
    for (const old of this.form.querySelectorAll("[data-live-error]")) old.remove();
    for (const field of this.form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    for (const { field, message } of problems) {
      const place = /^composition\.blocks\[(\d+)\](?:\.columns\[(\d+)\]\[(\d+)\])?(?:\.(\w+))?$/.exec(field);
      const block = place && this.blockAt(place.slice(1, 4));
      const input = block ? block.querySelector<HTMLElement>(`[name="${place[4]}"]`) : this.form.querySelector<HTMLElement>(`[name="${field.replace("composition.", "")}"]`);
      input?.setAttribute("aria-invalid", "true");
      const words = element("span", { class: "field-error", "data-live-error": "" }, [icon("circle-alert"), ` ${message}`]);
      (input?.closest("label") ?? block?.querySelector(".block-head"))?.append(words);
    }
  }

  private blockAt([top = "", column, within]: string[]): Element | undefined {
    const child = (list: Element | null | undefined, at: string) => [...(list?.children ?? [])].filter((one) => one.matches("[data-block]"))[Number(at)];
    const block = child(this.form.querySelector("[data-main]"), top);
    if (column === undefined || within === undefined) return block;
    return child(block?.querySelectorAll(".block-column > [data-list]")[Number(column)], within);
  }

  private parameters(): URLSearchParams {
    return new URLSearchParams([...new FormData(this.form)].map(([name, value]): [string, string] => [name, String(value)]));
  }

  /** What is stored of the form, as one text. */
  private text(): string {
    const kept = [...this.parameters()].filter(([name]) => !UNKEPT.includes(name));
    return new URLSearchParams(kept.map(([name, value]): [string, string] => [name, value.replaceAll("\r\n", "\n")])).toString();
  }

  private isChanged(): boolean {
    return this.text() !== this.saved;
  }

  /** Keeps in this browser what is not saved. */
  private note(): boolean {
    return keep(this.key, this.isChanged() ? this.text() : null);
  }

  /** What was typed before a crash is offered: sent as it was, it is saved and shown. */
  private offer(): void {
    const kept = recall(this.key);
    if (!kept || kept === this.text()) return;
    const notice = element("div", { class: "notice notice-info kept-offer", role: "status" }, [element("p", {}, ["This browser kept blocks of this email that were not saved."])]);
    const bring = button("Bring them back", () => {
      const form = element("form", { method: "post", action: this.form.action, hidden: true });
      const pairs = [["version", this.form.querySelector<HTMLInputElement>('[name="version"]')!.value], ...new URLSearchParams(kept)];
      form.append(...pairs.map(([name = "", value = ""]) => element("input", { type: "hidden", name, value })));
      document.body.append(form);
      this.isLeaving = true;
      keep(this.key, null);
      form.submit();
    });
    const forget = button("Forget them", () => {
      keep(this.key, null);
      notice.remove();
    });
    notice.append(bring, forget);
    this.form.prepend(notice);
  }

  private tell(kind: string, words: string): void {
    this.state.dataset.kind = kind;
    if (this.state.textContent !== words) this.state.textContent = words;
  }
}
