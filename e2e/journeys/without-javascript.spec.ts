import { expect, test } from "../support/fixtures.ts";
import { createItem, deleteItem, fill, press, signIn, signOut } from "../support/steps.ts";

test.use({ javaScriptEnabled: false });

test("everything works without JavaScript", async ({ page, site, browser }) => {
  const editor = await createItem(page, site.organization, { title: "Plain as paper", content: "<p>Ink.</p>" });
  await fill(page, { title: "Plain as good paper", slug: "plain-paper" });
  await press(page, /^save/i);
  await expect(page.getByRole("main")).toContainText(/saved/i);
  await press(page, /^publish/i);
  await expect(page.getByRole("main")).toContainText(/published/i);
  await page.goto(`/s/${site.organization}/plain-paper`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Plain as good paper");

  await page.goto(`/admin/${site.organization}/content?q=paper`);
  await expect(page.getByRole("main")).toContainText("Plain as good paper");
  await page.goto(editor);
  await press(page, /^unpublish/i);
  await expect(page.getByRole("button", { name: /^publish/i })).toBeVisible();
  await page.goto(editor);
  await deleteItem(page);
  expect((await page.request.get(editor)).status()).toBe(404);

  const context = await browser.newContext({ baseURL: site.url, javaScriptEnabled: false, storageState: { cookies: [], origins: [] } });
  const other = await context.newPage();
  await signIn(other, site.owner);
  await expect(other).toHaveURL(new RegExp(`/admin/${site.organization}`));
  await signOut(other);
  await context.close();
});

test("a form that is refused keeps what was typed", async ({ page, site }) => {
  await page.goto(`/admin/${site.organization}/content/new`);
  await fill(page, { title: "", content: "<p>Do not lose me.</p>" });
  await page.locator("form:has([name=title])").evaluate((form: HTMLFormElement) => (form.noValidate = true));
  await press(page, /^save/i);
  await expect(page.locator('[name="title"]')).toHaveAttribute("aria-invalid", "true");
  await expect(page.locator('[name="content"]')).toHaveValue(/Do not lose me/);
});
