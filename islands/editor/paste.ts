// What comes from Word, Google Docs and web pages keeps its meaning and loses its looks.
import { marked } from "marked";
import { looks } from "./paste-looks";
import { fromWord } from "./paste-word";

/** Attributes that mean something, by element; all others are looks or somebody else's bookkeeping. */
const KEPT: Record<string, string[]> = {
  A: ["href", "title"],
  IMG: ["src", "alt", "width", "height"],
  OL: ["start"],
  TD: ["colspan", "rowspan"],
  TH: ["colspan", "rowspan"],
  CODE: ["class"],
  LI: ["class"],
  UL: ["class"],
  ABBR: ["title"],
};
const GONE = "style, script, meta, link, title, xml, head, noscript, template, iframe, object, input, button, select, textarea";

/** What becomes of pictures that nobody can fetch from where they lie. */
export interface Pictures {
  /** The address that stands for a picture which is written out in the HTML; nothing where it cannot be kept. */
  take: (source: string) => string | null;
  leftOut: (count: number) => void;
}

/** HTML of the clipboard as HTML of a text. What was copied here stays as it is. */
export function cleanPaste(html: string, pictures?: Pictures): string {
  if (html.includes("data-pm-slice")) return html;
  const body = new DOMParser().parseFromString(html, "text/html").body;
  dropComments(body);
  fromWord(body);
  tasksFromCheckboxes(body);
  body.querySelectorAll(GONE).forEach((one) => one.remove());
  body.querySelectorAll<HTMLElement>("*").forEach(marksFromLooks);
  mendLists(body);
  lowerHeadings(body);
  body.querySelectorAll("*").forEach(cleanAttributes);
  keepPictures(body, pictures);
  dropEmpty(body);
  return body.innerHTML;
}

function dropComments(body: HTMLElement): void {
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const comments: Node[] = [];
  while (walker.nextNode()) comments.push(walker.currentNode);
  comments.forEach((comment) => (comment as ChildNode).remove());
}

/** Bold by style becomes bold by meaning; Google's bold around everything, which is not bold, goes. */
function marksFromLooks(element: HTMLElement): void {
  const style = looks(element);
  const weight = style.get("font-weight") ?? "";
  const isInline = ["SPAN", "FONT", "B", "I", "U", "A", "EM", "STRONG"].includes(element.tagName);
  if (!isInline) return;
  const decoration = `${style.get("text-decoration") ?? ""} ${style.get("text-decoration-line") ?? ""}`;
  const wanted = [
    (weight === "bold" || weight === "bolder" || Number(weight) >= 600) && "strong",
    style.get("font-style") === "italic" && "em",
    decoration.includes("line-through") && "s",
    decoration.includes("underline") && element.tagName !== "A" && !element.closest("a") && "u",
    style.get("vertical-align") === "super" && "sup",
    style.get("vertical-align") === "sub" && "sub",
  ].filter((tag) => typeof tag === "string");
  for (const tag of wanted) {
    const mark = element.ownerDocument.createElement(tag);
    mark.append(...element.childNodes);
    element.append(mark);
  }
  const isNotBold = element.tagName === "B" && ["normal", "400"].includes(weight);
  if (["SPAN", "FONT"].includes(element.tagName) || isNotBold) element.replaceWith(...element.childNodes);
}

function tasksFromCheckboxes(body: HTMLElement): void {
  for (const box of body.querySelectorAll<HTMLInputElement>('li > input[type="checkbox"], li > p > input[type="checkbox"]')) {
    makeTask(box.closest("li")!, box.hasAttribute("checked"));
    if (box.nextSibling instanceof Text) box.nextSibling.data = box.nextSibling.data.trimStart();
  }
  // Google Docs has an item that is a box, with a picture of it.
  for (const item of body.querySelectorAll<HTMLLIElement>('li[role="checkbox"]')) {
    item.querySelectorAll(":scope > img").forEach((box) => box.remove());
    makeTask(item, item.getAttribute("aria-checked") === "true");
  }
}

