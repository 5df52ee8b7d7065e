// The editor: makes the field with the HTML source into a place to write. The form around it stays the one that is sent.
import { Editor } from "@tiptap/core";
import { readItem, readWithChanges, useOrganization } from "./api";
import { ArrivingPictures } from "./arriving";
import { Autosave } from "./autosave";
import { Bubble } from "./bubble";
import { showOvertaken, solveConflict } from "./conflict";
import { confirmPublication } from "./dialog";
import { DragHandle } from "./drag-handle";
import { fill, valuesOf, zoneOf } from "./fields";
import { Footer } from "./footer";
import { CodeColours } from "./highlight";
import { fillWith, write } from "./html";
import { insertBlock } from "./inserts";
import { chooseLink } from "./link-dialog";
import { announce, element, findSprite, icon, readKeys } from "./markup";
import { MoveBlock } from "./move-block";
import { isOvertaken, isReadOnly, readPage, statusOf } from "./parts";
import { cleanPaste, fromMarkdown, looksLikeMarkdown } from "./paste";
import { isPlayer } from "./players";
import { Presence } from "./presence";
import { offerPreviewLink } from "./preview-link";
import { startPreview } from "./preview";
import { extensions } from "./schema/extensions";
import { showShortcuts } from "./shortcuts";
import { SlashMenu } from "./slash";
import { FeaturedImage } from "./featured";
import { SideTabs } from "./tabs";
import { Toolbar } from "./toolbar";

/** The field is written this long after the first key that it does not have yet, in milliseconds. */
const SYNC_DELAY = 250;

class ContentEditor extends HTMLElement {
  private source!: HTMLTextAreaElement;
  private field!: HTMLElement;
  private form!: HTMLFormElement;
  private editor!: Editor;
  private toolbar!: Toolbar;
  private footer!: Footer;
  private autosave: Autosave | undefined;
  private readonly slash = new SlashMenu();
  private arriving!: ArrivingPictures;
  private readonly place = element("div", { class: "editor-place" });
  private isBehind = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  connectedCallback(): void {
    if (this.editor) return;
    this.source = this.querySelector("textarea")!;
    this.field = this.source.closest(".field")!;
    this.form = this.source.form!;
    findSprite();
    useOrganization(this.dataset.organization ?? "");
    this.arriving = new ArrivingPictures(() => this.editor, this.dataset.organization ?? "");
    this.makeEditor();
    this.arrange();
    this.startSaving();
    this.startSide();
    addEventListener("keydown", (event) => this.takeKey(event), true);
  }

  private makeEditor(): void {
    this.editor = new Editor({
      element: this.place,
      extensions: [...extensions("Write, or type / for blocks…"), MoveBlock, CodeColours, this.slash.extension()],
      injectCSS: false,
      editable: !this.source.matches(":disabled"),
      editorProps: {
        attributes: { id: "editor-text", class: "editor-text", role: "textbox", "aria-multiline": "true", "aria-label": "Text", "aria-haspopup": "listbox", dir: "auto" },
        transformPastedHTML: (html) => cleanPaste(html, this.arriving),
        handlePaste: (_, event) => this.arriving.pasted(event) || this.pastePlayer(event) || this.pasteMarkdown(event),
        handleDrop: (_, event, _slice, isMoved) => !isMoved && this.arriving.dropped(event),
      },
    });
    fillWith(this.editor, this.source.value, false);
    this.slash.attach(this.editor);
    this.editor.on("update", () => this.changed());
  }

  private arrange(): void {
    this.toolbar = new Toolbar(this.editor);
    const sourceButton = this.tool("HTML source", "code-xml", () => this.toggleSource(sourceButton));
    const focusButton = this.tool("Focus mode", "focus", () => this.toggleFocus(focusButton));
    for (const toggle of [sourceButton, focusButton]) toggle.setAttribute("aria-pressed", "false");
    const shortcuts = this.tool(`Shortcuts (${readKeys("Ctrl+/")})`, "keyboard", showShortcuts);
    this.footer = new Footer(this.editor, [sourceButton, focusButton, shortcuts]);
    this.editor.on("transaction", () => this.toolbar.update());
    this.field.hidden = true;
    this.classList.add("is-ready");
    if (!this.editor.isEditable) return this.append(this.place, this.field, this.footer.dom);
    const [bubble, handle] = [new Bubble(this.editor), new DragHandle(this.editor, this)];
    this.append(this.toolbar.dom, this.arriving.dom, this.place, bubble.dom, this.field, this.slash.dom, handle.dom, this.footer.dom);
  }

