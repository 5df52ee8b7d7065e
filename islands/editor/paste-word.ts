// What only Word writes, on a desk or in a browser, in words that the rest of the text is made of.
import { looks } from "./paste-looks";

/** Paragraphs that are something else by their style's name. */
const STYLES: Record<string, string> = { MsoTitle: "h1", MsoQuote: "blockquote", MsoIntenseQuote: "blockquote" };

export function fromWord(body: HTMLElement): void {
  settleChanges(body);
  listsFromStyles(body);
  listsFromWrappers(body);
  for (const [style, tag] of Object.entries(STYLES)) {
    for (const paragraph of body.querySelectorAll(`p.${style}`)) wrapOrRename(paragraph, tag);
  }
  // Where notes and bookmarks of the document led to is not part of the text.
  for (const link of body.querySelectorAll('a[href^="#_"], a[name]:not([href])')) link.replaceWith(...link.childNodes);
  body.querySelectorAll(".EOP").forEach((end) => end.remove());
}

/** Changes that somebody tracked are taken as accepted, and the remarks beside them are left behind. */
function settleChanges(body: HTMLElement): void {
  body.querySelectorAll("del[cite], del[datetime], .MsoCommentReference").forEach((gone) => gone.remove());
  for (const added of body.querySelectorAll("ins[cite], ins[datetime]")) added.replaceWith(...added.childNodes);
  for (const part of body.querySelectorAll<HTMLElement>("div")) if (looks(part).get("mso-element") === "comment-list") part.remove();
}

function wrapOrRename(paragraph: Element, tag: string): void {
  const made = document.createElement(tag);
  if (tag === "blockquote") {
    const inner = document.createElement("p");
    inner.append(...paragraph.childNodes);
    made.append(inner);
  } else made.append(...paragraph.childNodes);
  paragraph.replaceWith(made);
}

/** Word in the browser puts each item into a list and a box of its own, with its level as a number. */
function listsFromWrappers(body: HTMLElement): void {
  let open: HTMLElement[] = [];
  for (const box of [...body.querySelectorAll<HTMLElement>(".ListContainerWrapper")]) {
    const list = box.querySelector<HTMLElement>("ul, ol");
    const item = list?.querySelector("li");
    if (!list || !item) continue;
    const level = Math.max(1, Number(item.dataset.ariaLevel) || 1);
    if (open[0] && box.previousElementSibling !== open[0]) open = [];
    open.length = Math.min(open.length, level);
    while (open.length < level) {
      const made = document.createElement(list.tagName);
      const parent = open.at(-1)?.lastElementChild;
      if (parent) parent.append(made);
      else box.before(made);
      open.push(made);
      if (open.length < level) made.append(document.createElement("li"));
    }
    open.at(-1)!.append(item);
    box.remove();
  }
}

/** Word writes lists as paragraphs with a style such as `mso-list:l0 level2 lfo1` and a bullet or number as text. */
function listsFromStyles(body: HTMLElement): void {
  let lists: HTMLElement[] = [];
  const names = new WeakMap<HTMLElement, string>();
  for (const paragraph of [...body.querySelectorAll<HTMLElement>("p")]) {
    const style = looks(paragraph).get("mso-list") ?? "";
    const level = Number(/level(\d)/.exec(style)?.[1]);
    if (!level) {
      lists = [];
      continue;
    }
    const sign = [...paragraph.querySelectorAll("span")].find((span) => looks(span).get("mso-list") === "ignore");
    const isNumbered = /^\s*(\d+|[a-z]|[ivx]+)[.)]/i.test(sign?.textContent ?? "");
    sign?.remove();
    const previous = paragraph.previousElementSibling;
    if (lists[0] && previous !== lists[0]) lists = [];
    lists.length = Math.min(lists.length, level);
    // Two lists that follow each other have names of their own, as a numbered one after one of bullets.
    const name = `${isNumbered ? "ol" : "ul"} ${/\bl\d+\b/.exec(style)?.[0] ?? ""}`;
    if (lists.length === level && names.get(lists.at(-1)!) !== name) lists.pop();
    const item = document.createElement("li");
    item.append(...paragraph.childNodes);
    while (lists.length < level) {
      const list = document.createElement(isNumbered ? "ol" : "ul");
      const parent = lists.at(-1)?.lastElementChild;
      if (parent) parent.append(list);
      else paragraph.before(list);
      lists.push(list);
      names.set(list, name);
      if (lists.length < level) list.append(document.createElement("li"));
    }
    lists.at(-1)!.append(item);
    paragraph.remove();
  }
}
