// The tree of categories, arranged by pointer: <category-tree> stands around its table. Each row's buttons do the same
// by keyboard and without scripts; here they only spare the page its way, and say where a category has gone.
import { Drag, type Drop } from "./drag";
import { rowsOf, wordsFor } from "./rows";

export class CategoryTree extends HTMLElement {
  private isMoving = false;

  connectedCallback(): void {
    this.prepare();
    this.addEventListener("submit", (event) => this.submitted(event));
    new Drag(this, (row, drop) => void this.dropped(row, drop));
  }

  private prepare(): void {
    for (const handle of this.querySelectorAll<HTMLElement>(".tree-handle")) handle.hidden = false;
  }

  private submitted(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    const button = event.submitter as HTMLButtonElement | null;
    const row = form.closest<HTMLElement>("tr");
    if (!row || !button?.value) return;
    event.preventDefault();
    void this.send(row, { direction: button.value }).then((moved) => moved && this.focusAgain(row.id, button.value));
  }

  private async dropped(row: HTMLElement, { parent, before }: Drop): Promise<void> {
    const isHere = parent === row.dataset.parent && (before === row.dataset.id || before === nextOf(this, row));
    if (!isHere) await this.send(row, { parent_id: parent, before });
  }

  /** Sends a move as the row's form would, and shows the tree that comes back. */
  private async send(row: HTMLElement, fields: Record<string, string>): Promise<boolean> {
    if (this.isMoving) return false;
    this.isMoving = true;
    try {
      const form = row.querySelector("form")!;
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const rows = page.querySelector("category-tree tbody");
      if (!answer.ok || !rows) throw new Error(page.querySelector("main p")?.textContent ?? "");
      this.querySelector("tbody")!.replaceWith(document.adoptNode(rows));
      this.prepare();
      const refusal = page.querySelector(".flash-error")?.textContent?.trim();
      this.tell(refusal || wordsFor(this, row.id), Boolean(refusal));
      return true;
    } catch (error) {
      const words = error instanceof Error && !(error instanceof TypeError) ? error.message : "";
      this.tell(`It was not moved. ${words || "The server cannot be reached; look after your connection and try again."}`, true);
      return false;
    } finally {
      this.isMoving = false;
    }
  }

  private tell(words: string, isRefusal = false): void {
    const told = this.querySelector<HTMLElement>("[role=status]")!;
    told.classList.toggle("visually-hidden", !isRefusal);
    told.textContent = words;
  }

  /** The button that was pressed, or where it leads no further, another one of the same row. */
  private focusAgain(id: string, direction: string): void {
    const buttons = [...this.querySelectorAll<HTMLButtonElement>(`[id="${id}"] form button`)].filter(({ disabled }) => !disabled);
    (buttons.find(({ value }) => value === direction) ?? buttons[0])?.focus();
  }
}

/** The sibling that follows a row; empty for the last one. */
function nextOf(tree: Element, row: HTMLElement): string {
  const siblings = rowsOf(tree).filter(({ dataset }) => dataset.parent === row.dataset.parent);
  return siblings[siblings.indexOf(row) + 1]?.dataset.id ?? "";
}

if (!customElements.get("category-tree")) customElements.define("category-tree", CategoryTree);
