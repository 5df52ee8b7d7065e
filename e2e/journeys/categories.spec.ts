import { isAccessible, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { fill, press } from "../support/steps.ts";
import type { Page } from "@playwright/test";

async function add(page: Page, organization: string, name: string): Promise<void> {
  await page.goto(`/admin/${organization}/categories/new`);
  await fill(page, { name });
  await press(page, /^add category/i);
  await expect(page.getByRole("main")).toContainText(name);
}

const row = (page: Page, name: string) => page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });

/** Drags a row by its handle to a part of another row: 0 is its upper edge, 1 its lower. */
async function drag(page: Page, from: string, to: string, part: number): Promise<void> {
  const handle = await row(page, from).locator(".tree-handle").boundingBox();
  const target = await row(page, to).boundingBox();
  if (!handle || !target) throw new Error("a row is not shown");
  await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2);
  await page.mouse.down();
  await page.mouse.move(target.x + 40, target.y + target.height * part, { steps: 5 });
  await page.mouse.up();
}

test("categories are dragged into place, and moved with buttons, and told where they are", async ({ page, site }) => {
  const names = ["Boats", "Ports", "Fish"];
  for (const name of names) await add(page, site.organization, name);
  await page.goto(`/admin/${site.organization}/categories`);
  const told = page.locator("category-tree [role=status]");

  await drag(page, "Fish", "Boats", 0.1);
  await expect(told).toHaveText(/^Fish is now at the top, 1 of \d\.$/);
  await drag(page, "Ports", "Boats", 0.5);
  await expect(told).toHaveText("Ports is now below Boats, 1 of 1.");
  await isAccessible(page);
  await picture(page, "categories-arranged");

  // A category never goes below itself, wherever it is let go.
  await drag(page, "Boats", "Ports", 0.5);
  await expect(told).toHaveText("Ports is now below Boats, 1 of 1.");

  await page.getByRole("button", { name: "Move Ports out" }).click();
  await expect(told).toHaveText(/^Ports is now at the top, 3 of \d\.$/);
  await page.getByRole("button", { name: "Move Ports up" }).click();
  await expect(told).toHaveText(/^Ports is now at the top, 2 of \d\.$/);
  await expect(page.getByRole("button", { name: "Move Ports up" }), "the keyboard stays where it was").toBeFocused();
  await page.reload();
  await expect(page.getByRole("row").nth(2)).toContainText("Ports");
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the buttons arrange the tree", async ({ page, site }) => {
    for (const name of ["Winter", "Summer"]) await add(page, site.organization, name);
    await page.goto(`/admin/${site.organization}/categories`);
    await page.getByRole("button", { name: "Move Summer in" }).click();
    await expect(page.getByRole("main")).toContainText("“Summer” was moved.");
    await page.getByRole("button", { name: "Move Summer out" }).click();
    await expect(page).toHaveURL(/#category-/);
  });
});
