// Merge tags are put where the cursor was last.
import { element } from "../editor/markup";
import type { RichTexts } from "./rich";

export function startTags(host: HTMLElement, rich: RichTexts): void {
  const menu = host.querySelector<HTMLDetailsElement>("details[data-tags]");
  if (!menu) return;
  const none = element("p", { class: "menu-heading", role: "status", hidden: true }, ["Put the cursor into a text or a heading first."]);
  menu.querySelector(".menu-panel")!.append(none);
  for (const item of menu.querySelectorAll<HTMLElement>("[data-tag]")) {
    const button = element("button", { type: "button", class: "menu-button" }, [...item.childNodes]);
    button.addEventListener("click", () => {
      const isThere = rich.insert(item.dataset.tag ?? "");
      none.hidden = isThere;
      if (isThere) menu.open = false;
    });
    item.replaceChildren(button);
  }
}
