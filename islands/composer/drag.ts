// Dragging a block by its handle, with mouse, pen or finger: before or behind another one, or into an empty column.

/** So near to the edge of the window the page goes along, in pixels. */
const EDGE = 60;
const PACE = 12;
const MARKS = ["drop-before", "drop-after", "drop-into"];

export class Drag {
  private block: HTMLElement | undefined;
  private target: HTMLElement | undefined;
  private mark = "";

  constructor(private readonly form: HTMLFormElement, private readonly done: (block: HTMLElement) => void) {
    form.addEventListener("pointerdown", (event) => this.begin(event));
    form.addEventListener("pointermove", (event) => this.move(event));
    form.addEventListener("pointerup", () => this.end(true));
    form.addEventListener("pointercancel", () => this.end(false));
    addEventListener("keydown", (event) => event.key === "Escape" && this.end(false));
  }

  private begin(event: PointerEvent): void {
    const block = (event.target as Element).closest(".block-handle")?.closest<HTMLElement>("[data-block]");
    if (!block || event.button !== 0) return;
    event.preventDefault();
    // From now on every movement is told here, wherever the pointer goes.
    this.form.setPointerCapture(event.pointerId);
    this.block = block;
    block.classList.add("is-dragged");
  }

  private move(event: PointerEvent): void {
    if (!this.block) return;
    if (event.clientY < EDGE) scrollBy(0, -PACE);
    else if (event.clientY > innerHeight - EDGE) scrollBy(0, PACE);
    this.target?.classList.remove(...MARKS);
    [this.target, this.mark] = this.place(event) ?? [undefined, ""];
    if (this.mark) this.target?.classList.add(this.mark);
  }

  private place(event: PointerEvent): [HTMLElement, string] | undefined {
    const under = document.elementFromPoint(event.clientX, event.clientY);
    if (!under || !this.form.contains(under) || this.block!.contains(under)) return;
    const list = under.closest<HTMLElement>(".block-column")?.querySelector<HTMLElement>(":scope > [data-list]");
    const isColumns = this.block!.dataset.block === "columns";
    if (list && list.childElementCount === 0 && !isColumns) return [list, "drop-into"];
    let over = under.closest<HTMLElement>("[data-block]");
    // Columns do not go into columns.
    if (isColumns) over = over?.parentElement?.closest<HTMLElement>("[data-block]") ?? over;
    if (!over || over === this.block) return;
    const { top, height } = over.getBoundingClientRect();
    return [over, event.clientY < top + height / 2 ? "drop-before" : "drop-after"];
  }

  private end(isDropped: boolean): void {
    const { block, target, mark } = this;
    this.block = undefined;
    this.target = undefined;
    target?.classList.remove(...MARKS);
    block?.classList.remove("is-dragged");
    if (!block || !target || !isDropped) return;
    if (mark === "drop-into") target.append(block);
    else if (mark === "drop-before") target.before(block);
    else target.after(block);
    this.done(block);
  }
}
