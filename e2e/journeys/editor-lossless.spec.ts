import type { Page, Route } from "@playwright/test";
import { fitsItsWidth, isAccessible, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { createItem, field, fill, press } from "../support/steps.ts";

const text = (page: Page) => page.getByRole("textbox", { name: "Text", exact: true }).and(page.locator("#editor-text"));
const source = (page: Page) => page.locator('textarea[name="content"]');

async function isSaved(page: Page): Promise<void> {
  await expect(page.locator(".editor-status")).toHaveText("Saved", { timeout: 15_000 });
}

interface Stored {
  id: string;
  content: string;
  title: string;
  version: number;
  language: string;
  featured: boolean;
  tags: { name: string }[];
  meta_title: string | null;
  expires_at: string | null;
}

/** The item as the API has it. */
async function stored(page: Page, organization: string): Promise<Stored> {
  const id = /content\/([A-Za-z0-9_-]+)/.exec(page.url())?.[1];
  const answer = await page.request.get(`/api/v1/content/${id}`, { headers: { "contentpilot-organization": organization } });
  return answer.json();
}

/** Saves as somebody else would, who opened the same version. */
async function saveElsewhere(page: Page, site: { organization: string; url: string }, fields: object): Promise<void> {
  const item = await stored(page, site.organization);
  const answer = await page.request.patch(`/api/v1/content/${item.id}`, {
    headers: { "contentpilot-organization": site.organization, origin: site.url, "if-match": `"v${item.version}"` },
    data: fields,
  });
  expect(answer.ok()).toBe(true);
}

test("what somebody else changed beside the text stays when the text is saved with the button", async ({ page, site }) => {
  await createItem(page, site.organization, { title: "Beside the text", content: "<p>One.</p>", tags: "old" });
  await saveElsewhere(page, site, { tags: ["theirs"], language: "de", featured: true, meta_title: "Theirs", expires_at: "2030-05-01T10:00:00Z" });
  await text(page).click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type(" Mine.");
  await expect(page.getByText("did not overlap")).toBeVisible({ timeout: 15_000 });
  await isSaved(page);
  await expect(await field(page, "tags")).toHaveValue("theirs");
  await press(page, /^save draft/i);
  await expect(page.locator(".flash-success")).toContainText("Saved");
  const item = await stored(page, site.organization);
  expect({ content: item.content, tags: item.tags.map(({ name }) => name), language: item.language, featured: item.featured, meta: item.meta_title, expires: item.expires_at }).toEqual({
    content: "<p>One. Mine.</p>",
    tags: ["theirs"],
    language: "de",
    featured: true,
    meta: "Theirs",
    expires: "2030-05-01T10:00:00Z",
  });
});

test("where both changed the same field, the writer chooses", async ({ page, site }) => {
  await createItem(page, site.organization, { title: "Same field", content: "<p>One.</p>" });
  await saveElsewhere(page, site, { language: "de" });
  await (await field(page, "language")).selectOption("fr");
  const conflict = page.getByRole("alert").filter({ hasText: "saved a newer version" });
  await expect(conflict.getByRole("group", { name: "Language" })).toContainText(/German.*French|Deutsch.*Fran/s, { timeout: 15_000 });
  await isAccessible(page);
  await picture(page, "editor-conflict-field");
  await conflict.getByRole("button", { name: "Take theirs" }).click();
  await expect(await field(page, "language")).toHaveValue("de");
  await isSaved(page);
  expect((await stored(page, site.organization)).language).toBe("de");
});

/** Lets the next matching request through and loses its answer. */
async function loseAnswer(page: Page, method: string): Promise<{ isLost: () => boolean }> {
  let isLost = false;
  await page.route(/\/api\/v1\/content(\/[^/]+)?$/, async (route: Route) => {
    if (isLost || route.request().method() !== method) return route.fallback();
    isLost = true;
    await route.fetch();
    await route.abort("connectionreset");
  });
  return { isLost: () => isLost };
}

test("an item whose making was not answered is made once", async ({ page, site }) => {
  test.setTimeout(90_000);
  const lost = await loseAnswer(page, "POST");
  await page.goto(`/admin/${site.organization}/content/new`);
  await page.getByLabel("Title", { exact: true }).first().fill("Made only once");
  await text(page).click();
  await page.keyboard.type("First.");
  await expect(page.locator(".editor-status")).toContainText("cannot be reached", { timeout: 15_000 });
  expect(lost.isLost()).toBe(true);
  await page.keyboard.type(" Second.");
  await expect(page.locator(".editor-status")).toHaveText("Saved", { timeout: 30_000 });
  expect((await stored(page, site.organization)).content).toBe("<p>First. Second.</p>");
  const listed = await page.request.get("/api/v1/content?limit=100", { headers: { "contentpilot-organization": site.organization } });
  const { data } = (await listed.json()) as { data: Stored[] };
  expect(data.filter(({ title }) => title === "Made only once")).toHaveLength(1);
});

test("a save whose answer was lost is no conflict with oneself", async ({ page, site }) => {
  test.setTimeout(90_000);
  await createItem(page, site.organization, { title: "Lost answer", content: "<p>One.</p>" });
  const lost = await loseAnswer(page, "PATCH");
  await text(page).click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type(" Two.");
  await expect(page.locator(".editor-status")).toContainText("cannot be reached", { timeout: 15_000 });
  expect(lost.isLost()).toBe(true);
  await page.keyboard.type(" Three.");
  await expect(page.locator(".editor-status")).toHaveText("Saved", { timeout: 30_000 });
  await expect(page.getByText("saved a newer version")).toHaveCount(0);
  expect((await stored(page, site.organization)).content).toBe("<p>One. Two. Three.</p>");
});

/** A picture of one colour, as programs put it on the clipboard. */
async function drawn(page: Page): Promise<string> {
  return page.evaluate(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [64, 48];
    const context = canvas.getContext("2d")!;
    context.fillStyle = `rgb(${Math.floor(Math.random() * 256)} 90 60)`;
    context.fillRect(0, 0, 64, 48);
    return canvas.toDataURL("image/png");
  });
}

