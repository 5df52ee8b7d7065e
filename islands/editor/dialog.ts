import { button, element } from "./markup";

export interface Field {
  name: string;
  label: string;
  value?: string;
  hint?: string;
  required?: boolean;
  kind?: "text" | "url" | "long" | "choice";
  choices?: { value: string; label: string }[];
}

/** A window with a heading. Escape closes it, the browser keeps the keyboard in it and gives it back afterwards. */
export function openDialog(title: string, contents: HTMLElement[]): HTMLDialogElement {
  const dialog = element("dialog", { class: "editor-dialog", "aria-label": title }, [element("h2", {}, [title]), ...contents]);
  dialog.addEventListener("close", () => dialog.remove());
  // Keys pressed in the window are no shortcuts of the page behind it.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks whether to publish, which the second press of Enter answers. */
export function confirmPublication(publish: () => void): void {
  const yes = button("Publish", () => {
    dialog.close();
    publish();
  }, "button button-primary");
  const end = element("div", { class: "form-end" }, [button("Cancel", () => dialog.close()), yes]);
  const dialog = openDialog("Publish now?", [element("p", {}, ["Everybody can read it from then on."]), end]);
  yes.focus();
}

/** Asks for values; nothing when the window was closed without. */
export function ask(title: string, fields: Field[], action: string): Promise<Record<string, string> | null> {
  return new Promise((resolve) => {
    const form = element("form", { class: "form", method: "dialog" }, fields.map(control));
    const cancel = button("Cancel", () => dialog.close());
    form.append(element("div", { class: "form-end" }, [cancel, element("button", { type: "submit", class: "button button-primary" }, [action])]));
    let values: Record<string, string> | null = null;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
      dialog.close();
    });
    const dialog = openDialog(title, [form]);
    dialog.addEventListener("close", () => resolve(values));
  });
}

function control(field: Field): HTMLElement {
  const id = `editor-ask-${field.name}`;
  const attributes = {
    id,
    name: field.name,
    required: field.required ?? false,
    "aria-describedby": field.hint ? `${id}-hint` : false,
  };
  const children: HTMLElement[] = [element("label", { for: id }, [field.label])];
  if (field.kind === "choice") {
    const choices = (field.choices ?? []).map(({ value, label }) => element("option", { value, selected: value === field.value }, [label]));
    children.push(element("select", attributes, choices));
  } else if (field.kind === "long") {
    children.push(element("textarea", { ...attributes, rows: "6", class: "dialog-long" }, [field.value ?? ""]));
  } else {
    children.push(element("input", { ...attributes, type: "text", inputmode: field.kind === "url" ? "url" : "text", value: field.value ?? "" }));
  }
  if (field.hint) children.push(element("p", { class: "field-hint", id: `${id}-hint` }, [field.hint]));
  return element("div", { class: "field" }, children);
}
