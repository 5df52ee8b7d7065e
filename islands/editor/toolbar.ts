import type { Editor } from "@tiptap/core";
import { type Action, calloutActions, clipActions, fileActions, headings, history, inserts, lists, marks, moves, pictureActions, rarer, tableActions } from "./actions";
import { type ActionButton, actionButton, controls, roam, showState } from "./action-button";
import { LANGUAGES as COLOURED } from "./lexer";
import { element } from "./markup";

/** Languages that a code block can be said to be in; others are kept when they come with the text. */
const LANGUAGES = [...COLOURED, "diff", "markdown"].sort();

/** The toolbar above the text, and below it the bar of what the cursor is in: a table, a picture, a code block. */
export class Toolbar {
  readonly dom = element("div", { class: "editor-bars" });
  private readonly buttons: ActionButton[] = [];
  private readonly main: HTMLElement;
  private readonly contexts: { bar: HTMLElement; node: string }[];
  private readonly language = element("select", { "aria-label": "Language of the code" });

  constructor(private readonly editor: Editor) {
    this.main = this.bar("Formatting", [history, headings, marks, lists, inserts, rarer, moves]);
    this.contexts = [
      { bar: this.bar("Table", [tableActions], true), node: "table" },
      { bar: this.bar("Picture", [pictureActions], true), node: "figure" },
      { bar: this.bar("Film or sound", [clipActions], true), node: "clip" },
      { bar: this.bar("File", [fileActions], true), node: "file" },
      { bar: this.bar("Callout", [calloutActions], true), node: "callout" },
      { bar: this.codeBar(), node: "codeBlock" },
    ];
    this.dom.append(this.main, ...this.contexts.map(({ bar }) => bar));
    this.update();
  }

  focus(): void {
    const context = this.contexts.find(({ bar }) => !bar.hidden)?.bar;
    const items = controls(context && !context.contains(document.activeElement) && this.main.contains(document.activeElement) ? context : this.main);
    (items.find((item) => item.tabIndex === 0) ?? items[0])?.focus();
  }

  /** Shows what holds where the cursor is. */
  update(): void {
    showState(this.editor, this.buttons);
    for (const { bar, node } of this.contexts) bar.hidden = !this.editor.isActive(node);
    if (this.editor.isActive("codeBlock")) this.showLanguage(this.editor.getAttributes("codeBlock").language ?? "");
  }

  private bar(label: string, groups: Action[][], withWords = false): HTMLElement {
    const bar = element("div", { class: "editor-bar", role: "toolbar", "aria-label": label, "aria-controls": "editor-text" });
    bar.hidden = withWords;
    for (const actions of groups) {
      bar.append(element("div", { class: "editor-bar-group" }, actions.map((action) => this.button(action, withWords))));
    }
    roam(bar, () => this.editor.commands.focus());
    return bar;
  }

  private button(action: Action, withWords: boolean): HTMLButtonElement {
    const made = actionButton(this.editor, action, withWords);
    this.buttons.push(made);
    return made.button;
  }

  private codeBar(): HTMLElement {
    const bar = element("div", { class: "editor-bar", role: "toolbar", "aria-label": "Code block", "aria-controls": "editor-text", hidden: true }, [this.language]);
    this.language.addEventListener("change", () => {
      this.editor.chain().focus().updateAttributes("codeBlock", { language: this.language.value || null }).run();
    });
    roam(bar, () => this.editor.commands.focus());
    return bar;
  }

  private showLanguage(current: string): void {
    const names = current && !LANGUAGES.includes(current) ? [current, ...LANGUAGES] : LANGUAGES;
    const options = ["", ...names].map((name) => element("option", { value: name }, [name || "Plain text"]));
    if (this.language.options.length !== options.length) this.language.replaceChildren(...options);
    this.language.value = current;
  }
}
