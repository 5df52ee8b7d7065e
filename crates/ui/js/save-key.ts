/** ⌘ S and Ctrl S save the form of the page instead of the page itself. */
export function startSaveKey(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-save-key]");
  if (!form) return;
  addEventListener("keydown", (event) => {
    if (!(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    const button = form.querySelector<HTMLButtonElement>("button[data-save]");
    form.requestSubmit(button ?? undefined);
  });
}
