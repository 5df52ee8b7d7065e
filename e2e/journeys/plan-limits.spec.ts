import { fitsItsWidth, isAccessible, picture } from "../support/checks.ts";
import { expect, freshTest } from "../support/fixtures.ts";
import { createItem, fill, press, setUp } from "../support/steps.ts";

freshTest("@everywhere a full plan is shown in the library and refused in words, and nothing typed is lost", async ({ page, program }) => {
  const olivia = { name: "Olivia Owner", email: "olivia@example.com", password: "a lantern over the harbour 7" };
  const organization = await setUp(page, olivia, "Harbour Press");
  await createItem(page, organization, { title: "The only one", content: "<p>Water.</p>" });
  const told = await program.command("org", "limits", "--org", organization, "--content-items", "1");
  expect(told).toContain("content items  1 of 1");

  await page.goto(`/admin/${organization}/content`);
  await expect(page.getByRole("main")).toContainText("1 of 1 items in your plan");
  await expect(page.getByLabel("Your plan")).toBeVisible();
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "library-full-plan");

  await page.goto(`/admin/${organization}/content/new`);
  await fill(page, { title: "One too many", content: "<p>Typed in vain?</p>" });
  await press(page, /^save/i);
  await expect(page.getByRole("main")).toContainText("Your plan allows one item of content");
  await expect(page.locator('[name="title"]')).toHaveValue("One too many");
  await isAccessible(page);
  await picture(page, "editor-full-plan");

  await program.command("org", "limits", "--org", organization, "--content-items", "none");
  await press(page, /^save/i);
  await expect(page).toHaveURL(/\/content\/(?!new)[A-Za-z0-9_-]+/);
});
