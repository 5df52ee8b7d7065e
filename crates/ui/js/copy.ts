/** Buttons that copy the text of the element they name. */
export function startCopying(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-copy]")) {
    const source = document.getElementById(button.dataset.copy ?? "");
    const label = button.querySelector("span");
    if (!source || !label) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.textContent ?? "");
        label.textContent = "Copied";
      } catch {
        // Without leave to use the clipboard the text is selected, so that the keyboard can copy it.
        getSelection()?.selectAllChildren(source);
        label.textContent = "Press Ctrl C";
      }
    });
  }
}
