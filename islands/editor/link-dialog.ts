import type { Editor } from "@tiptap/core";
import { searchContent, type Found } from "./api";
import { openDialog } from "./dialog";
import { announce, button, element, icon, wholeAddress } from "./markup";

const SEARCH_SILENCE = 200;

/** Asks where a link leads: an address, or one of the organization's own items found by its title. */
export function chooseLink(editor: Editor): void {
  editor.chain().extendMarkRange("link").run();
  const known: string = editor.getAttributes("link").href ?? "";
  const { from, to, empty } = editor.state.selection;
  const list = element("ul", { id: "link-found", role: "listbox", "aria-label": "Own content", class: "choices", hidden: true });
  const input = element("input", {
    id: "link-address", type: "text", value: known, autocomplete: "off", role: "combobox", required: true,
    "aria-expanded": "false", "aria-controls": "link-found", "aria-autocomplete": "list", "aria-describedby": "link-hint link-problem",
  });
  const problem = element("p", { class: "field-error", id: "link-problem", role: "alert", hidden: true }, [
    icon("circle-alert"), " This is no address that a link can lead to. Write it like https://example.org, a@example.org or /about.",
  ]);
  const form = element("form", { class: "form", method: "dialog" }, [
    element("div", { class: "field" }, [
      element("label", { for: "link-address" }, ["Address or title"]),
      input,
      element("p", { class: "field-hint", id: "link-hint" }, ["Paste an address, or type a few words to find your own content."]),
      problem,
      list,
    ]),
  ]);
  // The window stays open with what was typed in it.
  const refuse = () => {
    problem.hidden = false;
    input.setAttribute("aria-invalid", "true");
    input.select();
  };
  const apply = (address: string, title = "") => {
    const href = wholeAddress(address);
    if (!href) return refuse();
    dialog.close();
    const chain = editor.chain().focus().setTextSelection({ from, to });
    if (empty) chain.insertContent({ type: "text", text: title || href, marks: [{ type: "link", attrs: { href } }] }).run();
    else chain.setLink({ href }).setTextSelection(to).run();
    announce("Link set");
  };
  const remove = button("Remove link", () => {
    dialog.close();
    editor.chain().focus().setTextSelection({ from, to }).unsetLink().run();
    announce("Link removed");
  });
  remove.hidden = !known;
  const submit = element("button", { type: "submit", class: "button button-primary" }, ["Set link"]);
  form.append(element("div", { class: "form-end" }, [remove, button("Cancel", () => dialog.close()), submit]));
  const options = new Options(input, list, ({ address, title }) => apply(address, title));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!options.takeChosen()) apply(input.value);
  });
  const dialog = openDialog("Link", [form]);
  input.select();
}

/** The list below the field: filled while somebody types, walked through with the arrow keys. */
class Options {
  private found: Found[] = [];
  private chosen = -1;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly input: HTMLInputElement,
    private readonly list: HTMLElement,
    private readonly take: (found: Found) => void,
  ) {
    input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.search(), SEARCH_SILENCE);
    });
    input.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || this.found.length === 0) return;
      event.preventDefault();
      this.choose((this.chosen + step + this.found.length) % this.found.length);
    });
  }

  takeChosen(): boolean {
    const found = this.found[this.chosen];
    if (found) this.take(found);
    return found !== undefined;
  }

  private async search(): Promise<void> {
    const words = this.input.value.trim();
    const isAddress = /^([a-z]+:|\/|#)|^\S+\.\S+$/i.test(words);
    const found = words.length < 2 || isAddress ? [] : await searchContent(words);
    // An answer that comes late belongs to words that are no longer there.
    if (this.input.value.trim() === words) this.show(found);
  }

  private show(found: Found[]): void {
    this.found = found;
    this.chosen = -1;
    const items = found.map((one, index) => {
      const item = element("li", { id: `link-found-${index}`, role: "option", "aria-selected": "false" }, [
        element("span", {}, [one.title]),
        element("span", { class: "muted" }, [one.note]),
      ]);
      item.addEventListener("click", () => this.take(one));
      return item;
    });
    this.list.replaceChildren(...items);
    this.list.hidden = found.length === 0;
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.input.removeAttribute("aria-activedescendant");
  }

  private choose(index: number): void {
    this.chosen = index;
    [...this.list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    this.input.setAttribute("aria-activedescendant", `link-found-${index}`);
    this.list.children[index]?.scrollIntoView({ block: "nearest" });
  }
}
