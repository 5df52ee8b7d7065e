// Browser storage that may be full or forbidden: then nothing is kept, and nothing breaks.

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Returns whether the value was kept. */
export function keep(key: string, value: string | null): boolean {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

export function keptKeys(prefix: string): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
}

/** A name for this tab, the same as long as it is open. */
export function tabName(): string {
  try {
    const name = sessionStorage.getItem("tab") ?? String(Math.random()).slice(2);
    sessionStorage.setItem("tab", name);
    return name;
  } catch {
    return "";
  }
}

const SENT = "form-sent";

/** Remembers, for the next page of this tab, under which key the form was kept that is sent now. */
export function noteSent(key: string): void {
  try {
    sessionStorage.setItem(SENT, key);
  } catch {
    // Then its text is offered once more than needed.
  }
}

export function takeSent(): string | null {
  try {
    const key = sessionStorage.getItem(SENT);
    sessionStorage.removeItem(SENT);
    return key;
  } catch {
    return null;
  }
}
