import type { Editor } from "@tiptap/core";
import type { State } from "./autosave";
import { countWords, headings, type Place, readingMinutes, warnings } from "./checks";
import { button, element, icon } from "./markup";

const WORDS: Record<Exclude<State["kind"], "failed" | "stale">, string> = {
  saved: "Saved",
  changed: "Not saved yet",
  kept: "Not saved yet. It is kept in this browser until you save.",
  saving: "Saving…",
  untitled: "Kept in this browser. With a title it is saved as a draft.",
};

/** Counting and listing wait for this much silence, in milliseconds. */
const SILENCE = 300;

/** Below the text: whether it is saved, how long it is, and the outline. */
export class Footer {
  readonly dom: HTMLElement;
  private readonly status = element("p", { class: "editor-status", role: "status" });
  private readonly count = element("p", { class: "editor-count" });
  private readonly outline = element("div", { class: "editor-outline" });
  private readonly summary = element("summary", {}, ["Outline"]);
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly editor: Editor, tools: HTMLElement[]) {
    const details = element("details", { class: "editor-details" }, [this.summary, this.outline]);
    this.dom = element("div", { class: "editor-foot" }, [element("div", { class: "editor-foot-line" }, [this.status, this.count, ...tools]), details]);
    this.update();
  }

  report(state: State): void {
    const words = "words" in state ? state.words : WORDS[state.kind];
    this.status.dataset.kind = state.kind;
    const shown = state.kind === "failed" ? `Not saved: ${words} Your text is kept in this browser.` : words;
    if (this.status.textContent !== shown) this.status.textContent = shown;
  }

  later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.update(), SILENCE);
  }

  private update(): void {
    const { doc } = this.editor.state;
    const words = countWords(doc);
    this.count.textContent = `${words} ${words === 1 ? "word" : "words"} · ${readingMinutes(words)} min read`;
    const [places, problems] = [headings(doc), warnings(doc)];
    const notes = problems.length > 0 ? ` · ${problems.length} to mend` : "";
    this.summary.textContent = `Outline${notes}`;
    const none = element("p", { class: "muted" }, ["Headings of the text are listed here."]);
    const lists = [places.length > 0 ? this.list(places) : none];
    if (problems.length > 0) lists.push(element("h3", {}, [icon("triangle-alert"), "To mend"]), this.list(problems));
    this.outline.replaceChildren(...lists);
  }

  private list(places: Place[]): HTMLElement {
    const items = places.map(({ at, words, level }) => {
      const go = button(words, () => this.editor.chain().focus().setTextSelection(at + 1).scrollIntoView().run(), "link-button");
      return element("li", { class: `level-${level}` }, [go]);
    });
    return element("ul", {}, items);
  }
}
