// The number on the bell, asked for again now and then while somebody looks at the page.

const ASKS_EVERY = 60_000;

export function startBell(): void {
  const bell = document.querySelector<HTMLAnchorElement>("[data-bell]");
  if (!bell) return;
  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(`${bell.pathname}/unread`, { headers: { Accept: "application/json" } });
      if (answer.ok) show(bell, (await answer.json()).unread);
    } catch {
      // Offline: the number stays, and the next time asks again.
    }
  };
  setInterval(ask, ASKS_EVERY);
  document.addEventListener("visibilitychange", ask);
}

function show(bell: HTMLElement, unread: number): void {
  const word = unread > 99 ? "99+" : String(unread);
  const count = bell.querySelector<HTMLElement>("[data-bell-count]");
  const words = bell.querySelector<HTMLElement>("[data-bell-words]");
  if (!count || !words) return;
  count.textContent = word;
  count.hidden = unread === 0;
  words.textContent = unread > 0 ? `, ${word} unread` : "";
}
