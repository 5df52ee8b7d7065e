import type { Editor } from "@tiptap/core";
import { type Action, headings, history, inserts, lists, marks, moves, pictureActions, rarer, tableActions } from "./actions";
import { element, icon, readKeys } from "./markup";

/** Languages that a code block can be said to be in; others are kept when they come with the text. */
const LANGUAGES = ["bash", "c", "cpp", "csharp", "css", "diff", "go", "html", "java", "javascript", "json", "kotlin", "markdown", "php", "python", "ruby", "rust", "sql", "swift", "toml", "typescript", "xml", "yaml"];

/** The toolbar above the text, and below it the bar of what the cursor is in: a table, a picture, a code block. */
export class Toolbar {
  readonly dom = element("div", { class: "editor-bars" });
  private readonly buttons: { action: Action; button: HTMLButtonElement }[] = [];
  private readonly main: HTMLElement;
  private readonly contexts: { bar: HTMLElement; node: string }[];
  private readonly language = element("select", { "aria-label": "Language of the code" });

  constructor(private readonly editor: Editor) {
    this.main = this.bar("Formatting", [history, headings, marks, lists, inserts, rarer, moves]);
    this.contexts = [
      { bar: this.bar("Table", [tableActions], true), node: "table" },
      { bar: this.bar("Picture", [pictureActions], true), node: "figure" },
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
    for (const { action, button } of this.buttons) {
      if (action.isActive) button.setAttribute("aria-pressed", String(action.isActive(this.editor)));
      const isPossible = action.isPossible?.(this.editor) ?? true;
      if (isPossible) button.removeAttribute("aria-disabled");
      else button.setAttribute("aria-disabled", "true");
    }
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
    const keys = action.keys ? ` (${readKeys(action.keys)})` : "";
    const button = element("button", { type: "button", class: withWords ? "editor-bar-words" : "editor-bar-button", title: `${action.label}${keys}`, "data-action": action.name });
    button.append(icon(action.icon));
    if (withWords) button.append(action.label);
    else button.setAttribute("aria-label", action.label);
    // The text keeps its cursor while the mouse is on the toolbar.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") !== "true") action.run(this.editor);
    });
    this.buttons.push({ action, button });
    return button;
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

function controls(bar: HTMLElement): HTMLElement[] {
  return [...bar.querySelectorAll<HTMLElement>("button, select")];
}

/** One stop for the tab key, arrow keys within, Escape back to the text. */
function roam(bar: HTMLElement, leave: () => void): void {
  controls(bar).forEach((item, index) => (item.tabIndex = index === 0 ? 0 : -1));
  bar.addEventListener("focusin", (event) => {
    for (const item of controls(bar)) item.tabIndex = item === event.target ? 0 : -1;
  });
  bar.addEventListener("keydown", (event) => {
    const items = controls(bar);
    const at = items.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Escape") leave();
    else if (next !== undefined) items[(next + items.length) % items.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
