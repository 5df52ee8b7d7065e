// Buttons for actions, and bars of them that are one stop for the tab key.
import type { Editor } from "@tiptap/core";
import type { Action } from "./actions";
import { element, icon, readKeys } from "./markup";

export interface ActionButton {
  action: Action;
  button: HTMLButtonElement;
}

export function actionButton(editor: Editor, action: Action, withWords: boolean): ActionButton {
  const keys = action.keys ? ` (${readKeys(action.keys)})` : "";
  const button = element("button", { type: "button", class: withWords ? "editor-bar-words" : "editor-bar-button", title: `${action.label}${keys}`, "data-action": action.name });
  if (action.icon) button.append(icon(action.icon));
  if (withWords) button.append(action.label);
  else button.setAttribute("aria-label", action.label);
  // The text keeps its cursor while the mouse is on a bar.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") action.run(editor);
  });
  return { action, button };
}

/** Shows what holds where the cursor is. */
export function showState(editor: Editor, buttons: ActionButton[]): void {
  for (const { action, button } of buttons) {
    if (action.isActive) button.setAttribute("aria-pressed", String(action.isActive(editor)));
    const isPossible = action.isPossible?.(editor) ?? true;
    if (isPossible) button.removeAttribute("aria-disabled");
    else button.setAttribute("aria-disabled", "true");
  }
}

export function controls(bar: HTMLElement): HTMLElement[] {
  return [...bar.querySelectorAll<HTMLElement>("button, select")];
}

/** One stop for the tab key, arrow keys within, Escape back to the text. */
export function roam(bar: HTMLElement, leave: () => void): void {
  controls(bar).forEach((item, index) => (item.tabIndex = index === 0 ? 0 : -1));
  bar.addEventListener("focusin", (event) => {
    for (const item of controls(bar)) item.tabIndex = item === event.target ? 0 : -1;
  });
  bar.addEventListener("keydown", (event) => {
    const items = controls(bar);
    const at = items.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Escape") leave();
    else if (next !== undefined) items[(next + items.length) % items.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
