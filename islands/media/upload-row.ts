// One file in the list of those on their way: its name, how far it is, and what can be done about it.
import { inWords } from "./sizes";

export class UploadRow {
  readonly element = document.createElement("li");
  isCancelled = false;
  private readonly state = document.createElement("span");
  private readonly bar = document.createElement("progress");
  private readonly actions = document.createElement("span");
  private stop: (() => void) | null = null;

  constructor(private readonly name: string, size: number) {
    const title = document.createElement("span");
    title.className = "upload-name";
    title.textContent = name;
    this.actions.className = "upload-actions";
    this.state.className = "upload-state";
    this.state.textContent = `Waiting, ${inWords(size)}`;
    this.bar.max = 1;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", `${name}, sent so far`);
    this.button("Cancel", () => this.cancel());
    this.element.append(title, this.actions, this.bar, this.state);
  }

  onCancel(stop: () => void): void {
    this.stop = stop;
  }

  progress(part: number): void {
    this.bar.value = part;
    this.state.textContent = part < 1 ? `${Math.floor(part * 100)} %` : "Being checked";
  }

  wait(): void {
    this.state.textContent = "The connection is lost. It goes on by itself as soon as the server answers.";
  }

  /** `isKnown`: the library had the same file before, where the address leads. */
  finish(address: string, isKnown: boolean): void {
    this.settle(isKnown ? "is-known" : "is-done", isKnown ? "The library has the same file already, and it was not added again." : "Done");
    if (!address) return;
    const link = document.createElement("a");
    link.href = address;
    link.textContent = isKnown ? "Show it" : "Describe";
    link.setAttribute("aria-label", `${link.textContent}: ${this.name}`);
    this.actions.append(link);
  }

  /** Under which name the library had it. */
  knownAs(name: string): void {
    this.state.textContent = `The library has the same file already, as “${name}”, and it was not added again.`;
  }

  refuse(words: string, retry?: () => void): void {
    this.settle("is-refused", words);
    if (!retry) return;
    this.button("Try again", () => {
      // What is cancelled from here on is the next attempt, which has not begun.
      this.stop = null;
      this.element.className = "";
      this.bar.hidden = false;
      this.actions.replaceChildren();
      this.button("Cancel", () => this.cancel());
      retry();
    });
  }

  private cancel(): void {
    this.isCancelled = true;
    this.settle("", "Cancelled");
    this.stop?.();
  }

  private settle(className: string, words: string): void {
    this.element.className = className;
    this.state.textContent = words;
    this.bar.hidden = true;
    this.actions.replaceChildren();
  }

  private button(label: string, action: () => void): void {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-button";
    button.textContent = label;
    button.setAttribute("aria-label", `${label}: ${this.name}`);
    button.addEventListener("click", action);
    this.actions.append(button);
  }
}
