import { type Item, lastAuthor, readItem } from "./api";
import { button, element, icon } from "./markup";

interface Wishes {
  yours: () => { title: string; content: string };
  /** Saves on top of theirs. */
  keepMine: (theirs: Item) => void;
  /** Puts theirs into the editor. */
  takeTheirs: (theirs: Item) => void;
}

/** Somebody else saved: shows both versions above the text, and nothing is overwritten before the writer has chosen. */
export async function showConflict(form: HTMLFormElement, id: string, wishes: Wishes): Promise<void> {
  const [theirs, author] = await Promise.all([readItem(id), lastAuthor(id)]);
  const mine = wishes.yours();
  const heading = element("h2", { id: "conflict-live" }, [`${author} saved a newer version`]);
  const words = "Your text is still here, and it is not saved over theirs unless you say so. Take over what you need, then choose.";
  const close = (then: (item: Item) => void) => () => {
    notice.remove();
    then(theirs);
  };
  const differing = [
    ["Title", theirs.title, mine.title],
    ["Text", theirs.content ?? "", mine.content],
  ].filter(([, one, other]) => one !== other);
  const notice = element("section", { class: "notice notice-warning conflict", role: "alert", "aria-labelledby": "conflict-live" }, [
    icon("triangle-alert"),
    element("div", {}, [
      heading,
      element("p", {}, [words]),
      ...differing.map(([label, one, other]) => difference(label!, one!, other!)),
      element("div", { class: "form-end" }, [button("Take theirs", close(wishes.takeTheirs)), button("Keep mine", close(wishes.keepMine))]),
    ]),
  ]);
  form.querySelector(".editor-main")?.prepend(notice);
  notice.scrollIntoView({ block: "nearest" });
}

function difference(label: string, theirs: string, yours: string): HTMLElement {
  const side = (name: string, text: string) => element("div", {}, [element("h3", {}, [name]), element("pre", { tabindex: "0" }, [text])]);
  return element("details", { class: "difference" }, [
    element("summary", {}, [label]),
    element("div", { class: "difference-columns" }, [side("Theirs", theirs), side("Yours", yours)]),
  ]);
}
