import type { Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { fitsItsWidth, isAccessible, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { field, press } from "../support/steps.ts";

const sample = (name: string) => readFileSync(new URL(`../../crates/contentpilot/tests/it/samples/${name}`, import.meta.url));

/** A document of one page that nobody sent before; readers mend what is missing in it. */
const leaflet = (words: string) =>
  Buffer.from(`%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 200 280] /Contents 4 0 R >> endobj
4 0 obj << /Length 46 >> stream
0.1 0.3 0.7 rg 20 180 160 80 re f 20 150 90 8 re f
endstream endobj
trailer << /Root 1 0 R >>
% ${words}
%%EOF
`);

/** Another file each time: something after its end changes what it is known by, and nothing that it shows. */
const unlike = (bytes: Buffer, words: string) => Buffer.concat([bytes, Buffer.from(words)]);

const card = (page: Page, name: string) => page.locator("li.asset").filter({ hasText: name });

/** Sends files with the page's own field and waits until each is taken in. */
async function send(page: Page, files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
  await page.locator("#upload-file").setInputFiles(files);
  await expect(page.locator("media-upload").getByText("Done", { exact: true })).toHaveCount(files.length, { timeout: 20_000 });
}

test("@everywhere films and documents show what they are, in the library and where they are chosen", async ({ page, site }, { project }) => {
  const media = `/admin/${site.organization}/media`;
  const mark = `${project.name} ${Date.now()}`;
  await page.goto(media);
  await send(page, [
    { name: "harbour.jpg", mimeType: "image/jpeg", buffer: unlike(sample("cmyk.jpg"), mark) },
    { name: "trip.webm", mimeType: "video/webm", buffer: unlike(sample("film.webm"), mark) },
    { name: "leaflet.pdf", mimeType: "application/pdf", buffer: leaflet(mark) },
  ]);
  await expect(async () => {
    await page.goto(media);
    await expect(card(page, "trip.webm").locator("img")).toHaveAttribute("src", /\/poster\.jpg/, { timeout: 300 });
    await expect(card(page, "leaflet.pdf").locator("img")).toHaveAttribute("src", /\/poster\.jpg/, { timeout: 300 });
  }).toPass({ timeout: 20_000 });
  await expect(card(page, "trip.webm").first()).toContainText("0:02");
  await expect(card(page, "leaflet.pdf").first()).toContainText("1 page");
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "media-library");

  await card(page, "leaflet.pdf").first().getByRole("link").click();
  const first = page.getByRole("img", { name: "First page of leaflet.pdf" });
  await expect(first).toBeVisible();
  expect(await first.evaluate((shown: HTMLImageElement) => shown.naturalWidth)).toBeGreaterThan(600);
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "media-document");

  await page.goto(media);
  await card(page, "trip.webm").first().getByRole("link").click();
  await expect(page.locator("video")).toHaveAttribute("poster", /\/poster\.jpg/);
  await isAccessible(page);
  await picture(page, "media-film");

  await page.goto(media);
  for (const name of ["Type", "Size", "Added", "Show", "Order"]) {
    const choice = page.getByRole("search", { name: "Media" }).getByLabel(name, { exact: true });
    await choice.selectOption({ index: 1 });
    const parameter = await choice.getAttribute("name");
    await expect(page, `${name} is heard of`).toHaveURL(new RegExp(`[?&]${parameter}=[^&]+`));
  }
});

test("a HEIC picture is refused with what to do, and nothing of it stays", async ({ page, site }) => {
  await page.goto(`/admin/${site.organization}/media`);
  await page.locator("#upload-file").setInputFiles({ name: "IMG_0042.HEIC", mimeType: "image/heic", buffer: sample("phone.heic") });
  await expect(page.locator("media-upload")).toContainText("Export it as JPEG");
  await isAccessible(page);
  await picture(page, "media-refused");
  await page.goto(`/admin/${site.organization}/media?q=IMG_0042`);
  await expect(page.locator("#results")).toBeVisible();
  await expect(card(page, "IMG_0042")).toHaveCount(0);
});

