import { keep, recall } from "./storage";

const root = document.documentElement;

/** Light, dark, or as the system says. */
export function startThemeSwitch(): void {
  for (const group of document.querySelectorAll<HTMLElement>("[data-theme-switch]")) {
    group.hidden = false;
    const current = recall("theme") ?? "system";
    for (const choice of group.querySelectorAll("input")) {
      choice.checked = choice.value === current;
      choice.addEventListener("change", () => {
        if (choice.value === "system") {
          delete root.dataset.theme;
          keep("theme", null);
        } else {
          root.dataset.theme = choice.value;
          keep("theme", choice.value);
        }
      });
    }
  }
}

/** The sidebar can be closed on wide screens; the choice stays. */
export function startSidebar(): void {
  const toggle = document.querySelector<HTMLElement>("[data-sidebar-toggle]");
  if (!toggle) return;
  toggle.hidden = false;
  const tell = () => toggle.setAttribute("aria-expanded", String(root.dataset.sidebar !== "closed"));
  tell();
  toggle.addEventListener("click", () => {
    if (root.dataset.sidebar === "closed") delete root.dataset.sidebar;
    else root.dataset.sidebar = "closed";
    keep("sidebar", root.dataset.sidebar ?? null);
    tell();
  });
}
