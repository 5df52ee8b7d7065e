// Counts what is chosen, and offers to choose everything that is shown.

export function startChoosing(): void {
  document.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    const form = box.name === "ids" ? box.form : null;
    const count = form?.querySelector("[data-count]");
    if (!form || !count) return;
    const boxes = [...form.querySelectorAll<HTMLInputElement>('input[name="ids"]')];
    const chosen = boxes.filter(({ checked }) => checked).length;
    count.textContent = `${chosen} chosen`;
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
