// Elements made by hand: no markup is ever parsed from words that somebody typed.

import { isHarmlessAddress } from "./schema/marks";

type Children = (Node | string)[];

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string | boolean> = {},
  children: Children = [],
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

let sprite = "";

/** Where the pictures are: the page has one already, whose address carries the hash. */
export function findSprite(): void {
  sprite = document.querySelector("use[href*='icons']")?.getAttribute("href")?.split("#")[0] ?? "";
}

export function icon(name: string): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  picture.append(use);
  return picture;
}

export const isMac = /mac|iphone|ipad/i.test(navigator.platform);

/** Ctrl is ⌘ on a Mac. */
export function readKeys(keys: string): string {
  return isMac ? keys.replace("Ctrl+", "⌘").replace("Alt+", "⌥").replace("Shift+", "⇧") : keys;
}

export function button(label: string, act: () => void, kind = "button"): HTMLButtonElement {
  const made = element("button", { type: "button", class: kind }, [label]);
  made.addEventListener("click", act);
  return made;
}

let region: HTMLElement | undefined;

/** Says something to screen readers only. */
export function announce(words: string): void {
  region ??= document.querySelector("content-editor")!.appendChild(element("p", { class: "visually-hidden", "aria-live": "polite" }));
  region.textContent = words;
}

/** A picture or link as it may be stored: `example.com` becomes a whole address, a dangerous one nothing. */
export function wholeAddress(typed: string): string {
  const address = typed.trim();
  if (address === "" || /\s/.test(address) || !isHarmlessAddress(address)) return "";
  if (/^[^\s@/:]+@[^\s@/]+\.[^\s@/]+$/.test(address)) return `mailto:${address}`;
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+([/?#:]|$)/i.test(address) ? `https://${address}` : address;
}
