// Things of a page that are dragged to another place of it. The keyboard, and whoever has no mouse, has buttons for the same; both
// send the page's form for moves.

export interface Moves {
  /** The type under which a thing is dragged, unlike that of files and of other pages' things. */
  kind: string;
  /** What is dragged and where to, as selectors. */
  things: string;
  places: string;
  /** Whether the thing may go there. */
  may(thing: HTMLElement, place: HTMLElement): boolean;
  /** Fills the form for the move. */
  fill(form: HTMLFormElement, thing: HTMLElement, place: HTMLElement): void;
}

export function startMoving({ kind, things, places, may, fill }: Moves): void {
  let dragged: HTMLElement | null = null;

  /** The place beneath the pointer, if the thing may go there. */
  const target = (event: DragEvent): HTMLElement | null => {
    if (!dragged || !event.dataTransfer?.types.includes(kind)) return null;
    const place = (event.target as Element).closest<HTMLElement>(places);
    return place && may(dragged, place) ? place : null;
  };
  const mark = (place: HTMLElement | null): void => {
    for (const marked of document.querySelectorAll(`${places}.is-target`)) if (marked !== place) marked.classList.remove("is-target");
    place?.classList.add("is-target");
  };

  // Things come anew with each search, so they are made draggable when somebody is about to drag them.
  document.addEventListener("pointerdown", (event) => {
    const thing = (event.target as Element).closest<HTMLElement>(things);
    if (!thing || (event.target as Element).closest("button, summary, input")) return;
    thing.draggable = true;
    // A link would be dragged by itself, as an address.
    for (const link of thing.querySelectorAll("a")) link.draggable = false;
  });
  document.addEventListener("dragstart", (event) => {
    const thing = (event.target as Element).closest<HTMLElement>(things);
    if (!thing || !event.dataTransfer) return;
    dragged = thing;
    event.dataTransfer.setData(kind, "moved");
    event.dataTransfer.effectAllowed = "move";
    thing.classList.add("is-dragged");
  });
  document.addEventListener("dragover", (event) => {
    const place = target(event);
    mark(place);
    if (place) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const place = target(event);
    const form = document.querySelector<HTMLFormElement>("[data-move-form]");
    mark(null);
    if (!place || !dragged || !form) return;
    event.preventDefault();
    fill(form, dragged, place);
    const words = document.querySelector<HTMLElement>("[data-move-words]");
    if (words) words.textContent = "Moving…";
    form.requestSubmit();
  });
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    mark(null);
  });
}

/** Sets a field of a form for moves. */
export function setField(form: HTMLFormElement, name: string, value: string): void {
  const field = form.querySelector<HTMLInputElement>(`input[name="${name}"]`);
  if (field) field.value = value;
}
