// The rows of the tree: each stands before those below it and names its parent.

export function rowsOf(tree: Element): HTMLElement[] {
  return [...tree.querySelectorAll<HTMLElement>("tbody > tr")];
}

/** The ids of a row and of all that stand below it. */
export function within(tree: Element, row: HTMLElement): Set<string> {
  const found = new Set([row.dataset.id ?? ""]);
  for (const { dataset } of rowsOf(tree)) if (dataset.parent && found.has(dataset.parent)) found.add(dataset.id ?? "");
  return found;
}

/** Where a category stands now, for those who do not see it. */
export function wordsFor(tree: Element, id: string): string {
  const rows = rowsOf(tree);
  const row = rows.find((one) => one.id === id);
  if (!row) return "";
  const siblings = rows.filter(({ dataset }) => dataset.parent === row.dataset.parent);
  const parent = rows.find(({ dataset }) => dataset.id === row.dataset.parent);
  const place = parent ? `below ${parent.dataset.name}` : "at the top";
  return `${row.dataset.name} is now ${place}, ${siblings.indexOf(row) + 1} of ${siblings.length}.`;
}
