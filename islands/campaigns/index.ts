// Campaigns are dragged from one column of the board to another. Only columns that a legal move leads to take them; the
// keyboard, and whoever has no mouse, has the buttons of each card for it. Both send the same form.

const KIND = "application/x-contentpilot-campaign";

let dragged: HTMLElement | null = null;

function say(words: string): void {
  const region = document.querySelector<HTMLElement>("[data-move-words]");
  if (region) region.textContent = words;
}

/** The column beneath the pointer, if the campaign may go there. */
function target(event: DragEvent): HTMLElement | null {
  if (!dragged || !event.dataTransfer?.types.includes(KIND)) return null;
  const column = (event.target as Element).closest<HTMLElement>("[data-status]");
  const legal = (dragged.dataset.targets ?? "").split(" ");
  return column && legal.includes(column.dataset.status ?? "") ? column : null;
}

function mark(column: HTMLElement | null): void {
  for (const marked of document.querySelectorAll(".board-column.is-target")) if (marked !== column) marked.classList.remove("is-target");
  column?.classList.add("is-target");
}

function send(card: HTMLElement, status: string): void {
  const form = document.querySelector<HTMLFormElement>("[data-move-form]");
  const field = form?.querySelector<HTMLInputElement>('input[name="to"]');
  if (!form || !field) return;
  field.value = status;
  form.action = `${location.pathname.replace(/\/$/, "")}/${card.dataset.campaign ?? ""}/move`;
  say("Moving…");
  form.requestSubmit();
}

/** Cards come anew with each search, so they are made draggable when somebody is about to drag them. */
document.addEventListener("pointerdown", (event) => {
  const card = (event.target as Element).closest<HTMLElement>("[data-campaign]");
  if (!card || (event.target as Element).closest("button, summary, input")) return;
  card.draggable = true;
  // A link would be dragged by itself, as an address.
  for (const link of card.querySelectorAll("a")) link.draggable = false;
});

document.addEventListener("dragstart", (event) => {
  const card = (event.target as Element).closest<HTMLElement>("[data-campaign]");
  if (!card || !event.dataTransfer) return;
  dragged = card;
  event.dataTransfer.setData(KIND, card.dataset.campaign ?? "");
  event.dataTransfer.effectAllowed = "move";
  card.classList.add("is-dragged");
});

document.addEventListener("dragover", (event) => {
  const column = target(event);
  mark(column);
  if (column) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const column = target(event);
  mark(null);
  if (!column || !dragged) return;
  event.preventDefault();
  send(dragged, column.dataset.status ?? "");
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  dragged = null;
  mark(null);
});
