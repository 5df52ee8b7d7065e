// The moderation queue by keyboard. Single keys work only while a comment, or something in it, has the focus
// (WCAG 2.1.4), so they never surprise anybody who types or speaks elsewhere.

/** Where to go on after a decision, which loads the page anew. */
const PLACE = "moderation-place";

export function startModeration(): void {
  const list = document.querySelector<HTMLElement>("[data-moderation]");
  if (!list) return;
  const comments = [...list.querySelectorAll<HTMLElement>("[data-comment]")];
  for (const comment of comments) comment.tabIndex = comment === comments[0] ? 0 : -1;
  for (const hint of document.querySelectorAll<HTMLElement>("[data-moderation-keys]")) hint.hidden = false;
  startChoosingAll(list);
  comeBack(comments);
  list.addEventListener("keydown", (event) => press(event, comments));
}

function press(event: KeyboardEvent, comments: HTMLElement[]): void {
  const field = event.target as HTMLElement;
  const isTyping = field.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (isTyping || event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return;
  const at = comments.findIndex((comment) => comment.contains(field));
  const comment = comments[at];
  if (!comment) return;
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") {
    focus(comments, at + (key === "j" ? 1 : -1));
  } else if (key === "x") {
    comment.querySelector<HTMLInputElement>("input[type=checkbox]")?.click();
  } else if (key === "enter" && field === comment) {
    comment.querySelector<HTMLElement>("[data-open]")?.click();
  } else if ("ars".includes(key) && key.length === 1) {
    const button = comment.querySelector<HTMLElement>(`[data-move="${key}"]`);
    if (!button) return;
    remember(at);
    button.click();
  } else {
    return;
  }
  event.preventDefault();
}

function focus(comments: HTMLElement[], at: number): void {
  const comment = comments[at];
  if (!comment) return;
  for (const other of comments) other.tabIndex = other === comment ? 0 : -1;
  comment.focus();
}

/** The next comment takes the place of the one that was decided about and left the list. */
function comeBack(comments: HTMLElement[]): void {
  try {
    const place = sessionStorage.getItem(PLACE);
    sessionStorage.removeItem(PLACE);
    if (place !== null) focus(comments, Math.min(Number(place), comments.length - 1));
  } catch {
    // Without storage the focus begins at the top.
  }
}

function remember(at: number): void {
  try {
    sessionStorage.setItem(PLACE, String(at));
  } catch {
    // As above.
  }
}

function startChoosingAll(list: HTMLElement): void {
  const label = document.querySelector<HTMLElement>("[data-choose-all]");
  const all = label?.querySelector<HTMLInputElement>("input");
  if (!label || !all) return;
  label.hidden = false;
  const boxes = [...list.querySelectorAll<HTMLInputElement>("input[name=id]")];
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  list.addEventListener("change", () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  });
}
