// The featured image: chosen in the library, sent from here, or dropped here. The plain field stays and is what is sent.
import { announce, button, element, icon } from "./markup";
import { choosePicture } from "./pictures";
import { readAsset } from "../media/api";
import { inOneLine, send } from "../media/sending";

interface Featured {
  url: string;
  /** Empty for a picture that only decorates, null while nobody wrote one. */
  alt: string | null;
  /** In the library; empty for a picture from elsewhere. */
  id: string;
}

export class FeaturedImage {
  private readonly field: HTMLInputElement;
  private readonly shown: HTMLElement;
  private readonly status = element("p", { class: "field-hint", role: "status" });
  private readonly choose = button("", () => void this.ask());
  private readonly remove = button("Remove", () => this.take(null));

  constructor(box: HTMLElement, private readonly organization: string, private readonly base: string) {
    this.field = box.querySelector<HTMLInputElement>("input[name=featured_image]")!;
    this.shown = box.querySelector<HTMLElement>("[data-shown]") ?? box.insertBefore(element("div", { class: "featured-shown" }), box.firstChild);
    const plain = box.querySelector<HTMLElement>("[data-plain]")!;
    // A field that is wrong has to be seen.
    plain.hidden = !plain.querySelector(".field-error");
    this.choose.id = "choose-featured-image";
    if (this.field.disabled) return;
    box.append(element("div", { class: "editor-buttons" }, [this.choose, this.remove]), this.status);
    box.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      box.classList.add("is-over");
    });
    box.addEventListener("dragleave", () => box.classList.remove("is-over"));
    box.addEventListener("drop", (event) => this.dropped(event, box));
    // Text that was kept in the browser is brought back into the field, not past it.
    this.field.addEventListener("input", () => this.show(null));
    this.show(undefined);
  }

  private async ask(): Promise<void> {
    const picture = await choosePicture("Featured image");
    if (picture) {
      const known = picture.id ? await readAsset(this.organization, picture.id).catch(() => null) : null;
      this.take({ url: picture.src, alt: known ? known.alt : picture.alt || null, id: picture.id ?? "" });
    }
    this.choose.focus();
  }

  private take(picture: Featured | null): void {
    this.field.value = picture?.url ?? "";
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.show(picture);
    announce(picture ? "Featured image chosen" : "Featured image removed");
    if (!picture) this.choose.focus();
  }

  /** Shows the picture of the field; `undefined` leaves what the server wrote. */
  private show(picture: Featured | null | undefined): void {
    const url = this.field.value.trim();
    this.remove.hidden = url === "";
    this.choose.replaceChildren(icon("image"), url === "" ? "Choose a picture" : "Replace");
    if (url === "") this.tell("Or drop one here. It stands above the text, in lists and on cards.");
    else this.tell("");
    if (picture === undefined && url !== "") return;
    if (url === "") return this.shown.replaceChildren();
    this.shown.replaceChildren(element("img", { src: url, alt: picture?.alt ?? "" }), this.about(url, picture ?? null));
  }

  private about(url: string, picture: Featured | null): HTMLElement {
    if (!picture?.id) return element("p", { class: "field-hint" }, ["From elsewhere: ", element("bdi", {}, [url])]);
    const link = (words: string) => element("a", { href: `${this.base}/media/${picture.id}` }, [words]);
    if (picture.alt) return element("p", { class: "field-hint" }, ["Alternative text: ", element("q", { dir: "auto" }, [picture.alt]), " ", link("Change it in the library")]);
    if (picture.alt === "") return element("p", { class: "field-hint" }, ["Decorative: it has no alternative text. ", link("Change it in the library")]);
    const lacking = element("span", { class: "lacks-alt" }, [icon("triangle-alert"), " No alternative text."]);
    return element("p", { class: "field-hint" }, [lacking, " ", link("Describe it in the library")]);
  }

  private dropped(event: DragEvent, box: HTMLElement): void {
    box.classList.remove("is-over");
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    const { organization } = this;
    if (!file.type.startsWith("image/")) return this.tell(`“${file.name}” is no picture. Drop a JPEG, PNG, WebP, GIF or AVIF file.`);
    send(file, { organization, folder: "" }, {
      ...inOneLine(file, (words) => this.tell(words)),
      onRefused: (words) => this.tell(`“${file.name}” was not added: ${words}`),
      onDone: async (id) => {
        const asset = await readAsset(organization, id).catch(() => null);
        if (asset) this.take({ url: asset.file_url, alt: asset.alt, id });
        else this.tell("It is in the library now. Choose it there.");
      },
    });
  }

  private tell(words: string): void {
    this.status.textContent = words;
    this.status.hidden = words === "";
  }
}
