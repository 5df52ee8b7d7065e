import { isAccessible, picture } from "../support/checks.ts";
import { expect, freshTest, owner } from "../support/fixtures.ts";
import { createItem, deleteItem, field, fill, press, setUp } from "../support/steps.ts";

freshTest("@everywhere from an empty machine to a published article and back", async ({ page, request }) => {
  await page.goto("/");
  await expect(page, "a first visit leads to the setup page").toHaveURL(/\/admin\/setup$/);
  await isAccessible(page);
  await picture(page, "setup");
  const organization = await setUp(page, owner, "Harbour Press");

  await page.goto(`/admin/${organization}/content`);
  await expect(page.getByRole("main").getByRole("heading", { level: 2 })).toBeVisible();
  await isAccessible(page);
  await picture(page, "content-empty");

  const editor = await createItem(page, organization, { title: "Tides & Lanterns", content: "<p>The <strong>harbour</strong> at night.</p>" });
  await fill(page, { title: "Tides and Lanterns", excerpt: "A walk along the quay." });
  await press(page, /^save/i);
  await expect(page.getByRole("status").first()).toContainText(/saved/i);
  await expect(await field(page, "title")).toHaveValue("Tides and Lanterns");
  const slug = await (await field(page, "slug")).inputValue();
  const address = `/s/${organization}/${slug}`;
  expect((await request.get(address)).status(), "a draft is not public").toBe(404);

  await press(page, /^publish/i);
  await expect(page.getByRole("main")).toContainText(/published/i);
  await picture(page, "editor-published");

  await page.goto(address);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tides and Lanterns");
  await expect(page.locator(".prose strong")).toBeVisible();
  await expect(page.locator('link[rel="canonical"]')).toHaveAttribute("href", new RegExp(`${address}$`));
  await isAccessible(page);
  await picture(page, "site-article");
  await page.goto(`/s/${organization}/`);
  await expect(page.getByRole("link", { name: "Tides and Lanterns" }).first()).toBeVisible();
  await isAccessible(page);
  await picture(page, "site-home");
  expect(await (await request.get(`/s/${organization}/feed.xml`)).text()).toContain("Tides and Lanterns");
  expect(await (await request.get(`/s/${organization}/sitemap.xml`)).text()).toContain(address);

  await page.goto(editor);
  await press(page, /^unpublish/i);
  await expect(page.getByRole("main")).toContainText(/draft/i);
  await expect.poll(async () => (await request.get(address)).status(), { message: "unpublished is gone" }).toBe(404);
  expect(await (await request.get(`/s/${organization}/feed.xml`)).text()).not.toContain("Tides and Lanterns");

  await page.goto(editor);
  await deleteItem(page);
  expect((await page.request.get(editor)).status()).toBe(404);
});

freshTest("the setup page is there once", async ({ page }) => {
  await setUp(page, owner, "Harbour Press");
  await page.goto("/admin/setup");
  await expect(page.locator('[name="organization_name"]')).toHaveCount(0);
});

freshTest("a weak password is refused before anything is made, and nothing typed is lost", async ({ page }) => {
  await page.goto("/admin/setup");
  await fill(page, { name: owner.name, email: owner.email, password: "password", organization_name: "Harbour Press" });
  await press(page, /^create account/i);
  await expect(page).toHaveURL(/\/admin\/setup/);
  await expect(await field(page, "password")).toHaveAttribute("aria-invalid", "true");
  await expect(await field(page, "organization_name")).toHaveValue("Harbour Press");
  await isAccessible(page);
});
