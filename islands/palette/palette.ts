// The dialog: a combobox over groups of links. The focus stays in the field; arrow keys move the choice.
import { answers, ask, HEADINGS, ICONS, Unanswered, type Found } from "./found";
import { recent } from "./recent";

/** After this silence of the keyboard the server is asked, in milliseconds. */
const SILENCE = 120;
/** Recent things shown before anything is typed, and pages that answer what is. */
const RECENT_SHOWN = 6;
const COMMANDS_SHOWN = 5;

export class Palette {
  private readonly dialog = document.createElement("dialog");
  private readonly input = document.createElement("input");
  private readonly list = document.createElement("div");
  private readonly told = document.createElement("p");
  private commands: Found[] | undefined;
  private found: Found[] = [];
  /** What the server was last asked and has answered. */
  private answered = "";
  private asking = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private at = 0;
  /** Enter was pressed before the answer was there. */
  private isWaiting = false;

  constructor(private readonly host: HTMLElement) {
    this.build();
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.list.addEventListener("pointermove", (event) => {
      const at = this.options().indexOf((event.target as Element).closest<HTMLElement>("[role=option]")!);
      if (at >= 0 && at !== this.at) this.choose(at);
    });
    // A click beside the panel falls on the dialog itself.
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.close());
    this.dialog.addEventListener("close", () => this.rest());
    document.body.append(this.dialog);
  }

  get isOpen(): boolean {
    return this.dialog.open;
  }

  open(): void {
    this.dialog.showModal();
    this.input.value = "";
    this.found = [];
    this.answered = "";
    this.input.focus();
    this.show();
    if (!this.commands) void this.askServer("");
  }

  close(): void {
    this.dialog.close();
  }

  private rest(): void {
    clearTimeout(this.timer);
    this.asking.abort();
    this.isWaiting = false;
  }

  private build(): void {
    this.dialog.className = "palette";
    this.dialog.setAttribute("aria-label", "Search and commands");
    Object.assign(this.input, { type: "text", placeholder: "Go to, create, find anything", autocomplete: "off", maxLength: 200, spellcheck: false, enterKeyHint: "go" });
    for (const [name, value] of Object.entries({ role: "combobox", "aria-label": "Search for anything", "aria-autocomplete": "list", "aria-expanded": "true", "aria-controls": "palette-list" })) {
      this.input.setAttribute(name, value);
    }
    this.list.id = "palette-list";
    this.list.className = "palette-list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Results");
    this.told.className = "palette-told";
    this.told.setAttribute("role", "status");
    const cancel = Object.assign(document.createElement("button"), { type: "button", className: "palette-close" });
    cancel.setAttribute("aria-label", "Close");
    // Whoever has no keyboard at hand knows no Esc.
    cancel.append(this.icon("x"), Object.assign(document.createElement("span"), { textContent: "Esc" }));
    cancel.addEventListener("click", () => this.close());
    const head = Object.assign(document.createElement("div"), { className: "palette-head" });
    head.append(this.icon("search"), this.input, cancel);
    const panel = Object.assign(document.createElement("div"), { className: "palette-panel" });
    panel.append(head, this.list, this.told);
    this.dialog.append(panel);
  }

  private words(): string {
    return this.input.value.trim();
  }

  private typed(): void {
    clearTimeout(this.timer);
    this.asking.abort();
    this.isWaiting = false;
    const words = this.words();
    this.at = 0;
    // What answered the shorter word mostly answers the longer one too, so it stays until the server has spoken.
    if (!words || !words.startsWith(this.answered)) this.found = [];
    this.show();
    if (words || !this.commands) this.timer = setTimeout(() => void this.askServer(words), SILENCE);
  }

  private async askServer(words: string): Promise<void> {
    this.asking = new AbortController();
    const { signal } = this.asking;
    try {
      const found = await ask(this.host.dataset.organization ?? "", words, signal);
      if (signal.aborted) return;
      if (words) this.found = found.filter(({ kind }) => kind !== "page" && kind !== "action");
      else this.commands = found;
      this.answered = words;
      this.show();
      if (this.isWaiting) this.go(false);
    } catch (error) {
      if (signal.aborted) return;
      this.isWaiting = false;
      this.told.textContent = error instanceof Unanswered ? error.message : "The search failed. Type again.";
    }
  }

  /** What is to be chosen from now: groups one after the other, and each address once. */
  private results(): Found[] {
    const words = this.words();
    const visited = recent(this.host.dataset);
    const commands = this.commands ?? [];
    if (!words) return [...visited.slice(0, RECENT_SHOWN), ...commands];
    const known = [...commands.filter((one) => answers(words, one)).slice(0, COMMANDS_SHOWN), ...visited.filter((one) => answers(words, one)).slice(0, COMMANDS_SHOWN)];
    const seen = new Set(known.map(({ address }) => address));
    return [...known, ...this.found.filter(({ address }) => !seen.has(address))];
  }

  private show(): void {
    const words = this.words();
    const results = this.results();
    const groups: HTMLElement[] = [];
    let kind = "";
    results.forEach((one, index) => {
      if (one.kind !== kind) groups.push(this.group(one.kind));
      kind = one.kind;
      groups.at(-1)!.append(this.option(one, index));
    });
    if (words) groups.push(this.everything(words, results.length));
    this.list.replaceChildren(...groups);
    this.choose(Math.min(this.at, this.options().length - 1));
    const isAnswered = !words || this.answered === words;
    if (isAnswered) this.told.textContent = results.length === 0 ? "Nothing found. Fewer letters find more." : `${results.length} ${results.length === 1 ? "result" : "results"}`;
  }

  private group(kind: Found["kind"]): HTMLElement {
    const group = document.createElement("div");
    const heading = Object.assign(document.createElement("p"), { id: `palette-${kind}`, className: "palette-heading", textContent: HEADINGS[kind] });
    heading.setAttribute("role", "presentation");
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", heading.id);
    group.append(heading);
    return group;
  }

  private option({ kind, title, note, address }: Found, index: number): HTMLElement {
    const option = Object.assign(document.createElement("a"), { id: `palette-option-${index}`, className: "palette-option", href: address, tabIndex: -1 });
    option.setAttribute("role", "option");
    const words = Object.assign(document.createElement("span"), { className: "palette-title", dir: "auto", textContent: title });
    option.append(this.icon(ICONS[kind], kind === "page" ? address : ""), words);
    if (note) option.append(Object.assign(document.createElement("span"), { className: "palette-note", textContent: note }));
    return option;
  }

  /** The way to the page that shows more of each kind. */
  private everything(words: string, index: number): HTMLElement {
    const group = document.createElement("div");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "More");
    const address = `/admin/${this.host.dataset.organization}/find?${new URLSearchParams({ q: words })}`;
    const option = this.option({ kind: "page", title: `All results for “${words}”`, note: "", also: "", address }, index);
    option.firstElementChild?.replaceWith(this.icon("search"));
    group.append(option);
    return group;
  }

  /** A picture of the sprite; of a page, the one that its link in the sidebar has. */
  private icon(name: string, address = ""): SVGSVGElement {
    const links = address ? document.querySelectorAll<HTMLAnchorElement>(".sidebar-links a") : [];
    const own = [...links].find((link) => link.getAttribute("href") === address)?.querySelector("svg");
    const icon = (own ?? this.host.querySelector("svg"))!.cloneNode(true) as SVGSVGElement;
    if (own) return icon;
    const use = icon.querySelector("use");
    use?.setAttribute("href", (use.getAttribute("href") ?? "").replace(/#.*/, `#${name}`));
    return icon;
  }

  private options(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("[role=option]")];
  }

  private choose(at: number): void {
    const options = this.options();
    this.at = Math.max(0, at);
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === this.at)));
    const chosen = options[this.at];
    if (chosen) this.input.setAttribute("aria-activedescendant", chosen.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  private pressed(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const count = this.options().length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && count > 0) {
      this.choose((this.at + step + count) % count);
      this.options()[this.at]?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      this.go(event.metaKey || event.ctrlKey);
    } else {
      return;
    }
    event.preventDefault();
  }

  private go(inNewTab: boolean): void {
    const words = this.words();
    const chosen = this.options()[this.at] as HTMLAnchorElement | undefined;
    // Before the answer is there, only what is found already may be opened: not the page of all results by mistake.
    if (words && this.answered !== words && this.at === 0 && this.results().length === 0) {
      this.isWaiting = true;
      return;
    }
    if (!chosen) return;
    if (inNewTab) return void open(chosen.href, "_blank", "noopener");
    const isHere = chosen.pathname + chosen.search === location.pathname + location.search;
    this.close();
    location.assign(chosen.href);
    if (isHere && !chosen.hash) location.reload();
  }
}
