/** The declarations as they are written: a strict policy keeps the browser from reading them itself. */
export function looks(element: Element): Map<string, string> {
  const declarations = (element.getAttribute("style") ?? "").toLowerCase().split(";");
  const pairs = declarations.map((one) => one.split(":").map((part) => part.trim()));
  return new Map(pairs.map(([name, value]) => [name ?? "", value ?? ""]));
}