  private tool(label: string, picture: string, act: () => void): HTMLButtonElement {
    const made = element("button", { type: "button", class: "icon-button", "aria-label": label, title: label }, [icon(picture)]);
    made.addEventListener("click", act);
    return made;
  }

  private startSaving(): void {
    this.form.addEventListener("submit", () => this.sync());
    // Before others hear of it, so that what they keep of the form is all of the text.
    for (const leaving of ["beforeunload", "pagehide", "visibilitychange"]) addEventListener(leaving, () => this.sync(), true);
    // Text that comes from elsewhere, such as what the browser kept, belongs into the editor as well.
    this.source.addEventListener("input", (event) => {
      if (!event.isTrusted && !this.isBehind && this.field.hidden) this.read(true);
    });
    offerPreviewLink(this.form, {
      save: async () => this.autosave?.now() ?? true,
      id: () => this.autosave?.id ?? this.form.dataset.item ?? "",
    });
    if (this.form.querySelector("[data-save]")) new Presence(this.form, () => this.autosave?.id ?? this.form.dataset.item ?? "");
    this.startTitle();
    if (this.dataset.autosave === undefined) {
      if (this.editor.isEditable) this.form.addEventListener("input", () => this.footer.report({ kind: "kept" }));
      return;
    }
    this.autosave = new Autosave(this.form, this.dataset.base ?? "", {
      sync: () => this.sync(),
      report: (state) => this.footer.report(state),
      onConflict: () => void this.conflict(),
    });
  }

