// The page of an item as it is now, and those of its parts that change without the text.

/** The page at this address; nothing when it cannot be read now. */
export async function readPage(address: string): Promise<Document | undefined> {
  const answer = await fetch(address).catch(() => undefined);
  return answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : undefined;
}

/** Shows a page's status, review, preview links and what else is done with the item. */
export function showParts(page: Document): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-of-item]")) {
    const made = page.querySelector(`[data-of-item="${part.dataset.ofItem}"]`);
    if (made) part.replaceChildren(...document.importNode(made, true).childNodes);
    part.dispatchEvent(new Event("arrived", { bubbles: true }));
  }
}

/** Whether the item on this page is not to be written any more as this form does, as a draft or as changes of what is public. A
 * page of something else, such as of signing in, says nothing about it. */
export function isOvertaken(page: Document, form: HTMLFormElement): boolean {
  const now = page.querySelector<HTMLFormElement>("form.editor");
  const savesItself = page.querySelector("content-editor[data-autosave]") !== null;
  return now !== null && (!savesItself || "changes" in now.dataset !== "changes" in form.dataset);
}

/** What became of the item, in the words of its page. One that shows changes now, which have a status of their own, is public. */
export function statusOf(page: Document, form: HTMLFormElement): string {
  if (page.querySelector("form.editor[data-changes]") && !("changes" in form.dataset)) return "Published";
  return page.querySelector('[data-of-item="status"]')?.textContent?.trim() ?? "";
}

/** Whether whoever reads this page may change the item. */
export function isReadOnly(page: Document): boolean {
  return page.querySelector("fieldset[disabled] content-editor") !== null;
}
