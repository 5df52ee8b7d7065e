import { type Editor, Extension } from "@tiptap/core";
import { Plugin } from "@tiptap/pm/state";
import { type Action, blocks } from "./actions";
import { announce, element, icon } from "./markup";

/** Typing `/` where a word may begin opens the list of blocks; what follows narrows it. The cursor stays in the text. */
export class SlashMenu {
  readonly dom = element("ul", { id: "editor-slash", class: "choices slash-menu", role: "listbox", "aria-label": "Insert", hidden: true });
  private editor: Editor | undefined;
  private shown: Action[] = [];
  private chosen = 0;
  private query = "";
  /** Where a menu was closed with Escape; it stays closed there. */
  private closedAt = -1;

  extension(): Extension {
    const menu = this;
    return Extension.create({
      name: "slashMenu",
      addProseMirrorPlugins: () => [new Plugin({ props: { handleKeyDown: (_, event) => menu.takeKey(event) } })],
    });
  }

  attach(editor: Editor): void {
    this.editor = editor;
    editor.on("transaction", () => this.look());
    editor.on("blur", () => this.hide());
  }

  private look(): void {
    const { selection } = this.editor!.state;
    const { $from, empty } = selection;
    const before = $from.parent.textBetween(0, $from.parentOffset, undefined, "\ufffc");
    const typed = /(?:^|\s)\/([\p{L}\d-]{0,20})$/u.exec(before);
    const isText = empty && $from.parent.inlineContent && !$from.parent.type.spec.code && this.editor!.isFocused;
    if (!typed || !isText) {
      this.closedAt = -1;
      return this.hide();
    }
    const start = $from.pos - typed[1]!.length - 1;
    if (start === this.closedAt) return;
    this.show(typed[1]!.toLowerCase(), start);
  }

  private show(query: string, start: number): void {
    const fits = ({ label, words }: Action) => `${label} ${words ?? ""}`.toLowerCase().split(" ").some((word) => word.startsWith(query));
    const isSame = !this.dom.hidden && query === this.query;
    if (isSame) return;
    this.query = query;
    this.shown = blocks.filter((action) => fits(action) || action.label.toLowerCase().startsWith(query));
    if (this.shown.length === 0) return this.hide();
    const items = this.shown.map((action, index) => {
      const item = element("li", { id: `editor-slash-${index}`, role: "option" }, [icon(action.icon), action.label]);
      item.addEventListener("mousedown", (event) => event.preventDefault());
      item.addEventListener("click", () => this.take(action));
      return item;
    });
    this.dom.replaceChildren(...items);
    if (this.dom.hidden) announce(`${items.length} blocks to choose from`);
    this.dom.hidden = false;
    this.place(start);
    this.choose(0);
  }

  private place(start: number): void {
    const caret = this.editor!.view.coordsAtPos(start);
    const frame = this.dom.offsetParent!.getBoundingClientRect();
    const fitsBelow = caret.bottom + this.dom.offsetHeight < innerHeight || caret.top < this.dom.offsetHeight;
    const top = fitsBelow ? caret.bottom - frame.top + 4 : caret.top - frame.top - this.dom.offsetHeight - 4;
    this.dom.style.top = `${top}px`;
    this.dom.style.left = `${Math.max(0, Math.min(caret.left - frame.left, frame.width - this.dom.offsetWidth))}px`;
  }

  private choose(index: number): void {
    this.chosen = index;
    [...this.dom.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    this.dom.children[index]?.scrollIntoView({ block: "nearest" });
    const text = this.editor!.view.dom;
    text.setAttribute("aria-controls", this.dom.id);
    text.setAttribute("aria-activedescendant", `editor-slash-${index}`);
  }

  private hide(): void {
    if (this.dom.hidden) return;
    this.dom.hidden = true;
    this.editor!.view.dom.removeAttribute("aria-controls");
    this.editor!.view.dom.removeAttribute("aria-activedescendant");
  }

  private takeKey(event: KeyboardEvent): boolean {
    if (this.dom.hidden || event.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.choose((this.chosen + step + this.shown.length) % this.shown.length);
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.shown[this.chosen]!);
    else if (event.key === "Escape") {
      this.closedAt = this.editor!.state.selection.from - this.query.length - 1;
      this.hide();
      // The same Escape must not also leave the focus mode.
      event.stopPropagation();
    } else return false;
    return true;
  }

  private take(action: Action): void {
    const { from } = this.editor!.state.selection;
    const start = from - this.query.length - 1;
    this.hide();
    this.editor!.chain().focus().deleteRange({ from: start, to: from }).run();
    action.run(this.editor!);
    announce(action.label);
  }
}
