// A small bar above what is chosen with the mouse or the keyboard. What it does, the toolbar does as well.
import { type Editor, isTextSelection } from "@tiptap/core";
import { type ActionButton, actionButton, roam, showState } from "./action-button";
import { headings, lists, marks } from "./actions";
import { element } from "./markup";

/** Pixels between the bar and the text. */
const GAP = 6;

export class Bubble {
  readonly dom = element("div", { class: "editor-bubble", role: "toolbar", "aria-label": "Selection", "aria-controls": "editor-text", hidden: true });
  private readonly buttons: ActionButton[];
  private isPressed = false;

  constructor(private readonly editor: Editor) {
    const offered = [...marks, ...headings.slice(0, 2), ...lists.filter(({ name }) => name === "quote")];
    this.buttons = offered.map((action) => actionButton(editor, action, false));
    this.dom.append(...this.buttons.map(({ button }) => button));
    roam(this.dom, () => editor.commands.focus());
    // A finger chooses with the system's own bar, which would lie over this one.
    if (matchMedia("(pointer: coarse)").matches) return;
    editor.on("transaction", () => this.look());
    editor.on("blur", ({ event }) => !this.dom.contains(event.relatedTarget as Node | null) && this.hide());
    this.dom.addEventListener("focusout", (event) => {
      const next = event.relatedTarget as Node | null;
      if (!this.dom.contains(next) && !editor.view.dom.contains(next)) this.hide();
    });
    // While the mouse is pressed the selection grows, and a bar beneath it would be in the way.
    editor.view.dom.addEventListener("pointerdown", () => (this.isPressed = true));
    addEventListener("pointerup", () => {
      if (!this.isPressed) return;
      this.isPressed = false;
      requestAnimationFrame(() => this.look());
    });
  }

  private look(): void {
    const { selection, doc } = this.editor.state;
    const { from, to, empty } = selection;
    const isText = !empty && isTextSelection(selection) && doc.textBetween(from, to).trim() !== "";
    const isHere = this.editor.isFocused || this.dom.contains(document.activeElement);
    if (!isText || !isHere || this.isPressed || this.editor.isActive("codeBlock")) return this.hide();
    showState(this.editor, this.buttons);
    this.dom.hidden = false;
    this.place(from, to);
  }

  private place(from: number, to: number): void {
    const { view } = this.editor;
    const [start, end] = [view.coordsAtPos(from), view.coordsAtPos(to)];
    const frame = this.dom.offsetParent!.getBoundingClientRect();
    const bars = document.querySelector(".editor-bars")?.getBoundingClientRect().bottom ?? 0;
    const fitsAbove = start.top - this.dom.offsetHeight - GAP > Math.max(bars, 0);
    const top = fitsAbove ? start.top - this.dom.offsetHeight - GAP : end.bottom + GAP;
    const middle = start.top === end.top ? (start.left + end.left) / 2 : frame.left + frame.width / 2;
    const left = middle - frame.left - this.dom.offsetWidth / 2;
    this.dom.style.top = `${top - frame.top}px`;
    this.dom.style.left = `${Math.max(0, Math.min(left, frame.width - this.dom.offsetWidth))}px`;
  }

  private hide(): void {
    this.dom.hidden = true;
  }
}
