// Who else has this item open: a lease that is renewed while the page is open, and the others' names above the text.
import { endPresence, type Present, renewPresence } from "./api";
import { element } from "./markup";

/** The server forgets somebody 25 seconds after the last renewal; between two of them, in milliseconds: */
const RENEWAL = 10_000;

export class Presence {
  private readonly list = element("ul", { class: "presence", "aria-label": "Also here" });
  private readonly said = element("p", { class: "visually-hidden", role: "status" });
  private shown = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(form: HTMLFormElement, private readonly id: () => string) {
    this.list.hidden = true;
    form.querySelector(".editor-main")?.prepend(this.said, this.list);
    addEventListener("pagehide", () => this.leave());
    // A page that comes back from the browser's memory, or from behind others, is here again.
    addEventListener("pageshow", (event) => event.persisted && void this.renew());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void this.renew());
    void this.renew();
  }

  private async renew(): Promise<void> {
    clearTimeout(this.timer);
    if (this.id()) {
      // Who cannot be asked about is not shown: the text itself is guarded by its version.
      const others = await renewPresence(this.id()).catch(() => []);
      this.show(others);
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.renew(), RENEWAL);
  }

  private leave(): void {
    clearTimeout(this.timer);
    if (this.id()) endPresence(this.id());
  }

  private show(others: Present[]): void {
    const key = others.map(({ user_id, since }) => `${user_id} ${since}`).join();
    if (key === this.shown) return;
    this.shown = key;
    this.list.replaceChildren(...others.map(entry));
    this.list.hidden = others.length === 0;
    const names = others.map(({ name }) => name).join(", ");
    this.said.textContent = others.length === 0 ? "Nobody else is here now." : `Also here: ${names}`;
  }
}

function entry({ name, since }: Present): HTMLElement {
  const at = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(since));
  const time = element("time", { datetime: since }, [at]);
  return element("li", {}, [element("span", { class: "presence-initials", "aria-hidden": "true" }, [initials(name)]), element("span", { dir: "auto" }, [`${name} is here too, since `, time])]);
}

/** The first letters of the first and the last word. */
function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return ends.map((word) => [...(word ?? "")][0] ?? "").join("").toUpperCase();
}
