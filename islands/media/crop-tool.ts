// The part of a picture that stays, drawn on it or moved with the keyboard; the fields of the form hold it, in pixels.

type Part = { left: number; top: number; width: number; height: number };

const NAMES = ["crop_left", "crop_top", "crop_width", "crop_height"] as const;
/** How far a key goes: a fiftieth of the side. */
const STEPS = 50;
const SPACE = "http://www.w3.org/2000/svg";

export class CropTool extends HTMLElement {
  private shade: SVGPathElement | null = null;
  private frame: SVGRectElement | null = null;
  private start: { x: number; y: number } | null = null;

  connectedCallback(): void {
    if (this.fields().some((field) => !field)) return;
    this.tabIndex = 0;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", "Part that stays: arrow keys move it, with Shift they make it larger or smaller, Escape takes all");
    this.draw();
    this.addEventListener("pointerdown", (event) => this.begin(event));
    this.addEventListener("pointermove", (event) => this.drag(event));
    this.addEventListener("pointerup", () => (this.start = null));
    this.addEventListener("pointercancel", () => (this.start = null));
    this.addEventListener("keydown", (event) => this.press(event));
    for (const field of this.fields()) field?.addEventListener("input", () => this.show());
  }

  private get size(): { width: number; height: number } {
    return { width: Number(this.dataset.width), height: Number(this.dataset.height) };
  }

  private fields(): (HTMLInputElement | null)[] {
    return NAMES.map((name) => document.querySelector<HTMLInputElement>(`#${name}`));
  }

  private chosen(): Part {
    const [left, top, width, height] = this.fields().map((field) => Number.parseInt(field?.value ?? "", 10));
    if ([left, top, width, height].some((side) => !Number.isFinite(side))) return { left: 0, top: 0, ...this.size };
    return { left: left!, top: top!, width: width!, height: height! };
  }

  private set(part: Part): void {
    const { width, height } = this.size;
    const within = (value: number, least: number, most: number) => Math.round(Math.min(most, Math.max(least, value)));
    const kept = { width: within(part.width, 1, width), height: within(part.height, 1, height) };
    const values = [within(part.left, 0, width - kept.width), within(part.top, 0, height - kept.height), kept.width, kept.height];
    this.fields().forEach((field, place) => {
      if (!field) return;
      field.value = String(values[place]);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  private at(event: PointerEvent): { x: number; y: number } {
    const box = this.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * this.size.width,
      y: ((event.clientY - box.top) / box.height) * this.size.height,
    };
  }

  private begin(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    // Scrolled to, it would begin elsewhere than where it was pressed.
    this.focus({ preventScroll: true });
    this.setPointerCapture(event.pointerId);
    this.start = this.at(event);
  }

  private drag(event: PointerEvent): void {
    if (!this.start) return;
    const { width, height } = this.size;
    const inside = (value: number, most: number) => Math.min(most, Math.max(0, value));
    const end = this.at(event);
    const [x, y] = [inside(end.x, width), inside(end.y, height)];
    this.set({
      left: Math.min(x, this.start.x),
      top: Math.min(y, this.start.y),
      width: Math.abs(x - this.start.x),
      height: Math.abs(y - this.start.y),
    });
  }

  private press(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      this.set({ left: 0, top: 0, ...this.size });
      return;
    }
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    if (!dx && !dy) return;
    event.preventDefault();
    const across = (dx ?? 0) * Math.max(1, this.size.width / STEPS);
    const down = (dy ?? 0) * Math.max(1, this.size.height / STEPS);
    const part = this.chosen();
    if (event.shiftKey) this.set({ ...part, width: part.width + across, height: part.height + down });
    else this.set({ ...part, left: part.left + across, top: part.top + down });
  }

  private draw(): void {
    const drawing = document.createElementNS(SPACE, "svg");
    drawing.classList.add("crop-mark");
    drawing.setAttribute("aria-hidden", "true");
    drawing.setAttribute("viewBox", `0 0 ${this.size.width} ${this.size.height}`);
    drawing.setAttribute("preserveAspectRatio", "none");
    this.shade = document.createElementNS(SPACE, "path");
    this.shade.setAttribute("fill-rule", "evenodd");
    this.frame = document.createElementNS(SPACE, "rect");
    drawing.append(this.shade, this.frame);
    this.append(drawing);
    this.show();
  }

  private show(): void {
    const { width, height } = this.size;
    const part = this.chosen();
    const inner = `M${part.left} ${part.top}h${part.width}v${part.height}h${-part.width}z`;
    this.shade?.setAttribute("d", `M0 0h${width}v${height}h${-width}z${inner}`);
    for (const [name, value] of [["x", part.left], ["y", part.top], ["width", part.width], ["height", part.height]] as const) {
      this.frame?.setAttribute(name, String(value));
    }
  }
}
