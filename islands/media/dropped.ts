// What was dropped: files, and folders with everything in them.

export interface Dropped {
  file: File;
  /** The folders around it, as `Summer/Boats`; empty for a file that was dropped by itself. */
  path: string;
}

export async function dropped(transfer: DataTransfer): Promise<Dropped[]> {
  // The list is emptied when this event is over, so the entries are taken at once.
  const entries = [...transfer.items].map((item) => (item.kind === "file" ? item.webkitGetAsEntry() : null));
  const files = [...transfer.files];
  const found: Dropped[] = [];
  if (entries.some((entry) => entry?.isDirectory)) {
    for (const entry of entries) if (entry) await walk(entry, "", found);
    return found;
  }
  return files.map((file) => ({ file, path: "" }));
}

/** Files chosen together with their folder. */
export function chosen(files: FileList): Dropped[] {
  return [...files].map((file) => ({ file, path: file.webkitRelativePath.split("/").slice(0, -1).join("/") }));
}

async function walk(entry: FileSystemEntry, path: string, found: Dropped[]): Promise<void> {
  // Files of systems, such as .DS_Store, are nobody's pictures.
  if (entry.name.startsWith(".") || entry.name === "Thumbs.db") return;
  if (entry.isFile) {
    found.push({ file: await new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)), path });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const below = path ? `${path}/${entry.name}` : entry.name;
  // A reader gives a part at a time, and none at the end.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return;
    for (const inner of part) await walk(inner, below, found);
  }
}
