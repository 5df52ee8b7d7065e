// The dialog in which files of the library are chosen, for every page that uses some: put <media-picker
// data-organization data-kind data-multiple> around a button, and hear its event `media-picked`; or call `pick`.
import { OTHER, pick } from "./picker";

export class MediaPicker extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const { organization = "", kind = "", multiple } = this.dataset;
      const picked = await pick({ organization, kind, isMany: multiple !== undefined, title: button.textContent?.trim() || "Choose a file" });
      if (picked !== OTHER && picked.length > 0) this.dispatchEvent(new CustomEvent("media-picked", { bubbles: true, detail: picked }));
      button.focus();
    });
  }
}

if (!customElements.get("media-picker")) customElements.define("media-picker", MediaPicker);
