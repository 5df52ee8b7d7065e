// The preview link in the side of the editor: made without leaving the page, and shown with a button that copies it.
import { createPreview } from "./api";
import { announce, element, icon } from "./markup";

interface Wishes {
  /** Saves what was typed; false where only the form can. */
  save: () => Promise<boolean>;
  id: () => string;
}

/** Without this, the button sends the form and the link is shown on a page of its own. A new item has it when it is saved. */
export function offerPreviewLink(form: HTMLFormElement, wishes: Wishes): void {
  form.addEventListener("click", (event) => {
    const start = (event.target as Element).closest<HTMLButtonElement>("button[data-preview-link]");
    const hours = form.querySelector<HTMLSelectElement>("select[name='expires_in_hours']");
    if (!start || !hours) return;
    event.preventDefault();
    void make(start, Number(hours.value), wishes).catch(() => form.requestSubmit(start));
  });
}

async function make(start: HTMLButtonElement, hours: number, wishes: Wishes): Promise<void> {
  start.disabled = true;
  try {
    if (!(await wishes.save())) throw new Error("The form has to be sent.");
    show(start, (await createPreview(wishes.id(), hours)).url);
  } finally {
    start.disabled = false;
  }
}

function show(start: HTMLElement, url: string): void {
  const address = element("input", { type: "text", readonly: "", value: url, "aria-label": "Address of the preview" });
  const label = element("span", {}, ["Copy"]);
  const copy = element("button", { type: "button", class: "button" }, [icon("copy"), label]);
  copy.addEventListener("click", async () => {
    address.select();
    const isCopied = await navigator.clipboard.writeText(url).then(() => true, () => false);
    label.textContent = isCopied ? "Copied" : "Press Ctrl C";
  });
  const open = element("a", { class: "button", href: url, target: "_blank", rel: "noopener" }, [icon("external-link"), "Open"]);
  start.parentElement?.querySelector(".preview-made")?.remove();
  const made = element("div", { class: "preview-made" }, [address, element("div", { class: "editor-buttons" }, [copy, open])]);
  start.after(made);
  address.focus();
  address.select();
  announce("The link is ready. It is shown this once.");
}
