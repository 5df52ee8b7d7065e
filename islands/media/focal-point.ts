// The focal point of a picture, set by pointing at it or with the arrow keys; the fields of the form hold it.

/** How far an arrow key goes, in hundredths of the side. */
const STEP = 2;
const MIDDLE = 50;

export class FocalPoint extends HTMLElement {
  private circle: SVGCircleElement | null = null;

  connectedCallback(): void {
    const [x, y] = this.fields();
    if (!x || !y || x.matches(":disabled")) return;
    this.tabIndex = 0;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", "Focal point: arrow keys move it");
    this.draw();
    this.addEventListener("click", (event) => {
      const box = this.getBoundingClientRect();
      this.set(((event.clientX - box.left) / box.width) * 100, ((event.clientY - box.top) / box.height) * 100);
    });
    this.addEventListener("keydown", (event) => {
      const [dx, dy] = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key] ?? [0, 0];
      if (!dx && !dy) return;
      event.preventDefault();
      const [left, top] = this.at();
      this.set(left + (dx ?? 0), top + (dy ?? 0));
    });
    for (const field of [x, y]) field.addEventListener("input", () => this.show());
  }

  private fields(): (HTMLInputElement | null)[] {
    return ["focal_x", "focal_y"].map((id) => document.querySelector<HTMLInputElement>(`#${id}`));
  }

  private at(): [number, number] {
    const read = (field: HTMLInputElement | null | undefined) => (field?.value.trim() ? Number.parseFloat(field.value) || 0 : MIDDLE);
    const [x, y] = this.fields();
    return [read(x), read(y)];
  }

  private set(left: number, top: number): void {
    const within = (value: number) => String(Math.round(Math.min(100, Math.max(0, value))));
    const [x, y] = this.fields();
    for (const [field, value] of [[x, left], [y, top]] as const) {
      if (!field) continue;
      field.value = within(value);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  private draw(): void {
    const space = "http://www.w3.org/2000/svg";
    const mark = document.createElementNS(space, "svg");
    mark.classList.add("focal-mark");
    mark.setAttribute("aria-hidden", "true");
    this.circle = document.createElementNS(space, "circle");
    this.circle.setAttribute("r", "14");
    mark.append(this.circle);
    this.append(mark);
    this.show();
  }

  private show(): void {
    const [left, top] = this.at();
    this.circle?.setAttribute("cx", `${left}%`);
    this.circle?.setAttribute("cy", `${top}%`);
  }
}
