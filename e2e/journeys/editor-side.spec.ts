import type { Page } from "@playwright/test";
import { fitsItsWidth, isAccessible, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { createItem } from "../support/steps.ts";

const tab = (page: Page, name: string) => page.getByRole("tab", { name: new RegExp(`^${name}`) });
const panel = (page: Page, name: string) => page.getByRole("tabpanel", { name: new RegExp(`^${name}`) });
const status = (page: Page) => page.locator(".editor-status");

/** A small picture that no library has yet: its bytes differ with its colour. */
async function png(page: Page, colour: string): Promise<Buffer> {
  const data = await page.evaluate((fill) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 90 });
    const brush = canvas.getContext("2d")!;
    brush.fillStyle = fill;
    brush.fillRect(0, 0, 160, 90);
    return canvas.toDataURL("image/png");
  }, colour);
  return Buffer.from(data.split(",")[1]!, "base64");
}

test("@everywhere what stands beside the text is in tabs, walked by mouse and keyboard", async ({ page, site, isMobile }) => {
  await createItem(page, site.organization, { title: "Beside the text", content: "<p>Water.</p>" });
  const [main, side] = [(await page.locator(".editor-main").boundingBox())!, (await page.locator(".editor-side").boundingBox())!];
  if (isMobile) expect(side.y, "one column").toBeGreaterThanOrEqual(main.y + main.height);
  else {
    expect(side.x, "the panels stand to the right of the text").toBeGreaterThanOrEqual(main.x + main.width);
    expect(Math.abs(side.y - main.y), "at its height").toBeLessThan(40);
    expect(main.width, "the text has most of the room").toBeGreaterThan(side.width * 1.5);
  }
  const here = page.locator(".breadcrumbs [aria-current]");
  expect(await here.evaluate((crumb) => crumb.scrollWidth <= crumb.clientWidth), "where one stands is not cut").toBe(true);
  await expect(tab(page, "Publish")).toHaveAttribute("aria-selected", "true");
  await expect(panel(page, "Publish").getByRole("heading", { name: "Details" })).toBeVisible();
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "editor-tab-publish");
  await tab(page, "Publish").focus();
  await page.keyboard.press("ArrowRight");
  await expect(tab(page, "SEO")).toBeFocused();
  await expect(panel(page, "SEO").getByText("of 100")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Details" })).toBeHidden();
  await isAccessible(page);
  await picture(page, "editor-tab-seo");
  await page.keyboard.press("ArrowRight");
  await expect(panel(page, "History").getByText("Version 1")).toBeVisible();
  await isAccessible(page);
  await picture(page, "editor-tab-history");
  await page.keyboard.press("End");
  await expect(panel(page, "Comments").getByLabel("Visitors may comment")).toBeChecked();
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "editor-tab-comments");
  await page.keyboard.press("Home");
  await expect(tab(page, "Publish")).toBeFocused();
});

test("what is wrong in a panel that is not shown brings it to light", async ({ page, site }) => {
  await createItem(page, site.organization, { title: "Wrong elsewhere", content: "<p>Water.</p>" });
  await tab(page, "SEO").click();
  await page.getByLabel("Canonical address").fill("no address");
  await tab(page, "Publish").click();
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(tab(page, "SEO"), "the browser's own check").toHaveAttribute("aria-selected", "true");
  await expect(page.getByLabel("Canonical address")).toBeFocused();
  await page.getByLabel("Canonical address").fill("");
  await tab(page, "Publish").click();
  await page.locator("#slug").fill("Not an address");
  await tab(page, "History").click();
  await page.keyboard.press("ControlOrMeta+s");
  await expect(tab(page, "Publish"), "the server's check").toContainText("1");
  await expect(panel(page, "Publish").getByText("small letters").first()).toBeVisible();
});

