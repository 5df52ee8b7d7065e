// An element's classes say several things at once; each of these says one and leaves the others as they are.

/** The one of these classes that there is, or the empty one. */
export function classOf(classes: string | null | undefined, choices: { value: string }[]): string {
  const words = (classes ?? "").split(/\s+/);
  return choices.find(({ value }) => value !== "" && words.includes(value))?.value ?? "";
}

/** The classes with this one of the choices and none of its others; nothing when none is left. */
export function withClass(classes: string | null | undefined, choices: { value: string }[], chosen: string): string | null {
  const others = (classes ?? "").split(/\s+/).filter((word) => word && !choices.some(({ value }) => value === word));
  return [...others, ...(chosen ? [chosen] : [])].join(" ") || null;
}
