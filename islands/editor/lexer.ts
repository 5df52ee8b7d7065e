// Colours for code, from the same table of languages and by the same rules as the site's (crates/site/src/code).
import table from "../../crates/site/src/code/languages.json";

interface Language {
  names: string[];
  line: string[];
  block: string[][];
  strings: string[];
  keywords: string;
  caseless?: boolean;
  markup?: boolean;
}

export interface Piece {
  from: number;
  to: number;
  kind: "comment" | "string" | "number" | "keyword" | "name";
}

/** Characters beyond which a block is left as it is. */
const LONGEST = 64 * 1024;
const WORD = /[\p{L}\p{N}_]/u;

/** The first name of each language that has colours. */
export const LANGUAGES: string[] = (table as Language[]).map(({ names }) => names[0]!);

export function lex(name: string, code: string): Piece[] {
  const language = (table as Language[]).find(({ names }) => names.includes(name.toLowerCase()));
  if (!language || code.length > LONGEST) return [];
  const pieces: Piece[] = [];
  let inTag = false;
  for (let at = 0; at < code.length; ) {
    const found = begins(language, code, at, inTag);
    if (!found) {
      if (language.markup) inTag = (inTag || code[at] === "<") && code[at] !== ">";
      at++;
      continue;
    }
    if (found.kind) pieces.push({ from: at, to: at + found.length, kind: found.kind });
    at += found.length;
  }
  return pieces;
}

interface Found {
  kind?: Piece["kind"] | undefined;
  length: number;
}

/** What begins here, and how long it is; nothing for what means nothing by itself. */
function begins(language: Language, code: string, at: number, inTag: boolean): Found | null {
  const before = at > 0 ? code[at - 1]! : "";
  const starts = (text: string) => code.startsWith(text, at);
  const isFree = !WORD.test(before) && before !== "$" && before !== ":";
  if (isFree && language.line.some(starts)) return { kind: "comment", length: end(code, "\n", at) - at };
  const block = language.block.find(([start]) => starts(start!));
  if (block) {
    const stop = code.indexOf(block[1]!, at + block[0]!.length);
    return { kind: "comment", length: (stop < 0 ? code.length : stop + block[1]!.length) - at };
  }
  const quote = inTag || !language.markup ? language.strings.find(starts) : undefined;
  return quote ? { kind: "string", length: stringEnd(code, quote, at) - at } : word(language, code, at, inTag);
}

function end(code: string, sign: string, from: number): number {
  const at = code.indexOf(sign, from);
  return at < 0 ? code.length : at;
}

/** Up to the same quote again, or to the end of the line where such strings end with it. */
function stringEnd(code: string, quote: string, from: number): number {
  const isOfOneLine = quote === '"' || quote === "'";
  for (let at = from + quote.length; at < code.length; at++) {
    if (isOfOneLine && code[at] === "\n") return at;
    if (code[at] === "\\") at++;
    else if (code.startsWith(quote, at)) return at + quote.length;
  }
  return code.length;
}

function word(language: Language, code: string, at: number, inTag: boolean): Found | null {
  const first = code[at]!;
  if (!WORD.test(first) && first !== "@" && first !== "!") return null;
  const isNumber = /\d/.test(first);
  const hyphens = language.markup || language.names.includes("css");
  let to = at + 1;
  while (to < code.length && (WORD.test(code[to]!) || (hyphens && code[to] === "-") || (isNumber && code[to] === "."))) to++;
  const before = at > 0 ? code[at - 1]! : "";
  const length = to - at;
  if (WORD.test(before)) return { length };
  if (language.markup) return { kind: inTag && /[</]/.test(before) ? "keyword" : inTag ? "name" : undefined, length };
  const text = language.caseless ? code.slice(at, to).toLowerCase() : code.slice(at, to);
  if (language.keywords.split(" ").includes(text)) return { kind: "keyword", length };
  return { kind: isNumber ? "number" : code[to] === "(" ? "name" : undefined, length };
}
