import type { Page } from "@playwright/test";
import { fitsItsWidth, isAccessible, isIn, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { fill, field, linkFromOutbox, press } from "../support/steps.ts";

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

/** Puts somebody on the list, through the API with a key of its own. */
async function addReader(page: Page, organization: string, email: string): Promise<void> {
  await page.goto(`/admin/${organization}/api-keys`);
  await fill(page, { name: `For ${email}` });
  await (await field(page, "role")).selectOption("ADMIN");
  await press(page, /create|make|new/i);
  await expect(page.getByRole("main")).toContainText(/cp_\w{16,}/);
  const key = /cp_\w{16,}/.exec(await page.getByRole("main").innerHTML())?.[0] ?? "";
  const added = await page.request.post("/api/v1/contacts", { data: { email, name: "Rita Reader" }, headers: { Authorization: `Bearer ${key}` } });
  expect([201, 409]).toContain(added.status());
}

test("@everywhere an email is written, checked, tested, sent and reported", async ({ page, site, colorScheme }, info) => {
  test.setTimeout(120_000);
  const subject = `The tide of ${info.project.name}`;
  await addReader(page, site.organization, `reader-${info.project.name}@example.com`);

  await page.goto(`/admin/${site.organization}/emails`);
  await page.getByRole("main").getByRole("link", { name: "New email" }).first().click();
  await fill(page, { subject });
  await (await field(page, "start")).selectOption("html");
  await press(page, /make the draft/i);
  await expect(page.getByRole("main")).toContainText("The draft is made");
  await looked(page, colorScheme, "email-draft");
  await fill(page, { preheader: "It comes", content: "<h1>Hello {{first_name|there}}</h1><p>Read <a href=\"https://example.com/tide\">about the tide</a>.</p>" });
  await (await field(page, "audience")).selectOption({ label: "Everybody on the list" });
  await press(page, /^save/i);
  await expect(page.getByRole("main")).toContainText("The email is saved");
  await press(page, /send a test/i);
  await expect(page.getByRole("main")).toContainText("A test is on its way");
  await looked(page, colorScheme, "email-ready");

  await page.getByRole("button", { name: "Send now" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Send now" }).click();
  await expect(page.getByRole("main")).toContainText("Sending has begun");
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("main").locator(".page-lead")).toContainText("Sent", { timeout: 500 });
  }).toPass({ timeout: 30_000 });
  await expect(page.getByRole("main")).toContainText("Click to open");
  await looked(page, colorScheme, "email-report");

  await page.goto(`/admin/${site.organization}/emails`);
  await expect(page.getByRole("main")).toContainText(subject);
  await looked(page, colorScheme, "emails");
});

test("@everywhere the report of an email shows what became of it", async ({ page, site, colorScheme }, info) => {
  test.setTimeout(120_000);
  const [subject, reader] = [`Reported of ${info.project.name}`, `reported-${info.project.name}@example.com`];
  await addReader(page, site.organization, reader);
  await page.goto(`/admin/${site.organization}/emails`);
  await page.getByRole("main").getByRole("link", { name: "New email" }).first().click();
  await fill(page, { subject });
  await (await field(page, "start")).selectOption("html");
  await press(page, /make the draft/i);
  await fill(page, { content: "<h1>Hello</h1><p>Read <a href=\"https://example.com/tide\">about the tide</a>.</p>" });
  await (await field(page, "audience")).selectOption({ label: "Everybody on the list" });
  await press(page, /^save/i);
  await page.getByRole("button", { name: "Send now" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Send now" }).click();
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("main").locator(".page-lead")).toContainText("Sent", { timeout: 500 });
  }).toPass({ timeout: 30_000 });
  const email = page.url();
  const link = await linkFromOutbox(page, site.organization, reader, "/c");
  const phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1";
  await expect(async () => {
    // A click within seconds of sending is taken for a scanner's.
    expect((await page.request.get(link, { headers: { "User-Agent": phone }, maxRedirects: 0 })).status()).toBe(302);
    await page.goto(`${email}/report`);
    await expect(page.getByRole("main")).toContainText("Phone", { timeout: 500 });
  }).toPass({ timeout: 15_000 });
  await expect(page.getByRole("heading", { name: "Over time" })).toBeVisible();
  await looked(page, colorScheme, "email-full-report");
  await page.goto(`${email}/click-map`);
  await expect(page.locator("body")).toContainText(/person|people/);
  await picture(page, "email-click-map");
});

test("@everywhere a provider gets an address to report to", async ({ page, site, colorScheme }) => {
  await page.goto(`/admin/${site.organization}/email-providers`);
  await (await field(page, "provider")).selectOption({ label: "Postmark" });
  await press(page, /add provider/i);
  await expect(page.getByRole("main")).toContainText("/providers/");
  await looked(page, colorScheme, "email-providers");
  await page.getByRole("button", { name: "Remove" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove provider" }).click();
  await expect(page.getByRole("main")).toContainText("are taken no more");
});

test("@everywhere a sending domain shows the records to set", async ({ page, site, colorScheme }, info) => {
  await page.goto(`/admin/${site.organization}/sending-domains`);
  await fill(page, { domain: `${info.project.name}.example.org` });
  await press(page, /add domain/i);
  await expect(page.getByRole("main")).toContainText(`_domainkey.${info.project.name}.example.org`);
  await looked(page, colorScheme, "sending-domains");
});
