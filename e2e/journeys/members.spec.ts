import { expect, test } from "../support/fixtures.ts";
import { createItem, inviteAndAccept } from "../support/steps.ts";

test("an invited member writes drafts but does not publish", async ({ page, stranger, site }) => {
  const member = { name: "Mia Member", email: "mia@example.com", password: "seven ducks on the pond 5" };
  await inviteAndAccept(page, stranger, site.organization, member, "MEMBER");

  const editor = await createItem(stranger, site.organization, { title: "Mia's draft", content: "<p>Hello.</p>" });
  await expect(stranger.getByRole("main").getByRole("button", { name: /^publish/i })).toHaveCount(0);
  const id = editor.split("/").at(-1);
  const refused = await stranger.evaluate(
    (address) => fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }).then((answer) => answer.status),
    `/api/v1/content/${id}/publish`,
  );
  expect(refused, "nor by asking the API").toBe(403);

  const links = stranger.getByRole("navigation", { name: "Sections", exact: true });
  await expect(links.getByRole("link", { name: "Content" })).toBeVisible();
  await expect(links.getByRole("link", { name: "API keys" }), "what a role may not do is not shown").toHaveCount(0);
  const members = await stranger.goto(`/admin/${site.organization}/members`);
  expect(members?.status()).toBe(403);

  await page.goto(`/admin/${site.organization}/members`);
  await expect(page.getByRole("main")).toContainText("Mia Member");
});

test("another organization's pages are not found, and not hinted at", async ({ page, site }) => {
  const elsewhere = await page.goto("/admin/somebody-elses/content");
  expect(elsewhere?.status()).toBe(404);
  await page.goto(`/admin/${site.organization}/content`);
  await expect(page.getByRole("main")).toBeVisible();
});