test("a file sent again is told as known, what is refused comes first, and many are chosen at once", async ({ page, site }) => {
  await page.goto(`/admin/${site.organization}/media`);
  const photo = (name: string) => ({ name, mimeType: "image/jpeg", buffer: unlike(sample("cmyk.jpg"), name) });
  await send(page, [photo("one.jpg"), photo("two.jpg"), photo("three.jpg")]);
  await page.locator("#upload-file").setInputFiles([{ ...photo("one.jpg"), name: "again.jpg" }, { name: "lie.png", mimeType: "image/png", buffer: Buffer.from("<html>") }]);
  const rows = page.locator(".uploads li");
  await expect(rows.filter({ hasText: "again.jpg" })).toContainText("The library has the same file already, as “one.jpg”");
  await expect(rows.first()).toContainText("lie.png");
  await expect(page.locator(".uploads-head")).toContainText("3 done, 1 known already, 1 not added");

  await page.reload();
  const boxes = page.locator('input[name="ids"]');
  const count = page.locator("[data-count]");
  await boxes.nth(0).check();
  await boxes.nth(2).click({ modifiers: ["Shift"] });
  await expect(count).toHaveText("3 chosen");
  const all = page.getByLabel("All on this page");
  await all.check();
  await expect(count).toHaveText(`${await boxes.count()} chosen`);
  await all.uncheck();
  await expect(count).toBeHidden();

  await card(page, "one.jpg").first().getByRole("link").click();
  await isAccessible(page);
  await picture(page, "media-picture");
  await (await field(page, "caption")).fill("The bridge");
  await press(page, /^save/i);
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.getByLabel("Decorative").check();
  await press(page, /^save/i);
  await expect(page.getByText("no alternative text")).toHaveCount(0);
});

test("a picture is cropped by keyboard, put back, and keeps the point that crops keep", async ({ page, site }, { project }) => {
  await page.goto(`/admin/${site.organization}/media`);
  await send(page, [{ name: "pier.jpg", mimeType: "image/jpeg", buffer: unlike(sample("cmyk.jpg"), `crop ${project.name} ${Date.now()}`) }]);
  await page.reload();
  await card(page, "pier.jpg").first().getByRole("link").click();
  const point = page.locator("focal-point");
  await point.focus();
  for (let presses = 0; presses < 10; presses++) await point.press("ArrowRight");
  await expect(await field(page, "focal_x")).toHaveValue("70");
  await press(page, /^save/i);
  await expect(page.getByText("Saved.")).toBeVisible();

  await page.getByText("Crop, turn or mirror").click();
  const tool = page.locator("crop-tool");
  const [width, height] = [Number(await tool.getAttribute("data-width")), Number(await tool.getAttribute("data-height"))];
  await tool.focus();
  for (let presses = 0; presses < 10; presses++) await tool.press("Shift+ArrowLeft");
  const kept = Number(await (await field(page, "crop_width")).inputValue());
  expect(kept).toBeLessThan(width);
  await isAccessible(page);
  await picture(page, "media-crop");
  await page.getByRole("button", { name: "Change the picture" }).click();
  await expect(page.getByText(`${kept}×${height}`).first()).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText(`${width}×${height}`).first()).toBeVisible();
  await expect(await field(page, "focal_x")).toHaveValue("70");
});

