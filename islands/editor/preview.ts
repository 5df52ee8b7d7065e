// The text as it is now, as a reader sees it, on a phone, and as a card: the form is sent into a frame and nothing is stored.
import { openDialog } from "./dialog";
import { button, element } from "./markup";

const FRAME = "editor-preview";
const VIEWS = [
  { name: "reader", label: "As a reader" },
  { name: "phone", label: "On a phone" },
  { name: "cards", label: "As a card" },
] as const;
type View = (typeof VIEWS)[number]["name"];

export function startPreview(form: HTMLFormElement, sync: () => void): void {
  const opener = form.querySelector<HTMLButtonElement>("button[data-preview]");
  if (!opener) return;
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    sync();
    show(form, opener.formAction);
  });
}

function show(form: HTMLFormElement, address: string): void {
  const frame = element("iframe", { name: FRAME, class: "preview-frame", title: "Preview", sandbox: "allow-same-origin" });
  const stage = element("div", { class: "preview-stage", tabindex: "0", role: "group", "aria-label": "The page" }, [frame]);
  const choices = VIEWS.map(({ name, label }) => {
    const input = element("input", { type: "radio", name: "preview-view", value: name, checked: name === "reader" });
    input.addEventListener("change", () => turn(stage, frame, name));
    return element("label", {}, [input, label]);
  });
  const views = element("fieldset", { class: "preview-views" }, [element("legend", { class: "visually-hidden" }, ["Shown"]), ...choices]);
  const close = button("Close", () => dialog.close());
  const bar = element("div", { class: "preview-bar" }, [views, close]);
  const dialog = openDialog("Preview", [bar, stage]);
  dialog.classList.add("preview");
  sendInto(form, address);
}

/** Sends the form as it stands, past the checks of its fields and without leaving the page. */
function sendInto(form: HTMLFormElement, address: string): void {
  const { action, target } = form;
  form.action = address;
  form.target = FRAME;
  // Not by the button: what listens to the form would take it for a save.
  HTMLFormElement.prototype.submit.call(form);
  form.action = action;
  form.target = target;
}

function turn(stage: HTMLElement, frame: HTMLElement, view: View): void {
  stage.querySelector(".preview-cards")?.remove();
  frame.classList.toggle("preview-phone", view === "phone");
  // Hidden, not taken out: a frame that leaves the page forgets what it shows.
  frame.hidden = view === "cards";
  if (view === "cards") stage.append(cards());
}

/** The cards that the panel about search engines keeps up to date. */
function cards(): HTMLElement {
  const shown = document.querySelectorAll<HTMLElement>(".seo-results > h3, .seo-results > .seo-result, .seo-results > .seo-card");
  return element("div", { class: "preview-cards" }, [...shown].map((one) => one.cloneNode(true)));
}
