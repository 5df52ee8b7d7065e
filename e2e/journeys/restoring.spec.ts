import type { Page } from "@playwright/test";
import { fitsItsWidth, hasItsPictures, isAccessible, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { press } from "../support/steps.ts";

/** A call of the API as a script on the page makes it. */
async function call<Answer>(page: Page, method: string, path: string, body: object): Promise<Answer> {
  const sent = { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  return page.evaluate(async ([address, options]) => (await fetch(address, options)).json(), [`/api/v1/${path}`, sent] as const);
}

test("@everywhere an old version of a public article comes back as draft changes", async ({ page, site, request }) => {
  const slug = `restored-${test.info().project.name}`;
  await page.goto(`/admin/${site.organization}/content`);
  const first = { title: "First title", content: "<p>First words.</p><p>They stay.</p>", slug };
  const { id } = await call<{ id: string }>(page, "POST", "content", first);
  await call(page, "PATCH", `content/${id}`, { title: "Second title", content: "<p>Second words.</p><p>They stay.</p>" });
  await call(page, "POST", `content/${id}/publish`, {});
  const editor = `/admin/${site.organization}/content/${id}`;

  await page.goto(`${editor}/revisions?from=1&to=2`);
  await expect(page.getByRole("button", { name: "Restore this version" })).toBeVisible();
  await isAccessible(page);
  await fitsItsWidth(page);
  await hasItsPictures(page);
  await picture(page, "versions-compared");
  await press(page, /^restore into draft changes/i);
  await expect(page).toHaveURL(/of=changes/);
  await expect(page.getByRole("main")).toContainText(/restored into the draft changes/i);
  await expect(page.locator('[name="title"]')).toHaveValue("First title");
  expect(await (await request.get(`/s/${site.organization}/${slug}`)).text(), "readers see what they saw").toContain("Second words.");

  // Parts of a version go where the newer one stands: here into the draft changes themselves.
  await page.goto(`${editor}/revisions?from=2&to=3`);
  await expect(page.getByRole("main")).toContainText(/goes into the draft changes/i);
  await isAccessible(page);
  await press(page, /^bring back/i);
  await expect(page.getByRole("main")).toContainText(/back to the draft changes/i);
  await expect(page.locator('[name="title"]')).toHaveValue("Second title");
});
