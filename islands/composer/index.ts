// The composer of emails: adds, moves and copies blocks in the page, saves by itself and shows what readers will see. The
// form around the blocks stays the one that is sent.
import { findSprite } from "../editor/markup";
import { Blocks } from "./blocks";
import { Drag } from "./drag";
import { startPictures } from "./pictures";
import { Preview } from "./preview";
import { RichTexts } from "./rich";
import { Saving } from "./saving";
import { startTags } from "./tags";

class EmailComposer extends HTMLElement {
  private form: HTMLFormElement | undefined;

  connectedCallback(): void {
    if (this.form) return;
    this.form = this.querySelector("form")!;
    findSprite();
    this.classList.add("is-ready");
    const rich = new RichTexts(this.form);
    const preview = new Preview(this, this.form);
    const saving = new Saving(this, this.form);
    const changed = (): void => {
      saving.later();
      preview.later();
    };
    const blocks = new Blocks(this, this.form, rich, changed);
    new Drag(this.form, (block) => blocks.moved(block));
    startPictures(this.form, changed);
    startTags(this, rich);
    this.form.addEventListener("input", (event) => {
      // What is looked at, and a template's name, are no part of the email.
      if (!(event.target as HTMLElement).closest("[name='template_name']")) changed();
    });
  }
}

customElements.define("email-composer", EmailComposer);