test("@everywhere pictures pasted and dropped into the text go to the library, and what cannot is told", async ({ page, site }) => {
  await createItem(page, site.organization, { title: "Pasted pictures", content: "<p>Before.</p>" });
  await page.goto(page.url());
  const address = await drawn(page);
  await text(page).click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.press("Enter");
  await text(page).evaluate((target, image) => {
    const transfer = new DataTransfer();
    transfer.setData("text/html", `<p>From elsewhere <img src="${image}" alt="A field of colour"> and <img src="file:///C:/clip.png"></p>`);
    transfer.setData("text/plain", "From elsewhere");
    target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
  }, address);
  await expect(page.getByRole("status").filter({ hasText: "One picture could not be taken along" })).toBeVisible();
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "editor-pasted-pictures");
  await expect(source(page)).toHaveValue(/<img src="\/media\/[^"]+" alt="A field of colour"/, { timeout: 15_000 });
  expect(await source(page).inputValue()).not.toContain("data:");
  await page.getByRole("status").filter({ hasText: "could not be taken" }).getByRole("button", { name: "Dismiss" }).click();

  await text(page).evaluate(async (target, image) => {
    const bytes = Uint8Array.from(atob(image.split(",")[1]!), (character) => character.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], "dropped.png", { type: "image/png" }));
    transfer.items.add(new File(["words"], "notes.txt", { type: "text/plain" }));
    const { left, top } = target.getBoundingClientRect();
    const at = { clientX: left + 20, clientY: top + 10 };
    target.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true, ...at }));
  }, await drawn(page));
  await expect(page.getByRole("status").filter({ hasText: "“notes.txt” is no picture" })).toBeVisible();
  await expect(source(page)).toHaveValue(/<figure><img src="\/media\/[^"]+" width="64" height="48"><\/figure>/, { timeout: 15_000 });
  await isSaved(page);
  const { content } = await stored(page, site.organization);
  expect(content.match(/\/media\//g)).toHaveLength(2);
});

test("@everywhere a video, a sound and a gallery stand around the text", async ({ page, stranger, site }) => {
  await createItem(page, site.organization, { title: "Around the text", content: "<p>Between them.</p>", slug: "around-the-text" });
  await page.getByText("What stands around the text").click();
  await fill(page, { video_url: "https://vimeo.com/76979871", audio_url: "/media/none.mp3", gallery: "/favicon.svg\n/favicon.svg?again" });
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "editor-around");
  await press(page, /^publish/i);
  await expect(page.getByRole("main")).toContainText("Published.");
  await stranger.goto(`/s/${site.organization}/around-the-text`);
  await expect(stranger.getByText("Play here, from Vimeo")).toBeVisible();
  await expect(stranger.locator(".gallery img")).toHaveCount(2);
  await isAccessible(stranger);
  await fitsItsWidth(stranger);
  await picture(stranger, "site-around");
});

test("a list that counts down goes on counting down", async ({ page, site }) => {
  await createItem(page, site.organization, { title: "Countdown", content: '<ol reversed start="5"><li><p>Five</p></li><li><p>Four</p></li></ol>' });
  await text(page).click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type(" and so on");
  await isSaved(page);
  const { content } = await stored(page, site.organization);
  expect(content).toContain("and so on");
  expect(content).toMatch(/<ol[^>]*\breversed\b/);
  expect(content).toMatch(/<ol[^>]*start="5"/);
});
