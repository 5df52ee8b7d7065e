import type { Page } from "@playwright/test";
import { fitsItsWidth, isAccessible, isIn, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { createItem, field, fill, press } from "../support/steps.ts";

/** The page as it is now: accessible, as wide as it may be, and kept as a picture. */
async function looked(page: Page, colorScheme: string | null | undefined, name: string): Promise<void> {
  await isIn(page, colorScheme === "dark" ? "dark" : "light");
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, name);
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  await fitsItsWidth(page);
  if (size) await page.setViewportSize(size);
}

/** A day so many days from now, in UTC, the zone of a new organization. */
function dayFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** A new campaign: the address of its page. */
async function createCampaign(page: Page, organization: string, values: Record<string, string>, choices: Record<string, string> = {}): Promise<string> {
  await page.goto(`/admin/${organization}/campaigns/new`);
  await fill(page, values);
  for (const [name, value] of Object.entries(choices)) await (await field(page, name)).selectOption(value);
  await press(page, /^make the campaign/i);
  await expect(page.getByRole("main")).toContainText("The campaign is made");
  return page.url().replace(/[?#].*$/, "");
}

test("@everywhere a campaign is planned, filled, paid for and moved along", async ({ page, site, colorScheme }, info) => {
  test.setTimeout(120_000);
  const main = page.getByRole("main");
  const name = `Spring sale of ${info.project.name}`;
  await page.goto(`/admin/${site.organization}/campaigns/new`);
  await looked(page, colorScheme, "campaign-new");
  const values = { name, description: "Ropes and sails for the new season.\nFor everybody who has a boat.", start_date: `${dayFromNow(-10)}T09:00`, end_date: `${dayFromNow(20)}T18:00`, budget: "1250", goal_value: "4" };
  const address = await createCampaign(page, site.organization, values, { type: "PRODUCT_LAUNCH", goal_type: "published_content" });
  await expect(main.getByRole("region", { name: "Goal" })).toContainText("0 of 4 published items");
  await expect(main.getByRole("region", { name: "What it costs and brings" })).toContainText(/Revenue\s*not measured yet/);
  await looked(page, colorScheme, "campaign-begun");

  const title = `How to splice a rope, told for ${info.project.name}`;
  await createItem(page, site.organization, { title, content: "<p>Take two ends.</p>" });
  await press(page, /^publish/i);
  await expect(main).toContainText(/published/i);
  const second = `Landing of ${info.project.name}`;
  await createItem(page, site.organization, { title: second, content: "<p>Here you are.</p>" });
  await page.goto(`${address}/content`);
  await looked(page, colorScheme, "campaign-add-content");
  for (const one of [title, second]) {
    await main.getByRole("button", { name: `Add ${one}` }).click();
    await expect(main).toContainText(`“${one}” belongs to the campaign now.`);
  }
  await page.goto(address);
  const content = main.getByRole("region", { name: /^Content/ });
  await content.getByLabel(`Role of ${second}`).selectOption({ label: "Landing page" });
  await content.getByRole("button", { name: `Set the role of ${second}` }).click();
  await expect(main).toContainText("is saved as landing page");
  await content.getByRole("button", { name: `${second} up` }).click();
  await expect(content.getByRole("listitem").first()).toContainText(second);
  await expect(main.getByRole("region", { name: "Goal" })).toContainText("1 of 4 published items");
  await expect(main.getByRole("region", { name: "Timeline" }).getByRole("link", { name: title })).toBeVisible();

  await main.getByRole("region", { name: "Emails" }).getByRole("link", { name: "New email" }).click();
  await fill(page, { subject: `Ropes for ${info.project.name}` });
  await (await field(page, "start")).selectOption("html");
  await press(page, /make the draft/i);
  await expect(await field(page, "campaign_id")).toHaveValue(/\S/);
  await page.goto(address);
  await expect(main.getByRole("region", { name: "Emails" }).getByRole("link", { name: `Ropes for ${info.project.name}` })).toBeVisible();

  await fill(page, { purpose: "Posters at the harbour", amount: "99,5" });
  await press(page, /^enter/i);
  await expect(page.locator('[name="amount"]')).toHaveAttribute("aria-invalid", "true");
  await fill(page, { amount: "399.50" });
  await press(page, /^enter/i);
  await expect(main).toContainText("399.50 for Posters at the harbour is written down");
  await expect(main.getByRole("region", { name: "Budget" })).toContainText("399.50 of 1,250 spent");
  await expect(main.getByRole("region", { name: "Spend" })).toContainText(site.owner.name);

  await main.getByRole("button", { name: "Start", exact: true }).click();
  await expect(main).toContainText("is active now");
  await expect(main.getByRole("region", { name: "Emails" })).toContainText("Ropes for");
  await expect(main.getByRole("region", { name: "Timeline" })).toContainText("The campaign starts");
  await looked(page, colorScheme, "campaign");
  for (const part of ["timeline", "emails"]) {
    await page.goto(`${address}/${part}`);
    await looked(page, colorScheme, `campaign-${part}`);
  }
  await page.goto(`/admin/${site.organization}`);
  await expect(main.getByRole("region", { name: "Running campaigns" }).getByRole("link", { name })).toBeVisible();
});

test("@everywhere campaigns are looked at as a board, as cards and as a table", async ({ page, site, colorScheme }, info) => {
  test.setTimeout(120_000);
  const main = page.getByRole("main");
  const of = (word: string) => `${word} of ${info.project.name}`;
  await createCampaign(page, site.organization, { name: of("Draft"), budget: "300", goal_value: "1000" }, { goal_type: "impressions" });
  await createCampaign(page, site.organization, { name: of("Late"), start_date: `${dayFromNow(-40)}T09:00`, end_date: `${dayFromNow(-1)}T09:00` }, { type: "SEO_CAMPAIGN" });
  await press(page, /^start/i);
  await createCampaign(page, site.organization, { name: of("Revenue"), goal_value: "5000" }, { type: "PAID_ADVERTISING", goal_type: "revenue" });
  await press(page, /^plan/i);
  await expect(main).toContainText("is planning now");
  for (const view of ["board", "cards", "table"]) {
    await page.goto(`/admin/${site.organization}/campaigns?view=${view}&q=${info.project.name}`);
    await expect(main.getByRole("link", { name: of("Late") })).toBeVisible();
    await looked(page, colorScheme, `campaigns-${view}`);
  }
  await page.goto(`/admin/${site.organization}/campaigns`);
  await main.getByRole("searchbox").fill(of("Draft"));
  await expect(main.getByRole("link", { name: of("Late") })).toHaveCount(0);
  await expect(page).toHaveURL(/q=Draft/);
  const card = main.getByRole("article").filter({ hasText: of("Draft") });
  await card.getByText("Move", { exact: false }).first().click();
  await picture(page, "campaigns-board-moves");
  await card.getByRole("button", { name: "Plan" }).click();
  await expect(main).toContainText("is planning now");
  await expect(page.locator('[data-status="PLANNING"]').getByRole("link", { name: of("Draft") })).toBeVisible();
});

test("a campaign is dragged where a legal move leads, and nowhere else", async ({ page, site }) => {
  await createCampaign(page, site.organization, { name: "Dragged along" });
  await page.setViewportSize({ width: 1700, height: 900 });
  await page.goto(`/admin/${site.organization}/campaigns`);
  const card = page.locator("[data-campaign]").filter({ hasText: "Dragged along" });
  const column = (status: string) => page.locator(`[data-status="${status}"]`);
  await card.dragTo(column("PAUSED"));
  await expect(column("DRAFT")).toContainText("Dragged along");
  await card.dragTo(column("ACTIVE"));
  await expect(page.getByRole("main")).toContainText("“Dragged along” is active now.");
  await expect(column("ACTIVE")).toContainText("Dragged along");
});

test("@everywhere a campaign is repeated from a template, copied and deleted", async ({ page, site, colorScheme }, info) => {
  const main = page.getByRole("main");
  const template = `Every month on ${info.project.name}`;
  const values = { name: `March on ${info.project.name}`, start_date: `${dayFromNow(1)}T09:00`, end_date: `${dayFromNow(10)}T18:00`, budget: "300" };
  const address = await createCampaign(page, site.organization, values);
  await main.getByLabel("Name of the template").fill(template);
  await press(page, /^save as a template/i);
  await expect(main).toContainText("is a template now");
  await page.goto(`/admin/${site.organization}/campaigns/templates`);
  await expect(main).toContainText("10 days · budget 300");
  await looked(page, colorScheme, "campaign-templates");
  await main.getByRole("link", { name: `Begin a campaign from ${template}` }).click();
  await expect(page.locator('[name="budget"]')).toHaveValue("300");
  await fill(page, { name: `April on ${info.project.name}` });
  await press(page, /^make the campaign/i);
  await expect(main).toContainText("The campaign is made");

  await page.goto(address);
  await press(page, /^duplicate/i);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("(copy)");
  await main.getByRole("button", { name: /^delete the campaign/i }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete campaign" }).click();
  await expect(main).toContainText("The campaign is deleted");
});

test("an item's page shows its campaigns and puts it into others", async ({ page, site }) => {
  const campaign = await createCampaign(page, site.organization, { name: "Of an item" });
  const editor = await createItem(page, site.organization, { title: "Part of it", content: "<p>Text.</p>" });
  const part = page.getByRole("region", { name: "Campaigns" });
  await expect(part).toContainText("It belongs to none.");
  await part.getByRole("link", { name: "Put it into a campaign" }).click();
  await isAccessible(page);
  await (await field(page, "campaign_id")).selectOption({ label: "Of an item" });
  await press(page, /^put it in/i);
  await expect(page.getByRole("main")).toContainText("It belongs to the campaign now.");
  await page.goto(editor);
  await expect(part.getByRole("link", { name: "Of an item" })).toHaveAttribute("href", new URL(campaign).pathname);
  await isAccessible(page);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a campaign is made and moved along by plain forms", async ({ page, site }) => {
    const address = await createCampaign(page, site.organization, { name: "Plain as paper" });
    await page.getByRole("link", { name: "What goes out when" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Timeline");
    await page.goto(address);
    await page.getByRole("link", { name: "The emails of this campaign" }).click();
    await expect(page.getByRole("main")).toContainText("None belongs to it yet.");
    await page.goto(`/admin/${site.organization}/campaigns`);
    const card = page.getByRole("article").filter({ hasText: "Plain as paper" });
    await card.locator("summary").click();
    await card.getByRole("button", { name: "Start" }).click();
    await expect(page.locator('[data-status="ACTIVE"]')).toContainText("Plain as paper");
  });
});