test("Enter tags what is chosen, going back sends nothing again and chooses nothing else, and a turn loses no words", async ({ page, site }, { project }) => {
  const media = `/admin/${site.organization}/media`;
  await page.goto(media);
  await makeFolder(page, `Autumn campaign 2026, harbour festival ${project.name}`);
  const photo = (name: string) => ({ name, mimeType: "image/jpeg", buffer: unlike(sample("cmyk.jpg"), `${name} ${project.name} ${Date.now()}`) });
  await send(page, [photo("gull.jpg"), photo("heron.jpg"), photo("tern.jpg")]);
  await page.reload();
  const box = (name: string) => page.getByLabel(`Choose ${name}`);
  await box("gull.jpg").check();
  await page.locator("#bulk-tag").fill("night");
  await page.locator("#bulk-tag").press("Enter");
  await expect(page.getByText("1 file tagged “night”.")).toBeVisible();
  await picture(page, "media-tagged");

  await card(page, "tern.jpg").getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1, name: "tern.jpg" })).toBeVisible();
  await page.goBack();
  await expect(box("gull.jpg")).toBeVisible();

  await box("heron.jpg").check();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByText("1 file put into the bin", { exact: false })).toBeVisible();
  await page.goBack();
  await expect(box("gull.jpg")).not.toBeChecked();
  await expect(box("tern.jpg")).not.toBeChecked();

  await card(page, "tern.jpg").getByRole("link").click();
  await (await field(page, "caption")).fill("Above the pier");
  await expect.poll(() => page.evaluate(() => Object.keys(localStorage).some((key) => /^form:.*:media\//.test(key)))).toBe(true);
  await page.getByText("Crop, turn or mirror").click();
  await (await field(page, "turn")).selectOption("90");
  await page.getByRole("button", { name: "Change the picture" }).click();
  await page.getByRole("button", { name: "Bring it back" }).click();
  await expect(await field(page, "caption")).toHaveValue("Above the pier");
});

test("a file on its way is cancelled, and nothing of it comes", async ({ page, site }) => {
  await page.goto(`/admin/${site.organization}/media`);
  // The first part is held back until it was cancelled.
  let letOn = (): void => {};
  const held = new Promise<void>((resolve) => (letOn = resolve));
  await page.route("**/api/v1/media/uploads/**", async (route) => {
    if (route.request().method() === "PATCH") await held;
    await route.continue().catch(() => undefined);
  });
  const begun = page.waitForRequest((request) => request.method() === "PATCH" && request.url().includes("/media/uploads/"));
  await page.locator("#upload-file").setInputFiles({ name: "slow.jpg", mimeType: "image/jpeg", buffer: unlike(sample("cmyk.jpg"), `slow ${Date.now()}`) });
  await begun;
  await page.getByRole("button", { name: "Cancel: slow.jpg" }).click();
  letOn();
  await expect(page.locator(".uploads li")).toContainText("Cancelled");
  await page.unrouteAll({ behavior: "wait" });
  await page.goto(`/admin/${site.organization}/media?q=slow`);
  await expect(page.locator("#results")).toBeVisible();
  await expect(card(page, "slow.jpg")).toHaveCount(0);
});

async function makeFolder(page: Page, name: string): Promise<void> {
  await page.locator("#folder-name").fill(name);
  await page.getByRole("button", { name: "Make folder" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}

const folder = (page: Page, name: string) => page.getByRole("navigation", { name: "Folders" }).getByRole("link", { name });

test("a folder goes where it is dragged, never into itself, and by its form where nobody drags", async ({ page, site }) => {
  const media = `/admin/${site.organization}/media`;
  for (const name of ["Spring", "Summer"]) {
    await page.goto(media);
    await makeFolder(page, name);
  }
  await page.goto(media);
  await folder(page, "Summer").dragTo(folder(page, "Spring"));
  await expect(page.getByText("Saved.")).toBeVisible();
  await expect(folder(page, "Summer")).toHaveAttribute("data-path", "/Spring/Summer");
  await isAccessible(page);
  await picture(page, "media-folder-moved");

  // Into what lies in it: nothing is sent, and all stays where it is.
  await folder(page, "Spring").dragTo(folder(page, "Summer"));
  await expect(folder(page, "Spring")).toHaveAttribute("data-path", "/Spring");
  await folder(page, "Summer").dragTo(folder(page, "At the top"));
  await expect(folder(page, "Summer")).toHaveAttribute("data-path", "/Summer");

  await folder(page, "Summer").click();
  await page.getByRole("link", { name: "Folder", exact: true }).click();
  await (await field(page, "parent_id")).selectOption({ label: "Spring" });
  await press(page, /^save/i);
  await expect(folder(page, "Summer")).toHaveAttribute("data-path", "/Spring/Summer");
});
