// The panels beside the text: links to each of them become tabs (ARIA Authoring Practices, "Tabs"), of which one is shown.
import { element } from "./markup";

/** Under which name the browser tab remembers the panel, so that a save does not leave it. */
const KEY = "editor-panel";

function remembered(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null; // Some browsers are told to keep nothing.
  }
}

function remember(panel: string): void {
  try {
    sessionStorage.setItem(KEY, panel);
  } catch {
    // Then the first panel is shown after the next save.
  }
}

export class SideTabs {
  private readonly tabs: HTMLAnchorElement[];
  private readonly panels: HTMLElement[];

  constructor(form: HTMLFormElement, list: HTMLElement) {
    this.tabs = [...list.querySelectorAll<HTMLAnchorElement>("a")];
    this.panels = this.tabs.map((tab) => document.getElementById(tab.hash.slice(1))!);
    list.setAttribute("role", "tablist");
    list.classList.add("is-ready");
    this.tabs.forEach((tab, index) => this.makeTab(tab, this.panels[index]!));
    list.addEventListener("keydown", (event) => this.takeKey(event));
    // A field that is wrong, or that a link leads to, is brought to light first.
    form.addEventListener("invalid", (event) => this.reveal(event.target as Element), true);
    document.addEventListener("click", (event) => this.followLink(event), true);
    addEventListener("hashchange", () => this.reveal(document.getElementById(location.hash.slice(1))));
    this.select(this.first());
  }

  private makeTab(tab: HTMLAnchorElement, panel: HTMLElement): void {
    tab.setAttribute("role", "tab");
    tab.id = `tab-${panel.id}`;
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    const wrong = panel.querySelectorAll(".field-error").length;
    if (wrong > 0) tab.append(element("span", { class: "count count-wrong" }, [element("span", { class: "visually-hidden" }, ["wrong: "]), String(wrong)]));
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      this.select(this.tabs.indexOf(tab));
    });
    tab.addEventListener("keydown", (event) => event.key === " " && (event.preventDefault(), tab.click()));
  }

  /** The panel with something wrong in it, the one that the address names, the one that was open, or the first. */
  private first(): number {
    const wrong = this.panels.findIndex((panel) => panel.querySelector(".field-error"));
    const named = this.panels.findIndex((panel) => location.hash !== "" && panel.id === location.hash.slice(1));
    const open = this.panels.findIndex(({ id }) => id === remembered());
    return [wrong, named, open].find((index) => index >= 0) ?? 0;
  }

  private select(chosen: number): void {
    this.tabs.forEach((tab, index) => {
      tab.setAttribute("aria-selected", String(index === chosen));
      tab.tabIndex = index === chosen ? 0 : -1;
      this.panels[index]!.hidden = index !== chosen;
    });
    remember(this.panels[chosen]!.id);
  }

  private reveal(target: Element | null): void {
    const index = this.panels.findIndex((panel) => target && panel.contains(target));
    if (index >= 0) this.select(index);
  }

  private followLink(event: Event): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[href^="#"]:not([role="tab"])');
    if (link) this.reveal(document.getElementById(link.hash.slice(1)));
  }

  private takeKey(event: KeyboardEvent): void {
    const at = this.tabs.indexOf(document.activeElement as HTMLAnchorElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: this.tabs.length - 1 }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    const index = (next + this.tabs.length) % this.tabs.length;
    this.select(index);
    this.tabs[index]!.focus();
  }
}
