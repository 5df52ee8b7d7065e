// What a writer wants to know about the text: its length, its headings and what readers may stumble over.
import type { Node } from "@tiptap/pm/model";

const WORDS_A_MINUTE = 225;
const IDEOGRAPH = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u{20000}-\u{3ffff}]/u;
const VAGUE = new Set(["here", "click here", "read more", "more", "link", "this", "this link", "learn more"]);

/** Words as the server counts them: two characters of Chinese, Japanese and Korean are one. */
export function countWords(doc: Node): number {
  const text = doc.textBetween(0, doc.content.size, " ", " ");
  let ideographs = 0;
  const rest = [...text].map((character) => (IDEOGRAPH.test(character) ? (ideographs++, " ") : character)).join("");
  return rest.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length + Math.floor(ideographs / 2);
}

export function readingMinutes(words: number): number {
  return words === 0 ? 0 : Math.max(1, Math.floor(words / WORDS_A_MINUTE));
}

export interface Place {
  at: number;
  words: string;
  level: number;
}

export function headings(doc: Node): Place[] {
  const found: Place[] = [];
  doc.descendants((node, at) => {
    if (node.type.name === "heading" && node.textContent.trim()) found.push({ at, words: node.textContent, level: node.attrs.level });
    return !node.isTextblock;
  });
  return found;
}

/** What to mend, with the place of each. */
export function warnings(doc: Node): Place[] {
  const found: Place[] = [];
  const warn = (at: number, words: string) => found.push({ at, words, level: 2 });
  let level = 1;
  doc.descendants((node, at) => {
    if (node.type.name === "heading") {
      if (node.attrs.level > level + 1) warn(at, `Heading ${node.attrs.level} follows heading ${level}: “${node.textContent}”`);
      level = node.attrs.level;
    }
    if ((node.type.name === "figure" || node.type.name === "picture") && !node.attrs.alt) warn(at, "A picture has no alternative text");
    const link = node.isText && node.marks.some(({ type }) => type.name === "link");
    if (link && VAGUE.has((node.text ?? "").trim().toLowerCase())) warn(at, `A link says only “${node.text}”`);
    return true;
  });
  return found;
}
