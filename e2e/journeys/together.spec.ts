import type { Page } from "@playwright/test";
import { fitsItsWidth, isAccessible, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { createItem, fill, inviteAndAccept, press } from "../support/steps.ts";

const text = (page: Page) => page.getByRole("textbox", { name: "Text" });
const status = (page: Page) => page.locator(".editor-status");
const pathOf = (address: string) => new URL(address).pathname;

test("@everywhere a stranger reads a draft by its link until the link is taken back", async ({ page, stranger, site }) => {
  const editor = await createItem(page, site.organization, { title: "Under embargo", content: "<p>Not yet.</p>" });
  await text(page).click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type(" Or now?");
  await page.getByRole("button", { name: "Create link" }).click();
  const address = page.getByRole("textbox", { name: "Address of the preview" });
  await expect(address).toHaveValue(/\/preview\//);
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "editor-preview-link");
  const link = pathOf(await address.inputValue());

  const answer = await stranger.goto(link);
  expect(answer?.status()).toBe(200);
  expect(answer?.headers()["cache-control"]).toContain("no-store");
  await expect(stranger.getByRole("main")).toContainText("Not yet. Or now?");
  await expect(stranger.getByRole("note")).toContainText("not published");
  await isAccessible(stranger);
  await fitsItsWidth(stranger);
  await picture(stranger, "site-preview");

  await page.goto(`${pathOf(editor)}/previews`);
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "previews");
  await press(page, /^take back/i);
  await expect(page.locator(".flash-success")).toContainText("Taken back");
  expect((await stranger.goto(link))?.status()).toBe(404);
  await expect(stranger.getByRole("heading", { level: 1 })).toHaveText("There is no such preview");
  await isAccessible(stranger);
  await picture(stranger, "site-preview-gone");
});

test("@everywhere a published item is rewritten while the site shows the old text", async ({ page, stranger, site }) => {
  const editor = await createItem(page, site.organization, { title: "Opening hours", content: "<p>Nine to five.</p>\n<p>Closed on Sundays.</p>", slug: "opening-hours" });
  await press(page, /^publish/i);
  await expect(page.getByRole("main")).toContainText("Published.");
  await fill(page, { content: "<p>Eight to six.</p>\n<p>Closed on Sundays.</p>" });
  await press(page, /^save as draft changes/i);
  const banner = page.getByRole("region", { name: /^draft changes/i });
  await expect(banner).toContainText("The site goes on showing");
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "editor-changes");
  await stranger.goto(`/s/${site.organization}/opening-hours`);
  await expect(stranger.getByRole("main")).toContainText("Nine to five.");

  // Changes save themselves, because nobody sees them.
  await text(page).getByText("Closed on Sundays.").click();
  await page.keyboard.press("End");
  await page.keyboard.type(" Always.");
  await expect(status(page)).toHaveText("Saved", { timeout: 15_000 });

  await banner.getByRole("link", { name: /^compare/i }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Draft changes");
  await expect(page.getByRole("main")).toContainText("Always.");
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "changes");
  await press(page, /^publish changes/i);
  await expect(page.getByRole("main")).toContainText("The changes are published.");
  await expect(banner).toBeHidden();
  await stranger.reload();
  await expect(stranger.getByRole("main")).toContainText("Eight to six.");
  await expect(stranger.getByRole("main")).toContainText("Closed on Sundays. Always.");
  expect(pathOf(page.url())).toBe(pathOf(editor));
});

test("two people at one item see each other come and go", async ({ page, stranger, site }) => {
  test.setTimeout(120_000);
  const guest = { name: "Greta Guest", email: "greta@example.com", password: "nine geese over the marsh 4" };
  await inviteAndAccept(page, stranger, site.organization, guest, "MEMBER");
  const editor = await createItem(page, site.organization, { title: "Shared desk", content: "<p>Together.</p>" });
  const here = (who: Page) => who.getByRole("list", { name: "Also here" });
  await expect(here(page)).toBeHidden();
  await stranger.goto(pathOf(editor));
  await expect(here(stranger)).toContainText(`${site.owner.name} is here too, since`);
  await expect(here(page)).toContainText("Greta Guest is here too", { timeout: 15_000 });
  await isAccessible(page);
  await picture(page, "editor-presence");
  await stranger.goto(`/admin/${site.organization}/content`);
  await expect(here(page)).toBeHidden({ timeout: 30_000 });
});

