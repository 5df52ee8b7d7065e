import { isAccessible } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { field, fill, press } from "../support/steps.ts";

test("an API key is shown once, and opens the API", async ({ page, playwright, site }) => {
  await page.goto(`/admin/${site.organization}/api-keys`);
  await fill(page, { name: "Build server" });
  await (await field(page, "role")).selectOption("ADMIN");
  await press(page, /create|make|new/i);
  await expect(page.getByRole("main")).toContainText(/cp_\w{16,}/);
  await isAccessible(page);
  const key = /cp_\w{16,}/.exec(await page.getByRole("main").innerHTML())?.[0] ?? "";

  const outside = await playwright.request.newContext({ baseURL: site.url, storageState: { cookies: [], origins: [] } });
  const list = await outside.get("/api/v1/content", { headers: { Authorization: `Bearer ${key}` } });
  expect(list.status()).toBe(200);
  expect(await list.json()).toHaveProperty("data");
  expect((await outside.get("/api/v1/content")).status(), "without it, nobody").toBe(401);
  await outside.dispose();

  await page.goto(`/admin/${site.organization}/api-keys`);
  await expect(page.getByRole("main")).toContainText("Build server");
  expect(await page.content(), "it is shown once").not.toContain(key);
});
