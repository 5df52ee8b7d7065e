import type { Page } from "@playwright/test";
import { fitsItsWidth, isAccessible, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { film } from "../support/media.ts";
import { createItem } from "../support/steps.ts";

const text = (page: Page) => page.getByRole("textbox", { name: "Text", exact: true }).and(page.locator("#editor-text"));
const source = (page: Page) => page.locator('textarea[name="content"]');
const toolbar = (page: Page) => page.getByRole("toolbar", { name: "Formatting" });

async function isSaved(page: Page): Promise<void> {
  await expect(page.locator(".editor-status")).toHaveText("Saved", { timeout: 15_000 });
}

async function sendFromDialog(page: Page, name: string, mimeType: string, buffer: Buffer): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Send a file" }).click();
  await (await chooser).setFiles({ name, mimeType, buffer });
  await page.getByRole("button", { name: "Take it" }).click({ timeout: 20_000 });
}

test("films, files and sounds come from the library or from an address", async ({ page, site }) => {
  await createItem(page, site.organization, { title: "With media", content: "<p>Before.</p>" });
  await text(page).click();
  await page.keyboard.press("ControlOrMeta+End");
  await toolbar(page).getByRole("button", { name: "Video", exact: true }).click();
  await sendFromDialog(page, "harbour.mp4", "video/mp4", film(20_000));
  await expect(text(page).locator("video")).toHaveAttribute("src", /^\/media\//);
  await toolbar(page).getByRole("button", { name: "Audio", exact: true }).click();
  await page.getByRole("button", { name: "From an address" }).click();
  await page.getByRole("dialog").getByLabel("Address").fill("https://example.com/waves.mp3");
  await page.getByRole("button", { name: "Insert" }).click();
  await toolbar(page).getByRole("button", { name: "File", exact: true }).click();
  await isAccessible(page);
  await sendFromDialog(page, "timetable.pdf", "application/pdf", Buffer.from("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"));
  // What was saved before is "Saved" until the text has the file.
  await expect(source(page)).toHaveValue(/class="file"/);
  await isSaved(page);
  await isAccessible(page);
  const stored = (await source(page).inputValue()).split("\n");
  expect(stored[1]).toMatch(/^<figure><video src="\/media\/[^"]+" controls="" preload="metadata"><\/video><\/figure>$/);
  expect(stored[2]).toBe('<figure><audio src="https://example.com/waves.mp3" controls="" preload="metadata"></audio></figure>');
  expect(stored[3]).toMatch(/^<figure class="file"><a href="\/media\/[^"]+" download="" rel="noopener">timetable(\.pdf)? <small>PDF · \d+ B<\/small><\/a><\/figure>$/);
  await page.reload();
  await expect(text(page).locator("figure.file")).toContainText("PDF");
  await expect(source(page), "opening changes nothing").toHaveValue(stored.join("\n"));
  await picture(page, "editor-media");
});

test("a pasted address of a film becomes its player, which readers start", async ({ page, site }) => {
  const asked: string[] = [];
  await page.route(/youtube-nocookie\.com/, (route) => {
    asked.push(route.request().url());
    return route.fulfill({ contentType: "text/html", body: "<p>The player</p>" });
  });
  await createItem(page, site.organization, { title: "A film from elsewhere", content: "<p>Before.</p>", slug: "film-from-elsewhere" });
  await text(page).click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.press("Enter");
  await text(page).evaluate((target) => {
    const transfer = new DataTransfer();
    transfer.setData("text/plain", "https://youtu.be/dQw4w9WgXcQ");
    target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
  });
  await expect(text(page).locator("figure.embed")).toContainText("Player of YouTube");
  await isSaved(page);
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.getByRole("dialog", { name: "Publish now?" }).getByRole("button", { name: "Publish" }).press("Enter");
  await expect(page.getByRole("main")).toContainText("Published.");
  await page.goto(`/s/${site.organization}/film-from-elsewhere`);
  const player = page.locator(".player");
  await player.scrollIntoViewIfNeeded();
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "site-player");
  expect(asked, "nothing is asked of another site before the reader wants it").toEqual([]);
  await player.getByText("Play here, from YouTube").click();
  await expect(page.frameLocator(".player iframe").getByText("The player")).toBeVisible();
  expect(asked).toEqual(["https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"]);
});

