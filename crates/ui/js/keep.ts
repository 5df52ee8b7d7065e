// Unsaved text survives a reload, a crash and a failed save: while somebody types, the form's fields are kept in this
// browser under the form's own key, which names the version that was opened. Saving makes a new version, and the kept text of
// the old one is dropped; where somebody else made the new version, it is offered to look at and bring back.
import { keep, keptKeys, noteSent, recall, tabName, takeSent } from "./storage";

/** What somebody typed is nobody else's who signs in here later. */
const PREFIX = `form:${document.querySelector<HTMLElement>("search-palette")?.dataset.person ?? ""}:`;

/** Kept text is written this long after the first key that it does not have yet, in milliseconds. */
const DELAY = 400;

type Fields = Record<string, string>;

export function startKeeping(): void {
  // What was sent and taken is not unsaved any more; it may come back as another version, or as something else.
  const sent = takeSent();
  if (sent && document.querySelector(".flash-success")) keep(sent, null);
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-keep]")) start(form);
}

/** Where a form's text is kept. What is new has a place for each tab, so that two do not take each other's. */
function keyOf(form: HTMLFormElement): string {
  const name = form.dataset.keep ?? "";
  return PREFIX + (name.endsWith("@") ? name + tabName() : name);
}

function start(form: HTMLFormElement): void {
  let key = keyOf(form);
  const shown = read(form);
  let isSending = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  // A form that came back with errors or a conflict shows text that is not stored anywhere else.
  const cameBack = form.querySelector(".notice-error, .conflict") !== null;
  const isChanged = () => cameBack || Object.entries(read(form)).some(([name, text]) => text !== shown[name]);
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    return keep(key, isChanged() ? JSON.stringify(read(form)) : null);
  };

  const older = otherVersion(key) ?? (form.dataset.keepAlso ? otherVersion(PREFIX + form.dataset.keepAlso) : undefined);
  offer(form, key, shown, older, cameBack);

  form.addEventListener("input", () => {
    // Not put off by each key: who types without a pause would have nothing kept.
    timer ??= setTimeout(write, DELAY);
  });
  form.addEventListener("submit", () => {
    isSending = true;
    write();
    noteSent(key);
  });
  // Fields that the page brings later are not filled in by anybody yet.
  form.addEventListener("arrived", () => Object.assign(shown, { ...read(form), ...shown }));
  // A form that saved itself goes on as the new version, and what was sent is not unsaved any more.
  form.addEventListener("saved", (event) => {
    keep(key, null);
    key = keyOf(form);
    Object.assign(shown, (event as CustomEvent<{ values: Fields }>).detail.values);
    write();
  });
  for (const leaving of ["pagehide", "visibilitychange"]) addEventListener(leaving, () => write());
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
    // What has no name is a tool of the page and is not sent; a choice for one press of a button is nobody's text.
    (field): field is HTMLInputElement =>
      (field as HTMLInputElement).name !== "" &&
      !field.closest("[data-unkept]") &&
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

/** The key of text that was kept of another version, or of something new in another tab, and never saved, if there is any. */
function otherVersion(key: string): string | undefined {
  const at = key.lastIndexOf("@");
  // What stands before the name is a mail address, and has one of its own.
  return at < PREFIX.length ? undefined : keptKeys(key.slice(0, at + 1)).find((other) => other !== key);
}

function offer(form: HTMLFormElement, key: string, shown: Fields, older: string | undefined, cameBack: boolean): void {
  const from = recall(key) ? key : older;
  const text = from && recall(from);
  if (!from || !text) return;
  const kept = fieldsOf(text);
  const missing = missingOf(kept ?? {}, shown);
  // Neither what the form shows already nor what nobody can read any more is of use. What a form shows that came back with
  // errors is stored nowhere else.
  if (Object.keys(missing).length === 0) {
    if (!cameBack) keep(from, null);
    return;
  }
  const isOlder = from !== key && !key.includes("/new@");
  const notice = document.createElement("div");
  notice.className = "notice notice-info kept-offer";
  notice.setAttribute("role", "status");
  const words = document.createElement("p");
  const isReadOnly = fillable(form).every((field) => !(field.name in missing) || field.matches(":disabled"));
  words.textContent = isReadOnly
    ? "This browser kept text that was not saved, and you cannot change this any more. Copy what you need of it."
    : isOlder
      ? "This browser kept text of an earlier version that was not saved. It was changed since."
      : "This browser kept text that was not saved.";
  const restore = button("Bring it back", () => {
    fill(form, missing);
    if (from !== key) keep(from, null);
    notice.remove();
  });
  const forget = button("Forget it", () => {
    keep(from, null);
    notice.remove();
  });
  notice.append(words, ...(isReadOnly ? [] : [restore]), forget);
  if (isOlder || isReadOnly) notice.append(...differences(form, missing));
  form.prepend(notice);
}

function fieldsOf(text: string): Fields | undefined {
  try {
    return JSON.parse(text) as Fields;
  } catch {
    return undefined;
  }
}

/** What was kept and is another text than the one shown, but for spaces at its ends, which the program cuts off. What the form
 * does not have, such as a choice that only others may make, is nothing to bring back. */
function missingOf(kept: Fields, shown: Fields): Fields {
  return Object.fromEntries(Object.entries(kept).filter(([name, text]) => name in shown && text.trim() !== shown[name]!.trim()));
}

/** Each field of these, to look at before it takes its place. */
function differences(form: HTMLFormElement, missing: Fields): HTMLElement[] {
  return Object.entries(missing).map(([name, text]) => {
    const details = document.createElement("details");
    details.className = "difference";
    const summary = document.createElement("summary");
    const field = form.elements.namedItem(name);
    const label = field instanceof Element ? form.querySelector(`label[for="${CSS.escape(field.id)}"]`) : null;
    summary.textContent = label?.firstChild?.textContent?.trim() || name;
    const value = document.createElement("pre");
    value.tabIndex = 0;
    value.textContent = text;
    details.append(summary, value);
    return details;
  });
}

function button(label: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}
