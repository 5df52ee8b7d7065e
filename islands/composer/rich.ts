// Texts are written as they will look: their field with HTML stays behind them and is what is sent.
import { Editor } from "@tiptap/core";
import { Placeholder } from "@tiptap/extensions";
import { StarterKit } from "@tiptap/starter-kit";
import { ask } from "../editor/dialog";
import { element, icon, wholeAddress } from "../editor/markup";
import { isHarmlessAddress } from "../editor/schema/marks";

const KIT = StarterKit.configure({
  heading: false,
  codeBlock: false,
  horizontalRule: false,
  link: { openOnClick: false, autolink: true, defaultProtocol: "https", HTMLAttributes: { rel: null, target: null }, isAllowedUri: (address) => isHarmlessAddress(address) },
  dropcursor: { color: false, class: "drop-cursor" },
});

interface Tool {
  label: string;
  picture: string;
  name: string;
  act: (editor: Editor) => void;
}

const TOOLS: Tool[] = [
  { label: "Bold", picture: "bold", name: "bold", act: (editor) => editor.chain().focus().toggleBold().run() },
  { label: "Italic", picture: "italic", name: "italic", act: (editor) => editor.chain().focus().toggleItalic().run() },
  { label: "Link", picture: "link", name: "link", act: (editor) => void chooseLink(editor) },
  { label: "List", picture: "list", name: "bulletList", act: (editor) => editor.chain().focus().toggleBulletList().run() },
  { label: "Numbered list", picture: "list-ordered", name: "orderedList", act: (editor) => editor.chain().focus().toggleOrderedList().run() },
  { label: "Quotation", picture: "text-quote", name: "blockquote", act: (editor) => editor.chain().focus().toggleBlockquote().run() },
];

async function chooseLink(editor: Editor): Promise<void> {
  const before = String(editor.getAttributes("link").href ?? "");
  const hint = "An address such as example.org/news, or a merge tag such as {{unsubscribe_url}}. Empty takes the link out.";
  const values = await ask("Link", [{ name: "href", label: "Leads to", kind: "url", value: before, hint }], "Set link");
  if (!values) return void editor.commands.focus();
  const typed = values.href ?? "";
  const href = typed.startsWith("{{") ? typed : wholeAddress(typed);
  const chain = editor.chain().focus().extendMarkRange("link");
  if (!href) return void chain.unsetLink().run();
  if (editor.state.selection.empty && !before) return void chain.insertContent({ type: "text", text: typed, marks: [{ type: "link", attrs: { href } }] }).run();
  chain.setLink({ href }).run();
}

export class RichTexts {
  private readonly editors = new Map<HTMLTextAreaElement, Editor>();
  /** What the cursor was in last: a text, or a field. */
  private last: Editor | HTMLInputElement | undefined;

  constructor(form: HTMLFormElement) {
    form.addEventListener("focusin", (event) => {
      const { target } = event;
      if (target instanceof HTMLInputElement && target.matches("[data-words]")) this.last = target;
    });
  }

  /** Writes words where the cursor was last; `false` when it was nowhere yet. */
  insert(words: string): boolean {
    const { last } = this;
    if (last instanceof HTMLInputElement && last.isConnected) {
      last.focus();
      last.setRangeText(words, last.selectionStart ?? last.value.length, last.selectionEnd ?? last.value.length, "end");
      last.dispatchEvent(new Event("input", { bubbles: true }));
      return true;
    }
    if (last instanceof Editor && !last.isDestroyed && last.view.dom.isConnected) {
      last.chain().focus().insertContent({ type: "text", text: words }).run();
      return true;
    }
    return false;
  }

  /** Gives the text of a block its place to write in. */
  start(block: HTMLElement): void {
    const source = block.querySelector<HTMLTextAreaElement>(":scope > label > textarea[data-rich]");
    if (!source || this.editors.has(source)) return;
    const place = element("div", { class: "rich-place" });
    const bar = element("div", { class: "rich-tools", role: "group", "aria-label": "Format" });
    const editor = new Editor({
      element: place,
      extensions: [KIT, Placeholder.configure({ placeholder: "Write…" })],
      content: source.value,
      injectCSS: false,
      editorProps: { attributes: { class: "rich-text", role: "textbox", "aria-multiline": "true", "aria-label": "Text", dir: "auto" } },
    });
    const tools = TOOLS.map((tool) => {
      const made = element("button", { type: "button", class: "icon-button", "aria-label": tool.label, title: tool.label, "aria-pressed": "false" }, [icon(tool.picture)]);
      // The cursor stays in the text, so that what is typed next is not lost.
      made.addEventListener("mousedown", (event) => event.preventDefault());
      made.addEventListener("click", () => tool.act(editor));
      return { made, name: tool.name };
    });
    bar.append(...tools.map(({ made }) => made));
    const told = (): void => {
      for (const { made, name } of tools) made.setAttribute("aria-pressed", String(editor.isActive(name)));
    };
    editor.on("transaction", told);
    editor.on("focus", () => (this.last = editor));
    editor.on("update", () => {
      source.value = editor.isEmpty ? "" : editor.getHTML();
      source.dispatchEvent(new Event("input", { bubbles: true }));
    });
    const label = source.closest<HTMLElement>("label")!;
    label.hidden = true;
    label.after(element("div", { class: "rich" }, [bar, place]));
    this.editors.set(source, editor);
  }

  /** A copied block has what was drawn of an editor, but no editor. */
  forget(block: HTMLElement): void {
    for (const drawn of block.querySelectorAll(".rich")) drawn.remove();
    for (const source of block.querySelectorAll<HTMLElement>("textarea[data-rich]")) source.closest("label")!.hidden = false;
  }
}
