// Runs before the first paint, so that a chosen appearance never flashes. Kept apart because it must block.
const root = document.documentElement;
root.dataset.script = "";
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  if (localStorage.getItem("sidebar") === "closed") root.dataset.sidebar = "closed";
} catch {
  // Storage may be forbidden; the system's appearance is used then.
}