test("who writes on while the item is approved is told so, and what they typed is not lost", async ({ page, stranger, site }) => {
  test.setTimeout(120_000);
  const writer = { name: "Willa Writer", email: "willa@example.com", password: "nine geese over the marsh 5" };
  await inviteAndAccept(page, stranger, site.organization, writer, "MEMBER");
  const editor = await createItem(stranger, site.organization, { title: "Approved too soon", content: "<p>As approved.</p>" });
  const id = editor.split("/").at(-1)!;
  for (const move of ["submit", "approve"]) {
    const headers = { "contentpilot-organization": site.organization };
    expect((await page.request.post(`/api/v1/content/${id}/${move}`, { headers, data: {} })).ok(), move).toBe(true);
  }
  await text(stranger).click();
  await stranger.keyboard.press("ControlOrMeta+End");
  await stranger.keyboard.type(" Typed too late.");
  const notice = stranger.getByRole("alert").filter({ hasText: "This item is “Approved” now" });
  await expect(notice).toContainText("You cannot change it any more", { timeout: 15_000 });
  await expect(status(stranger)).toContainText("kept in this browser");
  await isAccessible(stranger);
  await picture(stranger, "editor-overtaken");

  await notice.getByRole("button", { name: "Open it as it is now" }).click();
  const offer = stranger.locator(".kept-offer");
  await expect(offer).toContainText("Copy what you need");
  await expect(offer.getByRole("button", { name: "Bring it back" })).toHaveCount(0);
  await offer.getByText("Text", { exact: true }).click();
  await expect(offer).toContainText("As approved. Typed too late.");
  await expect(text(stranger)).toHaveText("As approved.");
  await isAccessible(stranger);
  await picture(stranger, "editor-overtaken-kept");

  // Once it is public, the writer goes on in draft changes, and there the text can be brought back.
  const headers = { "contentpilot-organization": site.organization };
  expect((await page.request.post(`/api/v1/content/${id}/publish`, { headers, data: {} })).ok()).toBe(true);
  await stranger.reload();
  await offer.getByRole("button", { name: "Bring it back" }).click();
  await expect(text(stranger)).toHaveText("As approved. Typed too late.");

  // It was the writer's in this browser, and is nobody else's.
  await stranger.goto(`/admin/${site.organization}/content/new`);
  await stranger.locator("#title").fill("x");
  await expect.poll(() => stranger.evaluate((mail) => Object.keys(localStorage).filter((key) => key.startsWith("form:") && !key.startsWith(`form:${mail}:`)), writer.email)).toEqual([]);
});

test("who writes on while the item is published is told so", async ({ page, stranger, site }) => {
  test.setTimeout(120_000);
  const writer = { name: "Wanda Writer", email: "wanda@example.com", password: "nine geese over the marsh 6" };
  await inviteAndAccept(page, stranger, site.organization, writer, "MEMBER");
  const editor = await createItem(stranger, site.organization, { title: "Out too soon", content: "<p>As published.</p>" });
  const id = editor.split("/").at(-1)!;
  const headers = { "contentpilot-organization": site.organization };
  expect((await page.request.post(`/api/v1/content/${id}/publish`, { headers, data: {} })).ok()).toBe(true);
  await text(stranger).click();
  await stranger.keyboard.press("ControlOrMeta+End");
  await stranger.keyboard.type(" More.");
  const notice = stranger.getByRole("alert").filter({ hasText: "This item is “Published” now" });
  await notice.getByRole("button", { name: "Open it as it is now" }).click({ timeout: 15_000 });
  await stranger.locator(".kept-offer").getByRole("button", { name: "Bring it back" }).click();
  await expect(text(stranger)).toHaveText("As published. More.");
  await expect(status(stranger)).toHaveText("Saved", { timeout: 15_000 });

  // Two who write changes of the same public item are merged.
  const changes = `/api/v1/content/${id}/changes`;
  const stored = await (await page.request.get(changes, { headers })).json();
  const theirs = { headers: { ...headers, "if-match": `"v${stored.version}"` }, data: { excerpt: "Theirs." } };
  expect((await page.request.patch(changes, theirs)).ok()).toBe(true);
  await text(stranger).click();
  await stranger.keyboard.press("ControlOrMeta+End");
  await stranger.keyboard.type(" And more.");
  await expect(stranger.locator(".conflict-merged")).toContainText("are both here", { timeout: 15_000 });
  await expect(status(stranger)).toHaveText("Saved", { timeout: 15_000 });
  await expect(stranger.getByLabel("Excerpt")).toHaveValue("Theirs.");

  // And who writes into what is deleted meanwhile keeps the page and the text.
  expect((await page.request.delete(`/api/v1/content/${id}`, { headers })).ok()).toBe(true);
  await stranger.keyboard.type(" Lost?");
  await expect(status(stranger)).toContainText("somebody deleted it", { timeout: 15_000 });
  await stranger.getByRole("button", { name: /^save/i }).first().click();
  await expect(text(stranger)).toHaveText("As published. More. And more. Lost?");
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a preview link is made from the editor's form, and nothing typed is lost", async ({ page, site }) => {
    await createItem(page, site.organization, { title: "Plain", content: "<p>Saved.</p>" });
    await fill(page, { content: "<p>Typed.</p>" });
    await press(page, /^create link/i);
    const link = pathOf((await page.locator("#created-link").textContent()) ?? "");
    await page.goto(link);
    await expect(page.getByRole("main")).toContainText("Typed.");
  });
});
