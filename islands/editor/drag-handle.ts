// A handle beside the block under the mouse, by which it is dragged elsewhere. By keyboard, blocks move with Alt Shift and arrows.
import type { Editor } from "@tiptap/core";
import { NodeSelection } from "@tiptap/pm/state";
import { element, icon } from "./markup";

export class DragHandle {
  // Not for the keyboard, which has its own way, and so not for screen readers either.
  readonly dom = element("div", { class: "drag-handle", draggable: "true", "aria-hidden": "true", title: "Drag to move, click to choose", hidden: true });
  private at = -1;

  constructor(private readonly editor: Editor, private readonly frame: HTMLElement) {
    this.dom.append(icon("grip-vertical"));
    if (!editor.isEditable) return;
    // The handle stands outside the text, so the way to it is followed as well.
    frame.addEventListener("mousemove", (event) => this.follow(event));
    frame.addEventListener("mouseleave", () => this.hide());
    editor.on("update", () => this.hide());
    this.dom.addEventListener("click", () => this.choose());
    this.dom.addEventListener("dragstart", (event) => this.drag(event));
    this.dom.addEventListener("dragend", () => this.hide());
  }

  /** Stands beside the block of the text that is level with the mouse. */
  private follow(event: MouseEvent): void {
    if (event.buttons !== 0 || this.dom.contains(event.target as Node)) return;
    const { view } = this.editor;
    const text = view.dom.getBoundingClientRect();
    if (event.clientY < text.top || event.clientY > text.bottom) return this.hide();
    const block = [...view.dom.children].find((child) => {
      const { top, bottom, height } = child.getBoundingClientRect();
      return height > 0 && event.clientY >= top - 4 && event.clientY <= bottom + 4;
    });
    if (!block) return this.hide();
    const inside = view.posAtDOM(block, 0);
    const $inside = view.state.doc.resolve(inside);
    this.at = $inside.depth > 0 ? $inside.before(1) : inside;
    this.dom.hidden = false;
    this.dom.style.top = `${block.getBoundingClientRect().top - this.frame.getBoundingClientRect().top}px`;
  }

  private choose(): boolean {
    const { state, view } = this.editor;
    if (this.at < 0 || !state.doc.nodeAt(this.at)) return false;
    view.dispatch(state.tr.setSelection(NodeSelection.create(state.doc, this.at)));
    view.focus();
    return true;
  }

  private drag(event: DragEvent): void {
    if (!event.dataTransfer || !this.choose()) return event.preventDefault();
    const { view } = this.editor;
    const slice = view.state.selection.content();
    const { dom, text } = view.serializeForClipboard(slice);
    event.dataTransfer.clearData();
    event.dataTransfer.setData("text/html", dom.innerHTML);
    event.dataTransfer.setData("text/plain", text);
    event.dataTransfer.effectAllowed = "copyMove";
    const block = view.nodeDOM(this.at);
    if (block instanceof Element) event.dataTransfer.setDragImage(block, 0, 0);
    // What the text itself does when something in it is dragged.
    view.dragging = { slice, move: true };
  }

  private hide(): void {
    this.dom.hidden = true;
  }
}
