// Counts what is chosen, and chooses everything that is shown by Ctrl A.

export function startChoosing(): void {
  // Whoever comes back finds what was chosen then, and how many.
  addEventListener("pageshow", () => document.querySelectorAll<HTMLFormElement>(".media-form").forEach((form) => form.querySelector('input[name="ids"]:checked') && count(form)));
  document.addEventListener("change", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>(".media-form");
    // After everybody who chooses others with it has done so.
    if (form) requestAnimationFrame(() => count(form));
  });
  // Ctrl A within the list chooses all that is shown; Escape chooses nothing.
  document.addEventListener("keydown", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>(".media-form");
    const isAll = event.key === "a" && (event.ctrlKey || event.metaKey) && !(event.target as Element).matches('input:not([type="checkbox"])');
    if (!form || !(isAll || event.key === "Escape")) return;
    const boxes = [...form.querySelectorAll<HTMLInputElement>('input[name="ids"]')];
    if (boxes.length === 0) return;
    event.preventDefault();
    for (const box of boxes) box.checked = isAll;
    boxes[0]?.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function count(form: HTMLFormElement): void {
  const words = form.querySelector("[data-count]");
  if (words) words.textContent = `${form.querySelectorAll('input[name="ids"]:checked').length} chosen`;
}