test("a revision leads from the history to what it changed, and comments are switched off", async ({ page, site }) => {
  const editor = await createItem(page, site.organization, { title: "With a past", content: "<p>Low water.</p>" });
  await page.getByRole("textbox", { name: "Text", exact: true }).and(page.locator("#editor-text")).click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type(" High water.");
  await tab(page, "Comments").click();
  await page.getByLabel("Visitors may comment").uncheck();
  await expect(status(page)).toHaveText("Saved", { timeout: 15_000 });
  await page.goto(editor);
  await expect(tab(page, "Comments"), "the panel stays open over a reload").toHaveAttribute("aria-selected", "true");
  await expect(page.getByLabel("Visitors may comment")).not.toBeChecked();
  await tab(page, "History").click();
  await page.getByRole("link", { name: "Changes of version 2" }).click();
  await expect(page.getByRole("main")).toContainText("High water.");
});

test("the featured image is chosen in the library, sent from the dialog, dropped, described and removed", async ({ page, site }) => {
  const editor = await createItem(page, site.organization, { title: "With a picture", content: "<p>Water.</p>" });
  const box = page.locator("[data-featured-image]");
  await expect(page.getByLabel("Address of the picture")).toBeHidden();
  await box.getByRole("button", { name: "Choose a picture" }).click();
  const dialog = page.getByRole("dialog", { name: "Featured image" });
  await isAccessible(page);
  const chooser = page.waitForEvent("filechooser");
  await dialog.getByRole("button", { name: "Send a file" }).click();
  await (await chooser).setFiles({ name: "quay.png", mimeType: "image/png", buffer: await png(page, "teal") });
  await dialog.getByRole("button", { name: "Take it" }).click({ timeout: 15_000 });
  await expect(box.locator("img")).toBeVisible();
  await expect(box).toContainText("No alternative text.");
  await expect(status(page)).toHaveText("Saved", { timeout: 15_000 });
  await isAccessible(page);
  await picture(page, "editor-featured-image");
  await page.goto(editor);
  await expect(box.locator("img")).toBeVisible();
  const first = await page.locator("input[name=featured_image]").inputValue();
  expect(first).toMatch(/^\/media\//);

  const bytes = [...(await png(page, "maroon"))];
  const stored = page.waitForResponse((response) => response.request().method() === "PATCH" && response.url().includes("/api/v1/content/") && response.ok());
  await box.evaluate((target, data) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(data)], "dusk.png", { type: "image/png" }));
    target.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, bytes);
  await expect(page.locator("input[name=featured_image]")).not.toHaveValue(first, { timeout: 15_000 });
  await stored;
  await box.getByRole("link", { name: "Describe it in the library" }).click();
  await page.getByLabel("Alternative text").fill("The quay at dusk");
  await page.getByRole("button", { name: /^save/i }).first().click();
  await expect(page.getByRole("main")).toContainText("Saved.");
  await page.goto(editor);
  await expect(box).toContainText("The quay at dusk");
  await box.getByRole("button", { name: "Remove" }).click();
  await expect(box.locator("img")).toHaveCount(0);
  await expect(status(page)).toHaveText("Saved", { timeout: 15_000 });
  await page.goto(editor);
  await expect(page.locator("input[name=featured_image]")).toHaveValue("");
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the panels stand below each other, led to by links, and the picture has its field", async ({ page, site }) => {
    await createItem(page, site.organization, { title: "No scripts", content: "<p>Ink.</p>" });
    await expect(page.getByRole("navigation", { name: "About this item" }).getByRole("link")).toHaveCount(4);
    await page.getByRole("link", { name: "History" }).click();
    await expect(page.getByText("Version 1").first()).toBeVisible();
    await page.getByLabel("Address of the picture").fill("/assets/harbour.svg");
    await page.getByRole("button", { name: "Save draft" }).click();
    await expect(page.getByLabel("Address of the picture")).toHaveValue("/assets/harbour.svg");
    await expect(page.locator(".featured-shown img")).toHaveAttribute("src", "/assets/harbour.svg");
  });
});
