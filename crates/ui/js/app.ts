// Small conveniences of every page. Everything works without them.
import { startBell } from "./bell";
import { startChoosing } from "./choosing";
import { startCopying } from "./copy";
import { startKeeping } from "./keep";
import { startLinkLists } from "./link-lists";
import { startMenus } from "./menus";
import { startModeration } from "./moderation";
import { startSidebar, startThemeSwitch } from "./preferences";
import { startRows } from "./rows";
import { startRules } from "./rules";
import { startSaveKey } from "./save-key";
import { startTagNames } from "./tag-names";

startThemeSwitch();
startSidebar();
startMenus();
startCopying();
startChoosing();
startKeeping();
startSaveKey();
startTagNames();
startBell();
startModeration();
startLinkLists();
startRows();
startRules();

// Filters that are not set do not belong in an address that people share.
addEventListener("htmx:configRequest", (event) => {
  const detail = (event as CustomEvent).detail;
  if (!(detail.elt as Element).hasAttribute("data-drop-empty")) return;
  for (const [name, value] of [...detail.formData.entries()]) if (value === "") detail.formData.delete(name);
});

// What is typed into a search is asked for while it is typed. Leaving the field would ask again, and close the menu that was just
// opened in the list.
addEventListener(
  "change",
  (event) => {
    if ((event.target as Element).matches("form[hx-get] input[type=search]")) event.stopPropagation();
  },
  { capture: true },
);
