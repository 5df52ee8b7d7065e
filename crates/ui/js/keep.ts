// Unsaved text survives a reload, a crash and a failed save: while somebody types, the form's fields are kept in this
// browser under the form's own key, which names the version that was opened. Saving makes a new version, so the kept
// text of the old one is dropped as soon as a page of another version of the same thing is shown.
import { keep, keptKeys, recall } from "./storage";

const PREFIX = "form:";

/** Kept text is written this long after the last key, in milliseconds. */
const SILENCE = 400;

type Fields = Record<string, string>;

export function startKeeping(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-keep]")) start(form);
}

function start(form: HTMLFormElement): void {
  let key = PREFIX + form.dataset.keep;
  const shown = read(form);
  let isSending = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  // A form that came back with errors or a conflict shows text that is not stored anywhere else.
  const cameBack = form.querySelector(".notice-error, .conflict") !== null;
  const isChanged = () => cameBack || JSON.stringify(read(form)) !== JSON.stringify(shown);
  const write = () => keep(key, isChanged() ? JSON.stringify(read(form)) : null);

  dropOtherVersions(key);
  offer(form, key, shown);

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(write, SILENCE);
  });
  form.addEventListener("submit", () => {
    isSending = true;
    clearTimeout(timer);
    write();
  });
  // A form that saved itself goes on as the new version, and what was sent is not unsaved any more.
  form.addEventListener("saved", (event) => {
    keep(key, null);
    key = PREFIX + form.dataset.keep;
    Object.assign(shown, (event as CustomEvent<{ values: Fields }>).detail.values);
    write();
  });
  addEventListener("pagehide", () => write());
  addEventListener("beforeunload", (event) => {
    if (!isSending && isChanged() && !write()) event.preventDefault();
  });
}

/** The fields that people fill in, by name. */
function read(form: HTMLFormElement): Fields {
  const fields: Fields = {};
  for (const field of fillable(form)) {
    fields[field.name] = field instanceof HTMLInputElement && field.type === "checkbox" ? String(field.checked) : field.value;
  }
  return fields;
}

function fillable(form: HTMLFormElement): (HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement)[] {
  return [...form.elements].filter(
    // What has no name is a tool of the page and is not sent.
    (field): field is HTMLInputElement =>
      (field as HTMLInputElement).name !== "" &&
      ((field instanceof HTMLInputElement && !["hidden", "password", "submit"].includes(field.type)) ||
        field instanceof HTMLTextAreaElement ||
        field instanceof HTMLSelectElement),
  );
}

function fill(form: HTMLFormElement, fields: Fields): void {
  for (const field of fillable(form)) {
    const value = fields[field.name];
    if (value === undefined) continue;
    if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = value === "true";
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** A saved form comes back as a new version; what was kept of older ones is in it. A new item becomes one with an id. */
function dropOtherVersions(key: string): void {
  const at = key.lastIndexOf("@");
  if (at < 0) return;
  const thing = key.slice(0, at + 1);
  for (const other of keptKeys(thing)) if (other !== key) keep(other, null);
  const isStored = !thing.endsWith("/new@");
  if (isStored && document.querySelector(".flash-success")) keep(`${thing.slice(0, thing.lastIndexOf("/"))}/new@`, null);
}

function offer(form: HTMLFormElement, key: string, shown: Fields): void {
  const text = recall(key);
  if (!text || text === JSON.stringify(shown)) return;
  const notice = document.createElement("div");
  notice.className = "notice notice-info kept-offer";
  notice.setAttribute("role", "status");
  const words = document.createElement("p");
  words.textContent = "This browser kept text that was not saved.";
  const restore = button("Bring it back", () => {
    try {
      fill(form, JSON.parse(text));
    } finally {
      notice.remove();
    }
  });
  const forget = button("Forget it", () => {
    keep(key, null);
    notice.remove();
  });
  notice.append(words, restore, forget);
  form.prepend(notice);
}

function button(label: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}
