// Somebody else saved: what does not overlap is merged, and for what does the writer chooses block by block.
import { type Item, lastAuthor } from "./api";
import { NAMES, shown, type Values, valuesOfItem, zoneOf } from "./fields";
import { announce, button, element, icon } from "./markup";
import { blocksOf, isOverlap, merge, type Overlap, type Piece } from "./merge";

interface Wishes {
  /** What both versions grew from. */
  base: () => Values;
  mine: () => Values;
  /** Reads what is stored now. */
  read: () => Promise<Item>;
  /** Puts what was merged into the form and saves it on top of theirs. */
  take: (merged: Values, theirs: Item) => void;
}

type Choice = "theirs" | "mine" | "both";
type Pieces = Record<string, Piece[]>;

/** Merges with what is stored. Where both changed the same block, both are shown above the text until the writer has chosen. */
export async function solveConflict(form: HTMLFormElement, id: string, wishes: Wishes): Promise<void> {
  const [theirs, author] = await Promise.all([wishes.read(), lastAuthor(id)]);
  const pieces = compare(form, wishes, theirs);
  if (overlapsOf(pieces).length > 0) return show(form, { theirs, author, pieces }, wishes);
  wishes.take(joined(pieces, []), theirs);
  tell(form, `${author} saved a newer version meanwhile. Your changes and theirs did not overlap and are both here.`);
}

/** Says that the item is no draft any more, and leads to it as it is now, where the text that was kept is offered. */
export function showOvertaken(form: HTMLFormElement, status: string, isReadOnly: boolean): void {
  const words = isReadOnly
    ? "You cannot change it any more. What you wrote since is kept in this browser: open the item to see and copy it, or ask for changes to be requested."
    : "It does not save itself any more. What you wrote since is kept in this browser: open the item, look at both and bring your text back.";
  const notice = element("section", { class: "notice notice-warning conflict", role: "alert", "aria-labelledby": "conflict-live" }, [
    icon("triangle-alert"),
    element("div", {}, [
      element("h2", { id: "conflict-live" }, [`This item is “${status}” now`]),
      element("p", {}, [words]),
      element("div", { class: "form-end" }, [button("Open it as it is now", () => location.reload(), "button button-primary")]),
    ]),
  ]);
  form.querySelector(".editor-main")?.prepend(notice);
  notice.scrollIntoView({ block: "nearest" });
}

/** The text is merged block by block, every other field as a whole. */
function compare(form: HTMLFormElement, wishes: Wishes, theirs: Item): Pieces {
  const [base, mine] = [wishes.base(), wishes.mine()];
  const stored = valuesOfItem(theirs, zoneOf(form));
  const parts = (field: string, values: Values) => (field === "content" ? blocksOf(values.content ?? "") : [values[field] ?? ""]);
  const fields = Object.keys(NAMES).filter((field) => field in mine);
  return Object.fromEntries(fields.map((field) => [field, merge(parts(field, base), parts(field, stored), parts(field, mine))]));
}

function overlapsOf(pieces: Pieces): { field: string; overlap: Overlap }[] {
  return Object.entries(pieces).flatMap(([field, all]) => all.filter(isOverlap).map((overlap) => ({ field, overlap })));
}

/** The pieces as values, with the choice for each overlap in their order. */
function joined(pieces: Pieces, choices: Choice[]): Values {
  const left = [...choices];
  const settled = (piece: Piece): string[] => {
    if (!isOverlap(piece)) return piece;
    const choice = left.shift() ?? "mine";
    return choice === "both" ? [...piece.theirs, ...piece.mine] : piece[choice];
  };
  return Object.fromEntries(Object.entries(pieces).map(([field, all]) => [field, all.flatMap(settled).join("\n")]));
}

interface Conflict {
  theirs: Item;
  author: string;
  pieces: Pieces;
}

function show(form: HTMLFormElement, conflict: Conflict, wishes: Wishes): void {
  const overlaps = overlapsOf(conflict.pieces);
  const sets = overlaps.map(({ field, overlap }, index) => choose(form, field, overlap, index));
  const chosen = () => sets.map((set) => set.querySelector<HTMLInputElement>("input:checked")!.value as Choice);
  const settle = (choices: Choice[]) => {
    notice.remove();
    // Writing went on while both versions were shown; what overlaps now may be something else.
    const pieces = compare(form, wishes, conflict.theirs);
    if (JSON.stringify(overlapsOf(pieces)) !== JSON.stringify(overlaps)) return show(form, { ...conflict, pieces }, wishes);
    wishes.take(joined(pieces, choices), conflict.theirs);
    announce("Merged");
  };
  const all = (choice: Choice) => () => settle(overlaps.map(() => choice));
  const words = `You both changed the same ${overlaps.length === 1 ? "part" : `${overlaps.length} parts`}; everything else is merged. What you wrote is still here and nothing is saved before you have chosen.`;
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
function choose(form: HTMLFormElement, field: string, { theirs, mine }: Overlap, index: number): HTMLElement {
  const read = (block: string) => (field === "content" ? wordsOf(block) : shown(form, field, block));
  const [theirWords, myWords] = [theirs, mine].map((blocks) => blocks.map(read).join("\n"));
  // What differs in its markup alone is shown with it.
  const isSameText = theirWords === myWords;
  const column = (choice: Choice, label: string, blocks: string[], words: string) =>
    element("div", {}, [radio(choice, label, index), element("pre", { tabindex: "0", "aria-label": label }, [(isSameText ? blocks.join("\n") : words) || (field === "content" ? "Removed" : "Nothing")])]);
  const columns = [column("theirs", "Theirs", theirs, theirWords!), column("mine", "Yours", mine, myWords!)];
  const set = element("fieldset", { class: "difference" }, [element("legend", {}, [NAMES[field] ?? field]), element("div", { class: "difference-columns" }, columns)]);
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
