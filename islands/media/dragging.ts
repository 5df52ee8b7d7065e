// Files are moved by dragging them onto a folder of the tree. The keyboard has the bar beneath the list for it.

const KIND = "application/x-contentpilot-assets";

export function startDragging(): void {
  document.addEventListener("dragstart", (event) => {
    const asset = (event.target as Element).closest<HTMLElement>(".asset[draggable]");
    if (!asset || !event.dataTransfer) return;
    const box = asset.querySelector<HTMLInputElement>('input[name="ids"]');
    // What is dragged is what is chosen, and the one beneath the pointer in any case.
    if (box && !box.checked) {
      for (const other of box.form?.querySelectorAll<HTMLInputElement>('input[name="ids"]:checked') ?? []) other.checked = false;
      box.checked = true;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
    event.dataTransfer.setData(KIND, asset.dataset.id ?? "");
    event.dataTransfer.effectAllowed = "move";
  });
  const target = (event: DragEvent) =>
    event.dataTransfer?.types.includes(KIND) ? (event.target as Element).closest<HTMLElement>("a[data-folder]") : null;
  document.addEventListener("dragover", (event) => {
    const folder = target(event);
    for (const marked of document.querySelectorAll("a.is-target")) if (marked !== folder) marked.classList.remove("is-target");
    if (!folder) return;
    event.preventDefault();
    folder.classList.add("is-target");
  });
  document.addEventListener("drop", (event) => {
    const folder = target(event);
    const form = document.querySelector<HTMLFormElement>("#bulk");
    if (!folder || !form) return;
    event.preventDefault();
    const select = form.querySelector<HTMLSelectElement>("#bulk-folder");
    const button = form.querySelector<HTMLButtonElement>('button[value="move"]');
    if (!select || !button) return;
    const id = folder.dataset.folder ?? "";
    if (![...select.options].some((option) => option.value === id)) select.add(new Option(folder.textContent ?? "", id));
    select.value = id;
    form.requestSubmit(button);
  });
}
