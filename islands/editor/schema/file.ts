import { Node } from "@tiptap/core";

const link = (figure: HTMLElement) => figure.querySelector("a");

/** A file to take along: `<figure class="file"><a href="…" download>Timetable <small>PDF · 2 MB</small></a></figure>`. */
export const FileBlock = Node.create({
  name: "file",
  group: "block",
  atom: true,
  draggable: true,
  addAttributes: () => ({
    href: { default: "", parseHTML: (figure: HTMLElement) => link(figure)?.getAttribute("href") ?? "" },
    note: { default: "", parseHTML: (figure: HTMLElement) => link(figure)?.querySelector("small")?.textContent ?? "" },
    label: {
      default: "",
      parseHTML: (figure: HTMLElement) => {
        const copy = link(figure)?.cloneNode(true) as HTMLElement | undefined;
        copy?.querySelector("small")?.remove();
        return copy?.textContent?.trim() ?? "";
      },
    },
  }),
  parseHTML: () => [{ tag: "figure.file", priority: 63, getAttrs: (figure) => (figure.querySelector(":scope > a:only-child") ? null : false) }],
  renderHTML: ({ node }) => {
    const { href, label, note } = node.attrs;
    const words = note ? [`${label} `, ["small", {}, note]] : [label];
    return ["figure", { class: "file" }, ["a", { href, download: "", rel: "noopener" }, ...words]];
  },
});
