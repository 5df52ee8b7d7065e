import { fitsItsWidth, isAccessible, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { createItem, fill, press } from "../support/steps.ts";

test("@everywhere the site's settings are arranged and its pages show them", async ({ page, stranger, site }) => {
  test.setTimeout(90_000);
  await createItem(page, site.organization, { title: "About our harbour", content: "<p>We are here.</p>", slug: `about-${test.info().project.name}`, excerpt: "Who we are." });
  await press(page, /^publish/i);
  await page.goto(`/admin/${site.organization}/settings/site`);
  const main = page.getByRole("main");
  const list = page.locator('[data-links="navigation"]');
  const rows = list.getByRole("listitem");
  // Whatever another run left is taken away first.
  while ((await rows.count()) > 1) await rows.first().getByRole("button", { name: /^remove/i }).click();
  await rows.first().getByPlaceholder("Label").fill("Second");
  await rows.first().getByPlaceholder("/about").fill("/second");
  await list.getByRole("button", { name: "Add a link" }).click();
  await rows.nth(1).getByPlaceholder("Label").fill("First");
  await rows.nth(1).getByPlaceholder("/about").fill("/first");
  await list.getByRole("button", { name: "Add a link" }).click();
  await rows.nth(2).getByPlaceholder("Label").fill("Below");
  await rows.nth(2).getByPlaceholder("/about").fill("/below");
  await rows.nth(2).getByRole("checkbox").check();
  await rows.nth(1).getByRole("button", { name: /up$/ }).press("Enter");
  await expect(rows.nth(0).getByPlaceholder("Label")).toHaveValue("First");
  await fill(page, { site_title: "Harbour Press", site_description: "What the tide brings in." });
  await main.getByRole("combobox", { name: /typeface/i }).selectOption("sans");
  await isAccessible(page);
  await fitsItsWidth(page);
  await press(page, /^save site/i);
  await expect(main).toContainText("The site was saved");
  await picture(page, "settings-site-filled");

  await stranger.goto(`/s/${site.organization}/`);
  const navigation = stranger.getByRole("navigation", { name: "Main" });
  await expect(navigation.getByRole("link", { name: "First" })).toHaveAttribute("href", `/s/${site.organization}/first`);
  await navigation.locator("summary", { hasText: "Second" }).click();
  await expect(navigation.getByRole("link", { name: "Below" })).toBeVisible();
  await isAccessible(stranger);
  await fitsItsWidth(stranger);
  await picture(stranger, "site-menu-open");
});

test("a domain is claimed, and what to set is shown", async ({ page, site }) => {
  await page.goto(`/admin/${site.organization}/settings/domain`);
  await fill(page, { domain: "news.harbour.example" });
  await press(page, /^add domain/i);
  const main = page.getByRole("main");
  await expect(main).toContainText("_contentpilot.news.harbour.example");
  await isAccessible(page);
  await picture(page, "settings-domain-claimed");
  await main.getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(main).toContainText("news.harbour.example is removed");
});

test("an export is made and downloaded", async ({ page, site }) => {
  await page.goto(`/admin/${site.organization}/settings/exports`);
  await press(page, /^make an export/i);
  const link = page.getByRole("main").getByRole("link", { name: "Download" });
  await expect(async () => {
    await page.reload();
    await expect(link.first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await isAccessible(page);
  await picture(page, "settings-exports-ready");
  const [download] = await Promise.all([page.waitForEvent("download"), link.first().click()]);
  expect(download.suggestedFilename()).toMatch(/\.zip$/);
});
