import { fitsItsWidth, isAccessible, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { createItem } from "../support/steps.ts";

test("@everywhere the library is filtered, saved as a view and walked through by keyboard", async ({ page, site, isMobile }) => {
  const name = `Ferry ${test.info().project.name}`;
  for (const title of [`${name} one`, `${name} two`]) await createItem(page, site.organization, { title, content: "<p>Water.</p>" });
  await page.goto(`/admin/${site.organization}/content`);

  await page.getByRole("searchbox", { name: "Search in content" }).fill(name);
  await expect(page).toHaveURL(/q=Ferry/);
  await page.getByText("More filters").click();
  await page.getByLabel("Completeness").selectOption("No excerpt");
  await expect(page, "filters apply themselves").toHaveURL(/missing=excerpt/);
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("row").filter({ hasText: name })).toHaveCount(2, { timeout: 500 });
  }).toPass({ timeout: 10_000 });
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "library-filtered");

  await page.getByText("Save this view").click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Save view" }).click();
  const tab = page.getByRole("navigation", { name: "Views", exact: true }).getByRole("link", { name });
  await expect(tab).toHaveAttribute("aria-current", "page");
  await page.getByLabel("Completeness").selectOption("Complete or not");
  await expect(tab, "another list is not this view").not.toHaveAttribute("aria-current", "page");
  await tab.click();
  await expect(tab).toHaveAttribute("aria-current", "page");

  const rows = page.locator("tbody tr");
  await rows.first().focus();
  await page.keyboard.press("x");
  await expect(rows.first().getByRole("checkbox")).toBeChecked();
  await page.keyboard.press("j");
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press("k");
  await expect(rows.first()).toBeFocused();
  const title = await rows.first().getByRole("link").first().textContent();
  await page.keyboard.press("Enter");
  await expect(page.locator('[name="title"]')).toHaveValue(title ?? "");

  await page.goto(`/admin/${site.organization}/content/views`);
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "views");
  await page.getByRole("listitem").filter({ has: page.locator(`input[value="${name}"]`) }).getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("button", { name: "Delete view" }).filter({ visible: true }).click();
  await expect(page.getByRole("main")).toContainText("Deleted.");
  expect(isMobile, "told apart by their names").toBe(test.info().project.name === "phone");
});

test("a row is duplicated and columns sort", async ({ page, site }) => {
  // Other stories write into the same organization, so this one looks at what carries its own word.
  const word = `sorted${crypto.randomUUID().slice(0, 8)}`;
  await createItem(page, site.organization, { title: `Zebra, ${word}`, content: "<p>Grass.</p>" });
  await createItem(page, site.organization, { title: `Aardvark, ${word}`, content: "<p>Ants.</p>" });
  const rows = page.locator("tbody tr");
  await expect(async () => {
    await page.goto(`/admin/${site.organization}/content?view=all&q=${word}`);
    await expect(rows, "both are found").toHaveCount(2, { timeout: 500 });
  }).toPass({ timeout: 10_000 });
  await page.getByRole("link", { name: "Title", exact: true }).click();
  await expect(page.getByRole("columnheader", { name: "Title" })).toHaveAttribute("aria-sort", "ascending");
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText("Aardvark");
  await page.getByRole("link", { name: "Title", exact: true }).click();
  await expect(page.getByRole("columnheader", { name: "Title" })).toHaveAttribute("aria-sort", "descending");
  await expect(rows.first()).toContainText("Zebra");
  await page.getByLabel("All", { exact: true }).check();
  for (const row of await rows.all()) await expect(row.getByRole("checkbox")).toBeChecked();
  await page.getByLabel("What to do with the chosen items").selectOption("Submit for review");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByRole("main")).toContainText("2 items were changed.");
  await page.getByRole("button", { name: `Duplicate Aardvark, ${word}` }).click();
  await expect(page.getByRole("main")).toContainText("This is the copy, a draft.");
});
