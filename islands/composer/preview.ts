// What readers will see, made by the server of what the form holds now. Each time a new frame takes the place of the old one
// once it is there: so nothing flickers, and the way back leads to the page before and not through every preview.

/** After this silence it is made anew, in milliseconds. */
const SILENCE = 500;
const NAME = "composer-preview";

export class Preview {
  private readonly stage: HTMLElement;
  private frame: HTMLIFrameElement;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private count = 0;

  constructor(host: HTMLElement, private readonly form: HTMLFormElement) {
    this.stage = host.querySelector<HTMLElement>(".composer-stage")!;
    this.frame = this.stage.querySelector("iframe")!;
    const controls = host.querySelector<HTMLElement>(".composer-preview")!;
    controls.querySelector<HTMLElement>("[data-show]")!.hidden = true;
    controls.addEventListener("change", () => this.now());
    controls.addEventListener("keydown", (event) => {
      // Enter in the address of a contact looks at it, and does not save.
      if (event.key !== "Enter" || !(event.target as HTMLElement).matches("[name=contact]")) return;
      event.preventDefault();
      this.now();
    });
  }

  later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), SILENCE);
  }

  private now(): void {
    clearTimeout(this.timer);
    const view = new FormData(this.form).get("view");
    this.stage.classList.toggle("is-phone", view === "phone");
    const next = document.createElement("iframe");
    next.name = `${NAME}-${++this.count}`;
    next.title = this.frame.title;
    next.setAttribute("sandbox", "allow-same-origin");
    next.className = "is-coming";
    this.stage.append(next);
    this.send(next.name);
    next.addEventListener("load", () => this.take(next), { once: true });
  }

  private take(next: HTMLIFrameElement): void {
    // A slow answer to an older question is not shown.
    if (next.name !== `${NAME}-${this.count}`) return next.remove();
    next.contentWindow?.scrollTo(0, this.frame.contentWindow?.document?.scrollingElement?.scrollTop ?? 0);
    next.className = "";
    this.frame.remove();
    this.frame = next;
  }

  /** Sends the form as it stands, past the checks of its fields and without leaving the page. */
  private send(target: string): void {
    const { form } = this;
    const action = form.getAttribute("action") ?? "";
    form.setAttribute("action", `${action}/preview`);
    form.target = target;
    HTMLFormElement.prototype.submit.call(form);
    form.setAttribute("action", action);
    form.removeAttribute("target");
  }
}
