import { isAccessible, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { createItem } from "../support/steps.ts";

test("@everywhere unsaved text is seen as a reader, on a phone and as a card", async ({ page, site }) => {
  await page.goto(`/admin/${site.organization}/content/new`);
  await page.getByLabel("Title", { exact: true }).first().fill("Not saved yet");
  await page.getByRole("textbox", { name: "Text", exact: true }).and(page.locator("#editor-text")).click();
  await page.keyboard.type("Boats in the fog.");
  await page.route("**/api/v1/content**", (route) => route.abort());
  await page.getByRole("button", { name: "Preview", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Preview" });
  const shown = dialog.frameLocator("iframe");
  await expect(shown.getByRole("heading", { level: 1 })).toHaveText("Not saved yet");
  await expect(shown.locator(".prose")).toContainText("Boats in the fog.");
  await isAccessible(page);
  await picture(page, "editor-preview-reader");
  await dialog.getByLabel("On a phone").check();
  const box = await dialog.locator("iframe").boundingBox();
  expect(box!.width).toBeLessThanOrEqual(392);
  await picture(page, "editor-preview-phone");
  await dialog.getByLabel("As a card").check();
  await expect(dialog.locator(".seo-card").first()).toContainText("Not saved yet");
  await isAccessible(page);
  await picture(page, "editor-preview-card");
  await dialog.getByLabel("As a reader").check();
  await expect(shown.locator(".prose"), "what was shown is still there").toContainText("Boats in the fog.");
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("button", { name: "Preview", exact: true })).toBeFocused();
  await expect(page, "looking is not leaving").toHaveURL(/\/content\/new$/);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the preview opens beside the editor", async ({ page, site, context }) => {
    await createItem(page, site.organization, { title: "Plain preview", content: "<p>Ink.</p>" });
    await page.locator('textarea[name="content"]').fill("<p>Ink, not saved.</p>");
    const opened = context.waitForEvent("page");
    await page.getByRole("button", { name: "Preview", exact: true }).click();
    const preview = await opened;
    await expect(preview.locator(".prose")).toContainText("Ink, not saved.");
    await expect(page.locator('textarea[name="content"]')).toHaveValue("<p>Ink, not saved.</p>");
  });
});
