// Campaigns are dragged from one column of the board to another. Only columns that a legal move leads to take them.
import { setField, startMoving } from "../moving";

startMoving({
  kind: "application/x-contentpilot-campaign",
  things: "[data-campaign]",
  places: "[data-status]",
  may: (card, column) => (card.dataset.targets ?? "").split(" ").includes(column.dataset.status ?? ""),
  fill: (form, card, column) => {
    setField(form, "to", column.dataset.status ?? "");
    form.action = `${location.pathname.replace(/\/$/, "")}/${card.dataset.campaign ?? ""}/move`;
  },
});
