// Choosing rows of a list to change together: all at once, a run of them with Shift, and only the fields that the chosen
// change takes. Lists are exchanged while people filter, so everything listens at the document.

let last: HTMLInputElement | undefined;

export function startChoosing(): void {
  document.addEventListener("change", (event) => {
    const field = event.target as HTMLElement;
    if (field.matches("[data-choose-all] input")) chooseAll(field as HTMLInputElement);
    else if (field.matches(".bulk select[name=do]")) showNeeds(field as HTMLSelectElement);
    else if (field.matches("input[type=checkbox][form]")) updateAll(field as HTMLInputElement);
  });
  document.addEventListener("click", (event) => {
    const box = event.target as HTMLInputElement;
    if (!box.matches?.("input[type=checkbox][form]")) return;
    if (event.shiftKey && last && last.form === box.form) chooseRun(last, box);
    last = box;
  });
  document.addEventListener("htmx:afterSwap", prepare);
  prepare();
}

function prepare(): void {
  for (const label of document.querySelectorAll<HTMLElement>("[data-choose-all]")) label.hidden = label.dataset.chooseAll === "";
  for (const select of document.querySelectorAll<HTMLSelectElement>(".bulk select[name=do]")) showNeeds(select);
}

function boxesOf(form: HTMLFormElement | null): HTMLInputElement[] {
  // A field of the form may be called id, and would be given as the form's own.
  const id = form?.getAttribute("id");
  return id ? [...document.querySelectorAll<HTMLInputElement>(`input[type=checkbox][form="${id}"]`)] : [];
}

function chooseAll(all: HTMLInputElement): void {
  for (const box of boxesOf(all.form)) box.checked = all.checked;
}

function chooseRun(from: HTMLInputElement, to: HTMLInputElement): void {
  const boxes = boxesOf(to.form);
  const ends = [boxes.indexOf(from), boxes.indexOf(to)].sort((one, other) => one - other);
  for (const box of boxes.slice(ends[0], ends[1]! + 1)) box.checked = to.checked;
}

function updateAll(box: HTMLInputElement): void {
  const all = box.form?.querySelector<HTMLInputElement>("[data-choose-all] input");
  if (!all) return;
  const boxes = boxesOf(box.form);
  const chosen = boxes.filter((one) => one.checked).length;
  all.checked = chosen === boxes.length;
  all.indeterminate = chosen > 0 && chosen < boxes.length;
}

/** Hides the fields that the chosen change does not take. Without scripts all are there. */
function showNeeds(select: HTMLSelectElement): void {
  for (const field of select.form?.querySelectorAll<HTMLElement>("[data-needs]") ?? []) {
    field.hidden = !field.dataset.needs?.split(" ").includes(select.value);
  }
}