  /** A title is one line: the way on leads into the text. */
  private startTitle(): void {
    const title = this.form.elements.namedItem("title");
    if (!(title instanceof HTMLElement)) return;
    title.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.editor.commands.focus("start");
    });
  }

  /** What stands beside the text. */
  private startSide(): void {
    const tabs = this.form.querySelector<HTMLElement>("[data-tabs]");
    if (tabs) new SideTabs(this.form, tabs);
    startPreview(this.form, () => this.sync());
    const featured = this.form.querySelector<HTMLElement>("[data-featured-image]");
    if (featured && this.editor.isEditable) new FeaturedImage(featured, this.dataset.organization ?? "", this.dataset.base ?? "");
  }

  private changed(): void {
    this.isBehind = true;
    this.autosave?.note();
    this.footer.later();
    // Not put off by each key: who types without a pause would have nothing kept.
    this.timer ??= setTimeout(() => this.sync(), SYNC_DELAY);
  }

  /** Writes the text into its field and says so to whoever watches the form. */
  private sync(): void {
    this.forgetTimer();
    if (!this.isBehind || !this.field.hidden) return;
    this.source.value = write(this.editor.state.doc);
    this.source.dispatchEvent(new Event("input", { bubbles: true }));
    this.isBehind = false;
  }

  private read(isStep: boolean): void {
    if (write(this.editor.state.doc) === this.source.value) return;
    fillWith(this.editor, this.source.value, isStep);
    this.isBehind = false;
    this.forgetTimer();
    this.footer.later();
  }

  private forgetTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private toggleSource(toggle: HTMLElement): void {
    const isOpening = this.field.hidden;
    if (isOpening) this.sync();
    this.field.hidden = !isOpening;
    this.place.hidden = isOpening;
    this.toolbar.dom.hidden = isOpening;
    toggle.setAttribute("aria-pressed", String(isOpening));
    if (isOpening) this.source.focus();
    else {
      this.read(true);
      this.editor.commands.focus();
    }
    announce(isOpening ? "HTML source" : "Text");
  }

  private toggleFocus(toggle: HTMLElement): void {
    const isOn = document.documentElement.toggleAttribute("data-writing");
    toggle.setAttribute("aria-pressed", String(isOn));
    announce(isOn ? "Focus mode on" : "Focus mode off");
    this.editor.commands.focus();
  }

  /** The address of a film or a sound, pasted into an empty line, becomes its player. */
  private pastePlayer(event: ClipboardEvent): boolean {
    const address = event.clipboardData?.getData("text/plain").trim() ?? "";
    const { parent } = this.editor.state.selection.$from;
    const isEmptyLine = parent.type.name === "paragraph" && parent.content.size === 0;
    if (!isEmptyLine || /\s/.test(address) || !isPlayer(address)) return false;
    insertBlock(this.editor, { type: "embed", attrs: { href: address, label: "" } });
    return true;
  }

  private pasteMarkdown(event: ClipboardEvent): boolean {
    const data = event.clipboardData;
    const text = data?.getData("text/plain") ?? "";
    const isPlain = !data?.types.includes("text/html");
    if (!isPlain || this.editor.isActive("codeBlock") || !looksLikeMarkdown(text)) return false;
    this.editor.commands.insertContent(fromMarkdown(text));
    return true;
  }

  private takeKey(event: KeyboardEvent): void {
    const isHere = this.editor.view.hasFocus();
    if (document.querySelector("dialog[open]") || event.isComposing) return;
    if (event.altKey && event.key === "F10" && !this.place.hidden) this.toolbar.focus();
    else if (event.key === "Escape" && document.documentElement.hasAttribute("data-writing") && this.slash.dom.hidden) this.querySelector<HTMLElement>("[aria-label='Focus mode']")?.click();
    else if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    else if (event.key === "/") showShortcuts();
    // In code it leads out of the block, as in other editors.
    else if (event.key === "Enter" && isHere && this.editor.isActive("codeBlock")) return;
    else if (event.key === "Enter") this.publish();
    else if (event.key.toLowerCase() === "k" && !event.shiftKey && isHere) chooseLink(this.editor);
    else if (event.key.toLowerCase() === "s" && !event.shiftKey && this.autosave) void this.save();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  private publish(): void {
    const publish = 'button[formaction$="/publish"], button[name="then"][value="publish"]';
    const button = this.form.querySelector<HTMLButtonElement>(publish);
    const save = this.form.querySelector<HTMLButtonElement>("button[data-save]");
    // A key is pressed by accident more easily than a button, and what was public cannot be taken back from readers.
    if (button) confirmPublication(() => this.form.requestSubmit(button));
    else if (save) this.form.requestSubmit(save);
  }

  private async save(): Promise<void> {
    if (await this.autosave!.now()) return;
    this.form.requestSubmit(this.form.querySelector<HTMLButtonElement>("button[data-save]") ?? undefined);
  }

  /** Somebody took the item on, so that it is no draft any more: to go on writing here would change what they approved. */
  private overtaken(page: Document): void {
    const status = statusOf(page, this.form);
    this.footer.report({ kind: "stale", words: `Not saved: this item is “${status}” now. Your text is kept in this browser.` });
    showOvertaken(this.form, status, isReadOnly(page));
  }

  private async conflict(): Promise<void> {
    this.footer.report({ kind: "stale", words: "Not saved: somebody else saved a newer version." });
    const page = await readPage(location.pathname);
    if (page && isOvertaken(page, this.form)) return this.overtaken(page);
    const fail = () => this.footer.report({ kind: "failed", words: "Somebody else saved a newer version, which cannot be read now. Save with the button to see both." });
    await solveConflict(this.form, this.autosave!.id, {
      base: () => this.autosave!.lastSaved(),
      read: () => (this.autosave!.isOfChanges ? readWithChanges : readItem)(this.autosave!.id),
      mine: () => {
        this.sync();
        return valuesOf(this.form);
      },
      take: (merged, theirs) => {
        fill(this.form, merged, theirs, zoneOf(this.form));
        this.source.value = merged.content ?? "";
        this.read(true);
        this.autosave!.goOnFrom(theirs);
      },
    }).catch(fail);
  }
}

customElements.define("content-editor", ContentEditor);
