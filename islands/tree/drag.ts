// Dragging a row by its handle, with mouse, pen or finger. The upper part of another row means before it, the lower part
// behind it, and its middle below it in the tree; a row never goes below itself.
import { rowsOf, within } from "./rows";

export interface Drop {
  /** The new parent's id; empty for the top. */
  parent: string;
  /** The id of the row to stand before; empty for the last place. */
  before: string;
}

/** How much of a row's height means before it, and how much behind it. */
const EDGE = 0.3;
const MARKS = ["drop-before", "drop-into", "drop-after"];

export class Drag {
  private row: HTMLElement | undefined;
  private kept = new Set<string>();
  private drop: Drop | undefined;

  constructor(
    private readonly tree: HTMLElement,
    private readonly done: (row: HTMLElement, drop: Drop) => void,
  ) {
    tree.addEventListener("pointerdown", (event) => this.begin(event));
    tree.addEventListener("pointermove", (event) => this.move(event));
    tree.addEventListener("pointerup", () => this.end(true));
    tree.addEventListener("pointercancel", () => this.end(false));
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.row) this.end(false);
    });
  }

  private begin(event: PointerEvent): void {
    const handle = (event.target as Element).closest(".tree-handle");
    const row = handle?.closest<HTMLElement>("tr");
    if (!row || event.button !== 0) return;
    event.preventDefault();
    // From now on every movement is told here, wherever the pointer goes.
    this.tree.setPointerCapture(event.pointerId);
    this.row = row;
    this.kept = within(this.tree, row);
    for (const one of rowsOf(this.tree)) one.classList.toggle("is-dragged", this.kept.has(one.dataset.id ?? ""));
  }

  private move(event: PointerEvent): void {
    if (!this.row) return;
    this.unmark();
    this.drop = undefined;
    const rows = rowsOf(this.tree);
    const target = rows.find((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return event.clientY >= top && event.clientY < bottom;
    });
    if (!target || this.kept.has(target.dataset.id ?? "")) return;
    const { top, height } = target.getBoundingClientRect();
    const part = (event.clientY - top) / height;
    const mark = part < EDGE ? "drop-before" : part > 1 - EDGE ? "drop-after" : "drop-into";
    this.drop = this.place(rows, target, mark);
    target.classList.add(mark);
  }

  private place(rows: HTMLElement[], target: HTMLElement, mark: string): Drop {
    const { id = "", parent = "" } = target.dataset;
    const below = (one: string) => rows.filter(({ dataset }) => dataset.parent === one && !this.kept.has(dataset.id ?? ""));
    if (mark === "drop-before") return { parent, before: id };
    if (mark === "drop-into") return { parent: id, before: "" };
    // Behind a row that has others below it is the place before the first of them: that is where the line is seen.
    const first = below(id)[0]?.dataset.id;
    if (first) return { parent: id, before: first };
    const siblings = below(parent);
    return { parent, before: siblings[siblings.indexOf(target) + 1]?.dataset.id ?? "" };
  }

  private unmark(): void {
    for (const one of rowsOf(this.tree)) one.classList.remove(...MARKS);
  }

  private end(isDropped: boolean): void {
    const { row, drop } = this;
    this.unmark();
    for (const one of rowsOf(this.tree)) one.classList.remove("is-dragged");
    this.row = undefined;
    this.drop = undefined;
    if (row && drop && isDropped) this.done(row, drop);
  }
}
