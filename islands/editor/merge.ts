// Two texts that grew from one: what only one side changed is taken, block by block; where both changed, somebody chooses.

/** Texts of more blocks are not compared, in pairs of blocks. */
const WEIGHED_AT_MOST = 4_000_000;

/** Blocks that both sides changed, each in its own way. */
export interface Overlap {
  theirs: string[];
  mine: string[];
}

/** Blocks that are settled, or an overlap. */
export type Piece = string[] | Overlap;

export const isOverlap = (piece: Piece): piece is Overlap => !Array.isArray(piece);

/** The top-level blocks of a body, each as its HTML. */
export function blocksOf(html: string): string[] {
  const body = new DOMParser().parseFromString(`<body>${html}</body>`, "text/html").body;
  const holder = body.ownerDocument.createElement("p");
  return [...body.childNodes].flatMap((node) => {
    if (node instanceof Element) return [node.outerHTML];
    holder.textContent = node.textContent;
    return node.textContent?.trim() ? [holder.outerHTML] : [];
  });
}

/** Merges what became of `base` on two sides. */
export function merge(base: string[], theirs: string[], mine: string[]): Piece[] {
  const [inTheirs, inMine] = [matches(base, theirs), matches(base, mine)];
  const pieces: Piece[] = [];
  let [atBase, atTheirs, atMine] = [0, 0, 0];
  for (let index = 0; index <= base.length; index++) {
    const isEnd = index === base.length;
    const [their, own] = isEnd ? [theirs.length, mine.length] : [inTheirs[index]!, inMine[index]!];
    // Only a block that both sides left as it was parts the changes before it from those after it.
    if (their < 0 || own < 0) continue;
    pieces.push(...settle(base.slice(atBase, index), theirs.slice(atTheirs, their), mine.slice(atMine, own)));
    if (!isEnd) pieces.push([base[index]!]);
    [atBase, atTheirs, atMine] = [index + 1, their + 1, own + 1];
  }
  return pieces;
}

function settle(base: string[], theirs: string[], mine: string[]): Piece[] {
  if (isSame(theirs, mine) || isSame(base, mine)) return [theirs];
  if (isSame(base, theirs)) return [mine];
  const isPaired = base.length > 1 && base.length === theirs.length && base.length === mine.length;
  // Neighbours that were changed by one each are no overlap.
  if (isPaired) return base.flatMap((block, index) => settle([block], [theirs[index]!], [mine[index]!]));
  return [{ theirs, mine }];
}

function isSame(one: string[], other: string[]): boolean {
  return one.length === other.length && one.every((block, index) => block === other[index]);
}

/** For each block of `from` the place of the same one in `to`, or -1: the longest row of them in order. */
function matches(from: string[], to: string[]): number[] {
  const found = new Array<number>(from.length).fill(-1);
  let start = 0;
  while (start < from.length && start < to.length && from[start] === to[start]) found[start] = start++;
  let [end, toEnd] = [from.length, to.length];
  while (end > start && toEnd > start && from[end - 1] === to[toEnd - 1]) found[--end] = --toEnd;
  const [rows, columns] = [end - start, toEnd - start];
  if (rows * columns > WEIGHED_AT_MOST) return found;
  const longest = Array.from({ length: rows + 1 }, () => new Uint16Array(columns + 1));
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const isMatch = from[start + row] === to[start + column];
      longest[row]![column] = isMatch ? longest[row + 1]![column + 1]! + 1 : Math.max(longest[row + 1]![column]!, longest[row]![column + 1]!);
    }
  }
  for (let row = 0, column = 0; row < rows && column < columns; ) {
    if (from[start + row] === to[start + column]) found[start + row++] = start + column++;
    else if (longest[row + 1]![column]! >= longest[row]![column + 1]!) row++;
    else column++;
  }
  return found;
}
