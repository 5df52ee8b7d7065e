// Pictures are chosen from the library, and shown beside their address.
import { OTHER, pick } from "../picker/picker";

export function startPictures(form: HTMLFormElement, changed: () => void): void {
  form.addEventListener("click", async (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[data-choose]");
    if (!button) return;
    const picked = await pick({ organization: button.dataset.organization ?? "", kind: "image", isMany: false, title: "Choose a picture" });
    button.focus();
    const first = picked === OTHER ? undefined : picked[0];
    const block = button.closest<HTMLElement>("[data-block]");
    if (!first || !block) return;
    const field = block.querySelector<HTMLInputElement>('[name="src"]')!;
    field.value = first.url;
    const alt = block.querySelector<HTMLInputElement>('[name="alt"]');
    if (alt && !alt.value) alt.value = first.alt;
    show(block);
    changed();
  });
  form.addEventListener("change", (event) => {
    const field = event.target as HTMLElement;
    const block = field.closest<HTMLElement>("[data-block]");
    if (block && field.matches('[name="src"]')) show(block);
  });
}

function show(block: HTMLElement): void {
  const shown = block.querySelector<HTMLImageElement>("[data-shown]");
  const address = block.querySelector<HTMLInputElement>('[name="src"]')?.value.trim() ?? "";
  if (!shown) return;
  shown.hidden = !/^(https?:\/\/|\/media\/)/.test(address);
  if (shown.hidden) shown.removeAttribute("src");
  else shown.src = address;
}
