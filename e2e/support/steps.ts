import { expect, type Locator, type Page } from "@playwright/test";

/** Somebody who can sign in. */
export interface Person {
  name: string;
  email: string;
  password: string;
}

/** The field of a form by the name it is sent under; it has to be labelled. */
export async function field(page: Page | Locator, name: string): Promise<Locator> {
  const found = page.locator(`main [name="${name}"], form [name="${name}"]`).filter({ visible: true }).first();
  await expect(found, `the field ${name} has a label`).toHaveAccessibleName(/\S/);
  return found;
}

/** Shows the HTML source of the text, where the editor has taken its place. */
async function openSource(page: Page): Promise<void> {
  const source = page.getByRole("button", { name: "HTML source" });
  const isEditor = await page.locator("content-editor").evaluateAll((found) => found.length > 0 && customElements.get("content-editor") !== undefined).catch(() => false);
  if (isEditor && (await source.getAttribute("aria-pressed")) === "false") await source.click();
}

/** Fills the named fields of the form on the page. */
export async function fill(page: Page, values: Record<string, string>): Promise<void> {
  if ("content" in values) await openSource(page);
  for (const [name, value] of Object.entries(values)) await (await field(page, name)).fill(value);
}

/** Presses the button in the page's main part whose words begin so. */
export async function press(page: Page, words: RegExp): Promise<void> {
  await page.getByRole("main").getByRole("button", { name: words }).first().click();
}

/** The address of the organization the page belongs to: /admin/{organization}/… */
export function organizationOf(page: Page): string {
  const found = /\/admin\/([^/?#]+)/.exec(page.url());
  if (!found?.[1]) throw new Error(`${page.url()} belongs to no organization.`);
  return found[1];
}

/** First run: makes the owner and the organization, ends signed in, and returns the organization's slug. */
export async function setUp(page: Page, person: Person, organization: string): Promise<string> {
  await page.goto("/admin/setup");
  await fill(page, { name: person.name, email: person.email, password: person.password, organization_name: organization });
  await press(page, /^create account/i);
  await expect(page).not.toHaveURL(/\/admin\/setup/);
  await page.goto("/admin");
  await expect(page).toHaveURL(/\/admin\/(?!organizations|setup|sign-in)[a-z0-9-]+/);
  return organizationOf(page);
}

/** Signs in on the sign-in page; the caller checks where that leads. */
export async function signIn(page: Page, person: Pick<Person, "email" | "password">): Promise<void> {
  await page.goto("/admin/sign-in");
  await fill(page, { email: person.email, password: person.password });
  await press(page, /^sign in/i);
}

/** Signs out through the user menu. */
export async function signOut(page: Page): Promise<void> {
  await page.getByRole("banner").getByText("Your menu").locator("..").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/admin\/sign-in/);
}

/** Makes a draft and returns the address of its editor. */
export async function createItem(page: Page, organization: string, values: Record<string, string>): Promise<string> {
  await page.goto(`/admin/${organization}/content/new`);
  await fill(page, values);
  await press(page, /^save/i);
  await expect(page).toHaveURL(/\/content\/(?!new)[A-Za-z0-9_-]+/);
  return page.url().replace(/[?#].*$/, "");
}

/** Deletes the item whose editor is open: asked once, on a page that says what will be lost. */
export async function deleteItem(page: Page): Promise<void> {
  await page.getByRole("main").getByRole("link", { name: /^delete/i }).click();
  await expect(page.getByRole("heading", { level: 1, name: /^delete/i })).toBeVisible();
  await press(page, /^delete/i);
  await expect(page).toHaveURL(/\/content\/?(\?.*)?$/);
}

/** The newest mail to somebody in the development outbox: the link in it that leads to `path`. Some mails are written by a job, a moment later. */
export async function linkFromOutbox(page: Page, organization: string, recipient: string, path: string): Promise<string> {
  const link = page.getByRole("main").getByRole("link", { name: new RegExp(`${path}/`) });
  await expect(async () => {
    await page.goto(`/admin/${organization}/outbox`);
    const mail = page.getByRole("main").getByRole("row").filter({ hasText: recipient }).first();
    await mail.getByRole("link").first().click();
    await expect(link, `a mail to ${recipient} with a link to ${path}`).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 10_000 });
  return (await link.getAttribute("href")) ?? "";
}

/** Invites somebody and takes the invitation in their own browser; they end signed in. */
export async function inviteAndAccept(page: Page, guest: Page, organization: string, person: Person, role: string): Promise<void> {
  await page.goto(`/admin/${organization}/members`);
  await fill(page, { email: person.email });
  await (await field(page, "role")).selectOption(role);
  await press(page, /^send invitation/i);
  await expect(page.getByRole("main")).toContainText(person.email);
  const link = await linkFromOutbox(page, organization, person.email, "/admin/invitations");
  await guest.goto(link);
  await fill(guest, { name: person.name, password: person.password });
  await press(guest, /^create account/i);
  await expect(guest).not.toHaveURL(/\/invitations\//);
}