test("@everywhere callouts have kinds, tables merge cells, code has its colours here and on the site", async ({ page, site }) => {
  const content = [
    '<div class="callout"><p>Mind the gap.</p></div>',
    "<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
    '<pre><code class="language-rust">fn main() { // the beginning\n    println!("hello", 42);\n}</code></pre>',
  ].join("\n");
  const slug = `kinds-${test.info().project.name}`;
  await createItem(page, site.organization, { title: "Kinds", content, slug });
  await text(page).getByText("Mind the gap.").click();
  const kinds = page.getByRole("toolbar", { name: "Callout" });
  await expect(kinds.getByRole("button", { name: "Note" })).toHaveAttribute("aria-pressed", "true");
  await kinds.getByRole("button", { name: "Warning" }).click();
  await expect(text(page).locator(".callout-warning")).toBeVisible();
  await isAccessible(page);
  await text(page).getByText("1", { exact: true }).click();
  const table = page.getByRole("toolbar", { name: "Table" });
  await expect(table.getByRole("button", { name: "Merge cells" })).toHaveAttribute("aria-disabled", "true");
  await table.getByRole("button", { name: "Row above" }).click();
  await table.getByRole("button", { name: "Column before" }).click();
  await expect(text(page).locator("pre .hl-keyword").first()).toHaveText("fn");
  await expect(text(page).locator("pre .hl-comment")).toHaveText("// the beginning");
  await isSaved(page);
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "editor-kinds");
  expect(await source(page).inputValue()).toContain('<div class="callout callout-warning"><p>Mind the gap.</p></div>');
  expect(await source(page).inputValue(), "colours are not stored").not.toContain("hl-");
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.getByRole("dialog", { name: "Publish now?" }).getByRole("button", { name: "Publish" }).press("Enter");
  await expect(page.getByRole("main")).toContainText("Published.");
  await page.goto(`/s/${site.organization}/${slug}`);
  await expect(page.locator("pre .hl-keyword").first()).toHaveText("fn");
  await expect(page.locator("pre code")).toHaveText('fn main() { // the beginning\n    println!("hello", 42);\n}');
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "site-kinds");
});

test("what is chosen has its own bar, and blocks are dragged by their handle", async ({ page, site }) => {
  await createItem(page, site.organization, { title: "By mouse", content: "<p>First words</p>\n<p>Second words</p>\n<p>Third words</p>" });
  await text(page).getByText("First words").dblclick({ position: { x: 12, y: 10 } });
  const bubble = page.getByRole("toolbar", { name: "Selection" });
  await expect(bubble).toBeVisible();
  await isAccessible(page);
  await picture(page, "editor-bubble");
  await bubble.getByRole("button", { name: "Bold" }).click();
  await expect(bubble.getByRole("button", { name: "Bold" })).toHaveAttribute("aria-pressed", "true");
  await expect(text(page).locator("strong")).toHaveCount(1);
  await page.keyboard.press("ArrowRight");
  await expect(bubble).toBeHidden();

  await text(page).getByText("Third words").hover();
  const handle = page.locator(".drag-handle");
  await expect(handle).toBeVisible();
  const first = (await text(page).locator("p").first().boundingBox())!;
  const from = (await handle.boundingBox())!;
  await page.mouse.move(from.x + 8, from.y + 8);
  await page.mouse.down();
  // A drag begins on the handle itself.
  await page.mouse.move(from.x + 10, from.y + 14, { steps: 3 });
  await page.mouse.move(first.x + 4, first.y + 20, { steps: 4 });
  await page.mouse.move(first.x + 4, first.y + 2, { steps: 4 });
  await page.mouse.up();
  await expect(text(page).locator("p").first()).toHaveText("Third words");
  await isSaved(page);
  expect(await source(page).inputValue()).toMatch(/^<p>Third words<\/p>\n<p>.*First.*<\/p>\n<p>Second words<\/p>$/);
});