function makeTask(item: HTMLLIElement, isDone: boolean): void {
  item.className = isDone ? "task task-done" : "task";
  if (item.parentElement?.tagName === "UL") item.parentElement.className = "task-list";
}

/** Google puts a list within a list beside its item instead of into it. */
function mendLists(body: HTMLElement): void {
  for (const list of body.querySelectorAll("ul > ul, ul > ol, ol > ul, ol > ol")) list.previousElementSibling?.append(list);
}

/** The title of the page is the first heading; those of the text begin one below. */
function lowerHeadings(body: HTMLElement): void {
  if (!body.querySelector("h1")) return;
  for (const heading of body.querySelectorAll("h1, h2, h3, h4, h5")) {
    const lower = document.createElement(`h${Number(heading.tagName[1]) + 1}`);
    lower.append(...heading.childNodes);
    heading.replaceWith(lower);
  }
}

function cleanAttributes(element: Element): void {
  if (element.tagName === "A") element.setAttribute("href", withoutDetour(element.getAttribute("href") ?? ""));
  const kept = KEPT[element.tagName] ?? [];
  for (const name of element.getAttributeNames()) {
    const isOwnClass = name === "class" && /^(task|language-)/.test(element.className);
    if (!kept.includes(name) || (name === "class" && !isOwnClass)) element.removeAttribute(name);
  }
  if (element.tagName.includes(":") || (element.tagName === "A" && !element.getAttribute("href"))) element.replaceWith(...element.childNodes);
}

/** Pictures of the web stay where they are. Of the others those that the HTML holds itself are taken along. */
function keepPictures(body: HTMLElement, pictures: Pictures | undefined): void {
  let leftOut = 0;
  for (const image of body.querySelectorAll("img")) {
    const source = image.getAttribute("src") ?? "";
    if (/^(https?:|\/)/.test(source)) continue;
    const address = source.startsWith("data:") ? pictures?.take(source) : null;
    if (address) image.setAttribute("src", address);
    else image.remove();
    if (!address && source) leftOut++;
  }
  if (leftOut > 0) pictures?.leftOut(leftOut);
}

/** Google Docs leads links over an address of its own. */
function withoutDetour(href: string): string {
  const detour = /^https:\/\/www\.google\.com\/url\?(.*)$/.exec(href);
  return (detour && new URLSearchParams(detour[1]).get("q")) || href;
}

function dropEmpty(body: HTMLElement): void {
  for (const code of body.querySelectorAll("pre > code")) code.textContent = (code.textContent ?? "").replace(/\n$/, "");
  body.querySelectorAll("br.Apple-interchange-newline").forEach((line) => line.remove());
  body.querySelectorAll(":scope > br").forEach((line) => line.remove());
  for (const block of body.querySelectorAll("p, h1, h2, h3, h4, h5, h6, strong, em, u, s")) {
    const isEmpty = !block.querySelector("img, br, hr") && /^[\s\u00a0]*$/.test(block.textContent ?? "");
    if (isEmpty) block.replaceWith(...(/^(P|H\d)$/.test(block.tagName) ? [] : block.childNodes));
  }
}

/** Signs that plain text was written as Markdown. One alone may be chance, but not a heading, a fence or a link. */
const SIGNS = [/^#{1,6} \S/m, /^```/m, /\[[^\]\n]+\]\([^)\s]+\)/, /^\|.+\|\s*\n\|[ :|-]+\|/m, /^> \S/m, /(^|\s)\*\*\S[^*\n]*\*\*/, /^\s*[-*+] \S.*\n\s*[-*+] \S/m, /^\s*1[.)] \S.*\n\s*2[.)] \S/m];

export function looksLikeMarkdown(text: string): boolean {
  return SIGNS.some((sign) => sign.test(text));
}

export function fromMarkdown(text: string): string {
  return cleanPaste(marked.parse(text, { async: false, gfm: true }));
}
