// Walking through a list by keyboard: j and k, x to choose, Enter to open. Single keys work only while a row, or
// something in it, has the focus (WCAG 2.1.4). Lists are exchanged while people filter, so the document listens.

export function startRows(): void {
  document.addEventListener("keydown", press);
  document.addEventListener("htmx:afterSwap", prepare);
  prepare();
}

function rowsOf(table: Element): HTMLElement[] {
  return [...table.querySelectorAll<HTMLElement>("tbody > tr")];
}

/** One row of each list takes part in the Tab order; the keys move on from there. */
function prepare(): void {
  for (const table of document.querySelectorAll("[data-rows]")) {
    rowsOf(table).forEach((row, index) => (row.tabIndex = index === 0 ? 0 : -1));
  }
  for (const hint of document.querySelectorAll<HTMLElement>("[data-rows-keys]")) hint.hidden = false;
}

function press(event: KeyboardEvent): void {
  const field = event.target as HTMLElement;
  const row = field.closest?.<HTMLElement>("[data-rows] > tbody > tr");
  if (!row || event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return;
  if (field.matches("input:not([type=checkbox]), textarea, select")) return;
  const rows = rowsOf(row.closest("[data-rows]")!);
  const at = rows.indexOf(row);
  const key = event.key.toLowerCase();
  if (key === "j" || (key === "arrowdown" && field === row)) focus(rows, at + 1);
  else if (key === "k" || (key === "arrowup" && field === row)) focus(rows, at - 1);
  else if (key === "x") row.querySelector<HTMLInputElement>("input[type=checkbox]")?.click();
  else if (key === "enter" && field === row) row.querySelector<HTMLElement>(".row-link")?.click();
  else return;
  event.preventDefault();
}

function focus(rows: HTMLElement[], at: number): void {
  const row = rows[at];
  if (!row) return;
  for (const other of rows) other.tabIndex = other === row ? 0 : -1;
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}
