import type { Page } from "@playwright/test";
import { fitsItsWidth, isAccessible, isIn, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { fill, press } from "../support/steps.ts";

const FILE = `Email Address,First Name,Last Name,Company,Position,CONFIRM_TIME,TAGS
ada@example.org,Ada,Lovelace,Lorem Co.,Editor,2018-02-05 19:28:22,"""Lorem Editors"""
grace@example.org,Grace,Hopper,Navy,Admiral,,
nobody at all,,,,,,
`;

/** The page as it is now: accessible, as wide as it may be also on the narrowest screen, and kept as a picture. */
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

test("@everywhere a list is imported, looked through, tagged and asked by a segment", async ({ page, site, colorScheme }) => {
  test.setTimeout(180_000);
  const audience = `/admin/${site.organization}/audience`;
  await page.goto(`${audience}/fields`);
  if (!(await page.getByRole("main").innerText()).includes("Birthday")) {
    await fill(page, { label: "Birthday" });
    await page.getByRole("region", { name: "New field" }).getByLabel("Kind").selectOption("date");
    await press(page, /add field/i);
  }
  await expect(page.getByRole("main")).toContainText("fields.birthday");
  await looked(page, colorScheme, "audience-fields");

  await page.goto(`${audience}/imports`);
  await page.getByLabel("CSV file").setInputFiles({ name: "subscribed.csv", mimeType: "text/csv", buffer: Buffer.from(FILE) });
  await press(page, /upload and look/i);
  await expect(page.getByRole("combobox", { name: "Email Address becomes" })).toHaveValue("email");
  await expect(page.getByRole("combobox", { name: "First Name becomes" })).toHaveValue("first_name");
  await looked(page, colorScheme, "audience-import-columns");
  await page.getByLabel("These people agreed to get emails from us").check();
  await press(page, /^import$/i);
  await expect(page.getByRole("main")).toContainText("This is no mail address.", { timeout: 30_000 });
  await looked(page, colorScheme, "audience-import-report");

  await page.goto(audience);
  await page.getByRole("searchbox").fill("ada@");
  await expect(page.getByRole("row")).toHaveCount(2);
  await page.getByRole("searchbox").fill("");
  await expect(page.getByRole("row", { name: /grace@example.org/ })).toBeVisible();
  await page.getByLabel("Choose ada@example.org").check();
  await page.getByLabel("What to do with the chosen contacts").selectOption("tag");
  await page.getByLabel("Tags, separated by commas").fill("vip");
  await press(page, /^apply/i);
  await expect(page.getByRole("main")).toContainText(/tag added|nothing changed/i);
  await looked(page, colorScheme, "audience-contacts");

  await page.getByRole("link", { name: "ada@example.org" }).click();
  await expect(page.getByLabel("Company")).toHaveValue("Lorem Co.");
  await fill(page, { "fields.birthday": "1815-12-10" });
  await press(page, /^save/i);
  await expect(page.getByRole("main")).toContainText("The contact is saved");
  await looked(page, colorScheme, "audience-contact");

  await page.goto(`${audience}/segments/new`);
  await fill(page, { name: `Editors ${test.info().project.name}` });
  const first = page.getByRole("group", { name: "Condition 1" });
  await first.getByLabel("Compared with").fill("vip");
  await press(page, /add a condition/i);
  const second = page.getByRole("group", { name: "Condition 2" });
  await second.getByLabel("About").selectOption("company");
  await expect(second.getByLabel("What is asked")).toHaveValue("is");
  await expect(second.getByLabel("Which email")).toBeHidden();
  await second.getByLabel("What is asked").selectOption("begins_with");
  await second.getByLabel("Compared with").fill("Lorem");
  await expect(page.locator("#rule-count")).toContainText("1 contact, an email would reach 1 of them.");
  await looked(page, colorScheme, "audience-segment");
  await press(page, /^save/i);
  await expect(page.getByRole("main")).toContainText("The segment is saved");
  await page.goto(`${audience}/segments`);
  await expect(page.getByRole("main")).toContainText("tagged “vip” and company begins with “Lorem”");
  await looked(page, colorScheme, "audience-segments");

  await page.goto(`${audience}/suppressions`);
  await fill(page, { email: `${test.info().project.name}@example.net`, details: "Asked by phone" });
  await press(page, /^block/i);
  await expect(page.getByRole("main")).toContainText("The address is blocked");
  await looked(page, colorScheme, "audience-suppressions");
});

test("@everywhere a reader signs up on the site and confirms by the mail", async ({ page, stranger, site, colorScheme }) => {
  test.setTimeout(120_000);
  const name = test.info().project.name;
  await page.goto(`/admin/${site.organization}/audience/forms/new`);
  await fill(page, { title: `News ${name}`, slug: `news-${name}`, intro: "Once a month, what the harbour said." });
  await page.getByLabel("Show it on the pages of the site").check();
  await press(page, /make form/i);
  await expect(page.getByRole("main")).toContainText("The form is made");
  await looked(page, colorScheme, "audience-form");
  await page.goto(`/admin/${site.organization}/audience/forms`);
  await looked(page, colorScheme, "audience-forms");

  await stranger.goto(`/s/${site.organization}/`);
  await looked(stranger, colorScheme, "site-sign-up");
  await stranger.getByLabel("Mail address").fill(`reader-${name}@example.com`);
  await stranger.getByRole("button", { name: "Subscribe" }).click();
  await expect(stranger.getByLabel("Mail address")).toHaveValue(`reader-${name}@example.com`);
  await looked(stranger, colorScheme, "subscribe");
  await stranger.waitForTimeout(2_500);
  await stranger.getByRole("button", { name: "Subscribe" }).click();
  await expect(stranger.getByRole("heading", { level: 1 })).toHaveText("Look into your mailbox");
  await looked(stranger, colorScheme, "subscribe-taken");

  await page.goto(`/admin/${site.organization}/outbox`);
  await page.getByRole("main").getByRole("link", { name: /confirm your subscription/i }).first().click();
  const link = /https?:\/\/\S+\/e\/\S+\/confirm\/[\w-]+/.exec(await page.getByRole("main").innerText())?.[0] ?? "";
  await stranger.goto(new URL(link).pathname);
  await looked(stranger, colorScheme, "subscribe-confirm");
  await stranger.getByRole("button", { name: "Confirm" }).click();
  await expect(stranger.getByRole("heading", { level: 1 })).toHaveText("You are subscribed");
  await page.goto(`/admin/${site.organization}/audience?q=reader-${name}`);
  await expect(page.getByRole("row", { name: /Subscribed/ })).toBeVisible();
});
