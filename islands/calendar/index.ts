// Entries are given another day by dragging them there. The keyboard, and whoever has no mouse, has the page behind each
// entry's clock for it; both send the same form.

const KIND = "application/x-contentpilot-entry";

let dragged: HTMLElement | null = null;

function say(words: string): void {
  const region = document.querySelector<HTMLElement>("[data-move-words]");
  if (region) region.textContent = words;
}

/** The day beneath the pointer, unless it is over or the entry stands there already. */
function target(event: DragEvent): HTMLElement | null {
  if (!dragged || !event.dataTransfer?.types.includes(KIND)) return null;
  const day = (event.target as Element).closest<HTMLElement>("[data-day]");
  return day && !("past" in day.dataset) && !day.contains(dragged) ? day : null;
}

function mark(day: HTMLElement | null): void {
  for (const marked of document.querySelectorAll(".day.is-target")) if (marked !== day) marked.classList.remove("is-target");
  day?.classList.add("is-target");
}

function send(entry: HTMLElement, day: string): void {
  const form = document.querySelector<HTMLFormElement>("[data-move-form]");
  if (!form) return;
  const set = (name: string, value: string) => {
    const field = form.querySelector<HTMLInputElement>(`input[name="${name}"]`);
    if (field) field.value = value;
  };
  set("day", day);
  set("event", entry.dataset.event ?? "");
  form.action = entry.dataset.move ?? "";
  say("Moving…");
  form.requestSubmit();
}

for (const entry of document.querySelectorAll<HTMLElement>("[data-move]")) {
  entry.draggable = true;
  // A link would be dragged by itself, as an address.
  for (const link of entry.querySelectorAll("a")) link.draggable = false;
}

document.addEventListener("dragstart", (event) => {
  const entry = (event.target as Element).closest<HTMLElement>("[data-move]");
  if (!entry || !event.dataTransfer) return;
  dragged = entry;
  event.dataTransfer.setData(KIND, entry.dataset.move ?? "");
  event.dataTransfer.effectAllowed = "move";
  entry.classList.add("is-dragged");
});

document.addEventListener("dragover", (event) => {
  const day = target(event);
  mark(day);
  if (day) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const day = target(event);
  mark(null);
  if (!day || !dragged) return;
  event.preventDefault();
  send(dragged, day.dataset.day ?? "");
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  dragged = null;
  mark(null);
});
