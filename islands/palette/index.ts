// The command palette, for every page of an organization: <search-palette> stands around the link to the page of
// searches, which works without it. ⌘ K or Ctrl K opens it from anywhere but where the keys mean something else.
import { Palette } from "./palette";
import { noteVisit } from "./recent";

export class SearchPalette extends HTMLElement {
  private palette: Palette | undefined;

  connectedCallback(): void {
    const link = this.querySelector("a");
    if (!link) return;
    noteVisit(this.dataset);
    const isApple = /mac|iphone|ipad/i.test(navigator.userAgent);
    const key = this.querySelector("kbd");
    if (key) {
      key.textContent = isApple ? "⌘ K" : "Ctrl K";
      key.hidden = false;
    }
    link.setAttribute("aria-keyshortcuts", isApple ? "Meta+K" : "Control+K");
    link.setAttribute("aria-haspopup", "dialog");
    link.addEventListener("click", (event) => {
      // Who wants the page in a new tab gets it.
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      this.open();
    });
    addEventListener("keydown", (event) => {
      // In the editor's text these keys make a link, and it says that it took them.
      if (event.defaultPrevented || event.altKey || event.shiftKey || event.isComposing) return;
      if (event.key.toLowerCase() !== "k" || !(isApple ? event.metaKey : event.ctrlKey)) return;
      const isElsewhere = document.querySelector("dialog:modal:not(.palette)");
      if (isElsewhere) return;
      event.preventDefault();
      if (this.palette?.isOpen) this.palette.close();
      else this.open();
    });
  }

  private open(): void {
    this.palette ??= new Palette(this);
    this.palette.open();
  }
}

if (!customElements.get("search-palette")) customElements.define("search-palette", SearchPalette);
