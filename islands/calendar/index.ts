// Entries are given another day by dragging them there, unless it is over or they stand there already.
import { setField, startMoving } from "../moving";

startMoving({
  kind: "application/x-contentpilot-entry",
  things: "[data-move]",
  places: "[data-day]",
  may: (entry, day) => !("past" in day.dataset) && !day.contains(entry),
  fill: (form, entry, day) => {
    setField(form, "day", day.dataset.day ?? "");
    setField(form, "event", entry.dataset.event ?? "");
    form.action = entry.dataset.move ?? "";
  },
});
