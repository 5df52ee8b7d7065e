// Lists of links in a form: their buttons move rows without sending the form, rows are dragged by a handle, and the
// address field suggests the site's own pages and categories. Without this the buttons send the form and come back.

/** Suggested at most, of each kind. */
const SUGGESTED = 100;

interface Values {
  label: string;
  url: string;
  isBelow: boolean;
}

export function startLinkLists(): void {
  const lists = [...document.querySelectorAll<HTMLElement>("[data-links]")];
  for (const list of lists) start(list);
  const form = document.querySelector<HTMLFormElement>("form[data-site-links]");
  if (form) form.addEventListener("focusin", () => void suggest(form), { once: true });
  document.addEventListener("media-picked", fillAddress);
}

/** A picture chosen in the library goes into the field that its picker names. */
function fillAddress(event: Event): void {
  const name = (event.target as HTMLElement).dataset.fills;
  const field = name ? document.querySelector<HTMLInputElement>(`input[name="${name}"]`) : null;
  const picked = (event as CustomEvent<{ url: string }[]>).detail[0];
  if (!field || !picked) return;
  field.value = picked.url;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function start(list: HTMLElement): void {
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  list.append(said);
  list.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[name=do]");
    const [, act, at] = button?.value.split(".") ?? [];
    if (!button || !act) return;
    event.preventDefault();
    const row = Number(at);
    if (act === "add") add(list);
    if (act === "up") move(list, row, row - 1);
    if (act === "down") move(list, row, row + 1);
    if (act === "remove") remove(list, row);
    said.textContent = { up: `Moved to place ${row}`, down: `Moved to place ${row + 2}`, remove: "Removed", add: "" }[act] ?? "";
  });
  for (const row of rowsOf(list)) letDrag(list, row);
}

function rowsOf(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>("[data-link-row]")];
}

function field(row: HTMLElement, part: string): HTMLInputElement | null {
  return row.querySelector<HTMLInputElement>(`input[name$=".${part}"]`);
}

function read(row: HTMLElement): Values {
  return { label: field(row, "label")?.value ?? "", url: field(row, "url")?.value ?? "", isBelow: field(row, "below")?.checked ?? false };
}

/** Rows stay where they are and hand on what is in them, so that names and labels keep their numbers. */
function write(list: HTMLElement, values: Values[]): void {
  rowsOf(list).forEach((row, index) => {
    const { label, url, isBelow } = values[index] ?? { label: "", url: "", isBelow: false };
    field(row, "label")!.value = label;
    field(row, "url")!.value = url;
    const below = field(row, "below");
    if (below) below.checked = isBelow;
  });
  list.dispatchEvent(new Event("input", { bubbles: true }));
}

function move(list: HTMLElement, from: number, to: number): void {
  const values = rowsOf(list).map(read);
  const [moved] = values.splice(from, 1);
  if (!moved || to < 0 || to > values.length) return;
  values.splice(to, 0, moved);
  write(list, values);
  const row = rowsOf(list)[to];
  const same = row?.querySelector<HTMLButtonElement>(`button[value*=".${to < from ? "up" : "down"}."]`);
  (same?.disabled ? field(row!, "label") : same)?.focus();
}

function remove(list: HTMLElement, at: number): void {
  const values = rowsOf(list).map(read);
  values.splice(at, 1);
  write(list, values);
  const rows = rowsOf(list);
  if (rows.length > 1) rows.at(-1)!.remove();
  disableEnds(list);
  const next = rowsOf(list)[Math.min(at, values.length - 1)];
  if (next) field(next, "label")?.focus();
}

function add(list: HTMLElement): void {
  const rows = rowsOf(list);
  const last = rows.at(-1)!;
  const made = last.cloneNode(true) as HTMLElement;
  const number = rows.length;
  for (const element of made.querySelectorAll("[id], [name], [for], [value]")) {
    for (const attribute of ["id", "name", "for", "value"]) {
      const value = element.getAttribute(attribute);
      if (value) element.setAttribute(attribute, value.replace(/([.-])\d+(?=[.-]|$)/, `$1${number}`));
    }
  }
  for (const words of made.querySelectorAll("label, .visually-hidden")) {
    for (const text of words.childNodes) if (text.nodeType === Node.TEXT_NODE) text.textContent = text.textContent!.replace(/\blink \d+/i, `link ${number + 1}`);
  }
  field(made, "label")!.value = "";
  field(made, "url")!.value = "";
  const below = field(made, "below");
  if (below) below.checked = false;
  last.after(made);
  letDrag(list, made);
  disableEnds(list);
  field(made, "label")!.focus();
}

function disableEnds(list: HTMLElement): void {
  rowsOf(list).forEach((row, index, all) => {
    row.querySelector<HTMLButtonElement>('button[value*=".up."]')!.disabled = index === 0;
    row.querySelector<HTMLButtonElement>('button[value*=".down."]')!.disabled = index === all.length - 1;
  });
}

/** A row is taken by its handle alone, so that text in its fields can still be selected. */
function letDrag(list: HTMLElement, row: HTMLElement): void {
  const handle = row.querySelector<HTMLElement>("[data-drag]");
  if (!handle) return;
  handle.hidden = false;
  handle.addEventListener("pointerdown", () => (row.draggable = true));
  row.addEventListener("dragstart", (event) => {
    event.dataTransfer?.setData("text/plain", String(rowsOf(list).indexOf(row)));
    row.classList.add("is-dragged");
  });
  row.addEventListener("dragover", (event) => {
    if (list.querySelector(".is-dragged")) event.preventDefault();
  });
  row.addEventListener("drop", (event) => {
    const dragged = list.querySelector<HTMLElement>(".is-dragged");
    if (!dragged) return;
    event.preventDefault();
    const rows = rowsOf(list);
    move(list, rows.indexOf(dragged), rows.indexOf(row));
  });
  row.addEventListener("dragend", () => {
    row.draggable = false;
    row.classList.remove("is-dragged");
  });
}

/** The site's pages and categories, for the address fields. When they cannot be had, addresses are typed. */
async function suggest(form: HTMLFormElement): Promise<void> {
  const headers = { accept: "application/json", "contentpilot-organization": form.dataset.siteLinks ?? "" };
  const ask = async (path: string): Promise<Record<string, string>[]> => {
    const answer = await fetch(`/api/v1${path}`, { headers }).catch(() => null);
    return answer?.ok ? (await answer.json()).data : [];
  };
  const [pages, categories] = await Promise.all([
    ask(`/content?type=PAGE&status=PUBLISHED&limit=${SUGGESTED}`),
    ask(`/categories?limit=${SUGGESTED}`),
  ]);
  const options = document.createElement("datalist");
  options.id = "site-addresses";
  options.append(
    ...pages.map((page) => new Option(page.title, `/${page.slug}`)),
    ...categories.map((category) => new Option(`Category ${category.name}`, `/category/${category.slug}`)),
  );
  form.append(options);
  const give = () => {
    for (const field of form.querySelectorAll("[data-site-address]")) field.setAttribute("list", options.id);
  };
  give();
  form.addEventListener("focusin", give);
}
