// A folder is moved by dragging it onto another one of the tree, or onto "At the top". The keyboard has the folder's own page for
// it, whose form is what is sent here too, so that it says what it says there when a place is refused.

const KIND = "application/x-contentpilot-folder";

/** Whether a path lies in another one, or is it. */
const isWithin = (path: string, above: string) => path === above || path.startsWith(`${above}/`);

function send(moved: HTMLElement, parent: string): void {
  const { folder = "", name = "", version = "" } = moved.dataset;
  const form = document.createElement("form");
  form.method = "post";
  form.action = `${location.pathname.replace(/\/$/, "")}/folders/${encodeURIComponent(folder)}`;
  for (const [field, value] of Object.entries({ name, parent_id: parent, version })) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: field, value });
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}

export function startDraggingFolders(): void {
  let moved: HTMLElement | null = null;
  document.addEventListener("dragstart", (event) => {
    const folder = (event.target as Element).closest<HTMLElement>("a[data-folder][draggable=true]");
    if (!folder || !event.dataTransfer) return;
    moved = folder;
    event.dataTransfer.setData(KIND, folder.dataset.folder ?? "");
    event.dataTransfer.effectAllowed = "move";
  });
  document.addEventListener("dragend", () => {
    moved = null;
    for (const marked of document.querySelectorAll("a.is-target")) marked.classList.remove("is-target");
  });
  /** The folder beneath the pointer, unless what is dragged lies there already or would come to lie in itself. */
  const target = (event: DragEvent): HTMLElement | null => {
    if (!moved || !event.dataTransfer?.types.includes(KIND)) return null;
    const folder = (event.target as Element).closest<HTMLElement>("a[data-folder]");
    const [path, into] = [moved.dataset.path ?? "", folder?.dataset.path ?? ""];
    const isThere = path.slice(0, path.lastIndexOf("/")) === into;
    return folder && !isThere && !isWithin(into, path) ? folder : null;
  };
  document.addEventListener("dragover", (event) => {
    if (!moved) return;
    const folder = target(event);
    for (const marked of document.querySelectorAll("a.is-target")) if (marked !== folder) marked.classList.remove("is-target");
    if (!folder) return;
    event.preventDefault();
    folder.classList.add("is-target");
  });
  document.addEventListener("drop", (event) => {
    const folder = target(event);
    if (!folder || !moved) return;
    event.preventDefault();
    send(moved, folder.dataset.folder ?? "");
  });
}
