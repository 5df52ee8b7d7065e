// Somebody else saved: what does not overlap is merged, and for what does the writer chooses block by block.
import { type Item, lastAuthor } from "./api";
import { announce, button, element, icon } from "./markup";
import { blocksOf, isOverlap, merge, type Overlap, type Piece } from "./merge";

export interface Text {
  title: string;
  content: string;
  excerpt: string;
}

interface Wishes {
  /** What both versions grew from. */
  base: () => Text;
  mine: () => Text;
  /** Reads what is stored now. */
  read: () => Promise<Item>;
  /** Puts the merged text into the form and saves it on top of theirs. */
  take: (merged: Text, theirs: Item) => void;
}

type Choice = "theirs" | "mine" | "both";
type Pieces = Record<keyof Text, Piece[]>;

const NAMES: Record<keyof Text, string> = { title: "Title", content: "Text", excerpt: "Excerpt" };
const FIELDS = Object.keys(NAMES) as (keyof Text)[];

/** Merges with what is stored. Where both changed the same block, both are shown above the text until the writer has chosen. */
export async function solveConflict(form: HTMLFormElement, id: string, wishes: Wishes): Promise<void> {
  const [theirs, author] = await Promise.all([wishes.read(), lastAuthor(id)]);
  const pieces = compare(wishes, theirs);
  if (overlapsOf(pieces).length > 0) return show(form, { theirs, author, pieces }, wishes);
  wishes.take(joined(pieces, []), theirs);
  tell(form, `${author} saved a newer version meanwhile. Your changes and theirs did not overlap and are both in the text.`);
}

function compare(wishes: Wishes, theirs: Item): Pieces {
  const [base, mine] = [wishes.base(), wishes.mine()];
  const stored: Text = { title: theirs.title, content: theirs.content ?? "", excerpt: theirs.excerpt ?? "" };
  const parts = (field: keyof Text, text: Text) => (field === "content" ? blocksOf(text.content) : [text[field]]);
  const merged = FIELDS.map((field) => [field, merge(parts(field, base), parts(field, stored), parts(field, mine))]);
  return Object.fromEntries(merged) as Pieces;
}

function overlapsOf(pieces: Pieces): { field: keyof Text; overlap: Overlap }[] {
  return FIELDS.flatMap((field) => pieces[field].filter(isOverlap).map((overlap) => ({ field, overlap })));
}

/** The pieces as a text, with the choice for each overlap in their order. */
function joined(pieces: Pieces, choices: Choice[]): Text {
  const left = [...choices];
  const settled = (piece: Piece): string[] => {
    if (!isOverlap(piece)) return piece;
    const choice = left.shift() ?? "mine";
    return choice === "both" ? [...piece.theirs, ...piece.mine] : piece[choice];
  };
  const text = (field: keyof Text) => pieces[field].flatMap(settled).join("\n");
  return { title: text("title"), content: text("content"), excerpt: text("excerpt") };
}

interface Conflict {
  theirs: Item;
  author: string;
  pieces: Pieces;
}

function show(form: HTMLFormElement, conflict: Conflict, wishes: Wishes): void {
  const overlaps = overlapsOf(conflict.pieces);
  const sets = overlaps.map(({ field, overlap }, index) => choose(field, overlap, index));
  const chosen = () => sets.map((set) => set.querySelector<HTMLInputElement>("input:checked")!.value as Choice);
  const settle = (choices: Choice[]) => {
    notice.remove();
    // Writing went on while both versions were shown; what overlaps now may be something else.
    const pieces = compare(wishes, conflict.theirs);
    if (JSON.stringify(overlapsOf(pieces)) !== JSON.stringify(overlaps)) return show(form, { ...conflict, pieces }, wishes);
    wishes.take(joined(pieces, choices), conflict.theirs);
    announce("Merged");
  };
  const all = (choice: Choice) => () => settle(overlaps.map(() => choice));
  const words = `You both changed the same ${overlaps.length === 1 ? "part" : `${overlaps.length} parts`}; everything else is merged. Your text is still here and nothing is saved before you have chosen.`;
  const notice = element("section", { class: "notice notice-warning conflict", role: "alert", "aria-labelledby": "conflict-live" }, [
    icon("triangle-alert"),
    element("div", {}, [
      element("h2", { id: "conflict-live" }, [`${conflict.author} saved a newer version`]),
      element("p", {}, [words]),
      ...sets,
      element("div", { class: "form-end" }, [button("Take theirs", all("theirs")), button("Keep mine", all("mine")), button("Merge as chosen", () => settle(chosen()), "button button-primary")]),
    ]),
  ]);
  form.querySelector(".editor-main")?.prepend(notice);
  notice.scrollIntoView({ block: "nearest" });
}

/** Both versions of an overlap side by side, each with its choice. */
function choose(field: keyof Text, { theirs, mine }: Overlap, index: number): HTMLElement {
  const [theirWords, myWords] = [theirs, mine].map((blocks) => (field === "content" ? blocks.map(wordsOf) : blocks).join("\n"));
  // What differs in its markup alone is shown with it.
  const isSameText = theirWords === myWords;
  const column = (choice: Choice, label: string, blocks: string[], words: string) =>
    element("div", {}, [radio(choice, label, index), element("pre", { tabindex: "0", "aria-label": label }, [(isSameText ? blocks.join("\n") : words) || "Removed"])]);
  const columns = [column("theirs", "Theirs", theirs, theirWords!), column("mine", "Yours", mine, myWords!)];
  const set = element("fieldset", { class: "difference" }, [element("legend", {}, [NAMES[field]]), element("div", { class: "difference-columns" }, columns)]);
  if (field === "content") set.append(radio("both", "Both, theirs first", index));
  return set;
}

function radio(value: Choice, label: string, index: number): HTMLElement {
  // Named by no field of the form: the choice is not sent.
  const input = element("input", { type: "radio", name: `conflict-${index}`, value, form: "", checked: value === "mine" });
  return element("label", { class: "difference-choice" }, [input, label]);
}

function wordsOf(html: string): string {
  return new DOMParser().parseFromString(html, "text/html").body.textContent ?? "";
}

function tell(form: HTMLFormElement, words: string): void {
  form.querySelector(".conflict-merged")?.remove();
  const dismiss = element("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", title: "Dismiss" }, [icon("x")]);
  const notice = element("div", { class: "notice conflict-merged", role: "status" }, [icon("info"), element("p", {}, [words]), dismiss]);
  dismiss.addEventListener("click", () => notice.remove());
  form.querySelector(".editor-main")?.prepend(notice);
}
