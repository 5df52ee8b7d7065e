// What the buttons of a block do, without going to the server and back.
import { button, element, icon } from "../editor/markup";
import type { RichTexts } from "./rich";

/** How long taking something back is offered, in milliseconds. */
const OFFERED = 20_000;

export class Blocks {
  private readonly main: HTMLElement;
  private readonly told = element("p", { class: "visually-hidden", "aria-live": "polite" });
  private readonly undo = element("div", { class: "composer-undo", role: "status", hidden: true });
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly host: HTMLElement, private readonly form: HTMLFormElement, private readonly rich: RichTexts, private readonly changed: () => void) {
    this.main = form.querySelector<HTMLElement>("[data-main]")!;
    host.append(this.told, this.undo);
    for (const block of form.querySelectorAll<HTMLElement>("[data-block]")) this.prepare(block);
    form.addEventListener("click", (event) => this.clicked(event));
    form.addEventListener("keydown", (event) => this.pressed(event));
    this.mind();
  }

  /** A block went to another place by hand. */
  moved(block: HTMLElement): void {
    this.say(`${nameOf(block)} moved`);
    this.done();
  }

  private prepare(block: HTMLElement): void {
    const head = block.querySelector(".block-head");
    if (head && !head.querySelector(".block-handle")) {
      head.prepend(element("span", { class: "block-handle", "aria-hidden": "true", title: "Drag to move" }, [icon("grip-vertical")]));
    }
    for (const hint of block.querySelectorAll<HTMLElement>("[data-plain]")) hint.hidden = true;
    this.rich.start(block);
  }

  private clicked(event: Event): void {
    const pressed = (event.target as Element).closest<HTMLButtonElement>('button[name="do"]');
    if (!pressed) return;
    event.preventDefault();
    const [act = "", , kind = ""] = pressed.value.split(":");
    const block = pressed.closest<HTMLElement>("[data-block]");
    if (act === "add") return this.add(kind, pressed);
    if (!block) return;
    if (act === "up" || act === "down") this.step(block, act === "up" ? -1 : 1, pressed);
    else if (act === "duplicate") this.duplicate(block);
    else if (act === "delete") this.remove(block);
    else if (act === "widen") this.widen(block);
    else if (act === "narrow") this.narrow(block);
  }

  /** Alt with an arrow key moves the block that the keyboard is in. */
  private pressed(event: KeyboardEvent): void {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!event.altKey || event.ctrlKey || event.metaKey || !step) return;
    const block = (event.target as Element).closest<HTMLElement>("[data-block]");
    if (!block) return;
    event.preventDefault();
    event.stopPropagation();
    this.step(block, step as -1 | 1, event.target as HTMLElement);
  }

  private step(block: HTMLElement, step: -1 | 1, focused: HTMLElement): void {
    const neighbour = step < 0 ? block.previousElementSibling : block.nextElementSibling;
    if (!neighbour) return this.say(step < 0 ? "Already the first" : "Already the last");
    // The neighbour goes, so that what is focused stays in the page and keeps the keyboard.
    if (step < 0) block.after(neighbour);
    else block.before(neighbour);
    focused.focus();
    block.scrollIntoView({ block: "nearest" });
    this.say(`${nameOf(block)} moved ${step < 0 ? "up" : "down"}`);
    this.done();
  }

  private add(kind: string, pressed: HTMLElement): void {
    const template = this.host.querySelector<HTMLTemplateElement>(`template[data-empty-block="${CSS.escape(kind)}"]`);
    const block = template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
    if (!block) return;
    block.removeAttribute("id");
    const list = pressed.closest(".block-column")?.querySelector<HTMLElement>(":scope > [data-list]") ?? this.main;
    list.append(block);
    pressed.closest("details")?.removeAttribute("open");
    this.prepare(block);
    this.show(block);
    this.say(`${nameOf(block)} added at the end`);
    this.done();
  }

  private duplicate(block: HTMLElement): void {
    const copy = this.copied(block);
    block.after(copy);
    this.show(copy);
    this.say(`${nameOf(block)} duplicated`);
    this.done();
  }

  /** What is typed is not in the markup, so it is carried over field by field. */
  private copied(block: HTMLElement): HTMLElement {
    const copy = block.cloneNode(true) as HTMLElement;
    copy.removeAttribute("id");
    this.rich.forget(copy);
    const [from, to] = [fields(block), fields(copy)];
    from.forEach((field, at) => {
      const other = to[at];
      if (!other) return;
      if (field instanceof HTMLInputElement && field.type === "checkbox") (other as HTMLInputElement).checked = field.checked;
      else other.value = field.value;
    });
    for (const one of [copy, ...copy.querySelectorAll<HTMLElement>("[data-block]")]) this.prepare(one);
    return copy;
  }

  private remove(block: HTMLElement): void {
    const [list, next, name] = [block.parentElement!, block.nextElementSibling, nameOf(block)];
    const heir = (next ?? block.previousElementSibling)?.querySelector<HTMLElement>('button[value^="delete"]');
    block.remove();
    (heir ?? this.form.querySelector<HTMLElement>(".composer-bar summary"))?.focus();
    this.done();
    const back = button("Undo", () => {
      if (next?.parentElement === list) next.before(block);
      else list.append(block);
      this.undo.hidden = true;
      this.show(block);
      this.done();
    });
    clearTimeout(this.timer);
    this.undo.replaceChildren(`${name} deleted.`, back);
    this.undo.hidden = false;
    this.timer = setTimeout(() => (this.undo.hidden = true), OFFERED);
  }

  private widen(block: HTMLElement): void {
    const columns = [...block.querySelectorAll<HTMLElement>(".block-column")];
    const last = columns.at(-1);
    if (!last || columns.length > 2) return;
    const added = last.cloneNode(true) as HTMLElement;
    added.querySelector("[data-list]")!.replaceChildren();
    last.after(added);
    this.tellColumns(block);
    added.querySelector<HTMLElement>("summary")?.focus();
    this.done();
  }

  private narrow(block: HTMLElement): void {
    const columns = [...block.querySelectorAll<HTMLElement>(".block-column")];
    if (columns.length < 3) return;
    const last = columns.pop()!;
    columns.at(-1)!.querySelector("[data-list]")!.append(...last.querySelector("[data-list]")!.children);
    last.remove();
    this.tellColumns(block);
    this.done();
  }

  private tellColumns(block: HTMLElement): void {
    const columns = [...block.querySelectorAll<HTMLElement>(".block-column")];
    columns.forEach((column, at) => {
      column.querySelector("[data-list]")?.setAttribute("aria-label", `Column ${at + 1}`);
      const words = column.querySelector("summary .visually-hidden");
      if (words) words.textContent = ` to column ${at + 1}`;
    });
    const wide = columns.length > 2;
    const turn = block.querySelector<HTMLButtonElement>("[data-widen], [data-narrow]");
    turn?.replaceChildren(icon(wide ? "minus" : "plus"), wide ? " Two columns" : " Third column");
    if (turn) turn.value = turn.value.replace(/^\w+/, wide ? "narrow" : "widen");
  }

  private show(block: HTMLElement): void {
    block.scrollIntoView({ block: "nearest", behavior: "smooth" });
    const first = block.querySelector<HTMLElement>(".rich-text, .block > label input, label input:not([type=hidden]), select, button.button");
    first?.focus({ preventScroll: true });
  }

  private done(): void {
    this.mind();
    this.changed();
  }

  private mind(): void {
    const empty = this.host.querySelector<HTMLElement>("[data-empty]");
    if (empty) empty.hidden = this.main.childElementCount > 0;
  }

  private say(words: string): void {
    this.told.textContent = words;
  }
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function fields(block: HTMLElement): Field[] {
  return [...block.querySelectorAll<Field>("input[name], textarea[name], select[name]")];
}

function nameOf(block: HTMLElement): string {
  return block.querySelector(".block-name")?.textContent?.trim() || "Block";
}
