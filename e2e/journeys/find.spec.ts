import { fitsItsWidth, isAccessible, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { createItem } from "../support/steps.ts";

test("@everywhere the palette goes to, creates and finds by keyboard alone", async ({ page, site, isMobile }) => {
  const editor = await createItem(page, site.organization, { title: `Lanterns of the old pier ${isMobile}`, content: "<p>Oil and glass.</p>" });
  await page.goto(`/admin/${site.organization}/content`);
  const field = page.getByRole("combobox", { name: "Search for anything" });

  await page.keyboard.press("Control+k");
  await expect(field).toBeFocused();
  const options = page.getByRole("listbox", { name: "Results" }).getByRole("option");
  await expect(page.getByRole("group", { name: "Recent" }).getByRole("option").first(), "what was opened last stands first").toContainText("Lanterns");
  await expect(page.getByRole("group", { name: "Create" }).getByRole("option", { name: "New article" })).toBeVisible();
  await isAccessible(page);
  await picture(page, "palette");

  await field.fill("sett");
  await expect(options.first()).toContainText("Settings");
  await expect(options.first()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/admin/${site.organization}/settings$`));

  // The index is filled by a job, a moment after the item was saved.
  await expect(async () => {
    // The keys close what is open, and are lost before the page's script has come.
    if (!(await field.isVisible())) await page.keyboard.press("Control+k");
    await field.fill("", { timeout: 1000 });
    await field.fill("oil glass");
    await expect(page.getByRole("group", { name: "Content" }).getByRole("option").first()).toContainText("Lanterns", { timeout: 1000 });
  }).toPass({ timeout: 10_000 });
  await expect(page.getByRole("dialog").getByRole("status")).toContainText(/result/);
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "palette-results");
  await page.keyboard.press("ArrowUp");
  await expect(options.last(), "the choice goes round").toHaveAttribute("aria-selected", "true");
  expect(await field.getAttribute("aria-activedescendant")).toBe(await options.last().getAttribute("id"));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(editor);
});

test("the palette closes where it was opened, and leaves the editor its keys", async ({ page, site }) => {
  await page.goto(`/admin/${site.organization}/content`);
  const opener = page.getByRole("banner").getByRole("link", { name: "Search" });
  await opener.click();
  const dialog = page.getByRole("dialog", { name: "Search and commands" });
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search for anything" }).fill("nothing answers this at all");
  await expect(dialog.getByRole("status")).toContainText("Nothing found");
  await page.keyboard.press("Enter");
  await expect(page, "all results").toHaveURL(/\/find\?q=nothing/);
  await expect(page.getByRole("heading", { name: "Nothing found" })).toBeVisible();

  await page.goto(`/admin/${site.organization}/content/new`);
  const text = page.locator(".ProseMirror");
  await text.click();
  await page.keyboard.press("Control+k");
  await expect(dialog).toBeHidden();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the search leads to a page", async ({ page, site }) => {
    await page.goto(`/admin/${site.organization}/content`);
    await page.getByRole("banner").getByRole("link", { name: "Search" }).click();
    await page.getByRole("searchbox", { name: "Search in everything" }).fill("members");
    await page.keyboard.press("Enter");
    await page.getByRole("main").getByRole("link", { name: "Members" }).click();
    await expect(page).toHaveURL(new RegExp(`/admin/${site.organization}/members$`));
  });
});
