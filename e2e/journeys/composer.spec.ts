import type { Locator, Page } from "@playwright/test";
import { fitsItsWidth, hasItsPictures, isAccessible, isIn, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { createItem, field, fill, press } from "../support/steps.ts";

/** The page as it is now: accessible, as wide as it may be, and kept as a picture. */
async function looked(page: Page, colorScheme: string | null | undefined, name: string): Promise<void> {
  await hasItsPictures(page);
  await isIn(page, colorScheme === "dark" ? "dark" : "light");
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, name);
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  await fitsItsWidth(page);
  if (size) await page.setViewportSize(size);
}

/** A new email that begins with `start`; ends in the composer. */
async function begin(page: Page, organization: string, subject: string, start: string): Promise<string> {
  await page.goto(`/admin/${organization}/emails/new`);
  await fill(page, { subject });
  await (await field(page, "start")).selectOption(start);
  await press(page, /make the draft/i);
  await expect(page).toHaveURL(/\/compose$/);
  await expect(page.locator("email-composer.is-ready")).toBeVisible();
  return page.url();
}

async function addBlock(page: Page, kind: string): Promise<Locator> {
  await page.locator(".composer-bar summary", { hasText: "Add block" }).click();
  await page.locator(".composer-bar .menu-panel").getByRole("button", { name: kind, exact: true }).click();
  return page.locator("[data-main] > [data-block]").last();
}

async function isSaved(page: Page): Promise<void> {
  await expect(page.locator("[data-state]")).toHaveText("Saved", { timeout: 10_000 });
}

function kinds(page: Page): Promise<string[]> {
  return page.locator("[data-main] > [data-block]").evaluateAll((blocks) => blocks.map((block) => (block as HTMLElement).dataset.block ?? ""));
}

const shown = (page: Page) => page.frameLocator(".composer-stage iframe:not(.is-coming)");

async function look(page: Page, view: string): Promise<void> {
  await page.locator(".composer-views label", { hasText: view }).click();
}

test("@everywhere an article is sent as a newsletter, composed and looked at", async ({ page, site, colorScheme }, info) => {
  test.setTimeout(150_000);
  const title = `The tides of ${info.project.name}`;
  const editor = await createItem(page, site.organization, { title, content: "<p>It comes and goes.</p>", excerpt: "Twice a day, and why." });
  await press(page, /^publish/i);
  await expect(page.getByRole("main")).toContainText(/published/i);
  await page.goto(editor);
  await page.getByRole("link", { name: "Send as newsletter" }).click();
  await expect(page.locator("[name=subject]")).toHaveValue(title);
  await looked(page, colorScheme, "email-new");
  await press(page, /make the draft/i);
  await expect(page.locator("email-composer.is-ready")).toBeVisible();
  const compose = page.url();
  await expect(shown(page).locator("body")).toContainText(title);

  const heading = await addBlock(page, "Heading");
  await heading.locator("[name=text]").fill("News for ");
  await page.locator("details[data-tags] summary").click();
  await page.locator("[data-tag='{{first_name|there}}'] button").click();
  await expect(heading.locator("[name=text]")).toHaveValue("News for {{first_name|there}}");
  await page.keyboard.press("Alt+ArrowUp");
  await page.keyboard.press("Alt+ArrowUp");
  await page.keyboard.press("Alt+ArrowUp");
  expect(await kinds(page)).toEqual(["heading", "text", "article", "text"]);
  await expect(shown(page).locator("h2")).toContainText("News for Alex");
  const button = await addBlock(page, "Button");
  await button.locator("[name=label]").fill("Visit us");
  await button.locator("[name=href]").fill("example.org/shop");
  await isSaved(page);
  await looked(page, colorScheme, "email-composer");

  await look(page, "Dark");
  await expect(shown(page).locator("body")).toHaveCSS("background-color", "rgb(21, 21, 23)");
  await picture(page, "email-composer-dark-message");
  await look(page, "Plain");
  await expect(shown(page).locator("pre")).toContainText("Visit us ( https://example.org/shop )");
  await look(page, "Phone");
  await expect.poll(() => page.locator(".composer-stage iframe:not(.is-coming)").evaluate((frame) => frame.clientWidth)).toBeLessThanOrEqual(375);

  await page.reload();
  expect(await kinds(page)).toEqual(["heading", "text", "article", "text", "button"]);
  await expect(page.locator("[data-block=button] [name=href]")).toHaveValue("https://example.org/shop");

  const email = compose.replace(/\/compose$/, "");
  for (const view of ["light", "dark"]) {
    await page.goto(`${email}/preview?view=${view}`);
    await fitsItsWidth(page);
    await picture(page, `email-message-${view}`);
  }
  await page.goto(email);
  await expect(page.getByRole("main")).toContainText("Readers find a link to unsubscribe");
  await press(page, /send a test/i);
  await expect(page.getByRole("main")).toContainText("A test is on its way");
  await looked(page, colorScheme, "email-composed");
});

test("@everywhere templates are looked at, kept and deleted", async ({ page, site, colorScheme }, info) => {
  test.setTimeout(120_000);
  const name = `Monthly of ${info.project.name}`;
  await begin(page, site.organization, "Kept", "promotion");
  await page.locator("summary", { hasText: "Keep it as a template" }).click();
  await fill(page, { template_name: name });
  await press(page, /keep as template/i);
  await expect(page.getByRole("main")).toContainText(`kept as the template “${name}”`);
  await page.goto(`/admin/${site.organization}/email-templates`);
  await page.evaluate(() => new Promise((done) => (document.readyState === "complete" ? done(0) : addEventListener("load", () => done(0)))));
  await expect(page.getByRole("heading", { name })).toBeVisible();
  await looked(page, colorScheme, "email-templates");
  for (const template of ["newsletter", "promotion", "welcome", "announcement"]) {
    await page.goto(`/admin/${site.organization}/email-templates/${template}/preview`);
    await fitsItsWidth(page);
    await picture(page, `email-template-${template}`);
  }
  await page.goto(`/admin/${site.organization}/email-templates`);
  const card = page.locator(".template-card", { hasText: name });
  await card.getByRole("button", { name: "Delete" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete template" }).click();
  await expect(page.getByRole("main")).toContainText("The template is deleted");
  await expect(page.getByRole("heading", { name })).toHaveCount(0);
});

test("blocks are written, put into columns, dragged, copied, deleted and brought back", async ({ page, site }) => {
  // As high as what is dragged and where it goes.
  await page.setViewportSize({ width: 1280, height: 1700 });
  await begin(page, site.organization, "Blocks", "blank");
  await expect(page.getByRole("main")).toContainText("Nothing here yet");
  await addBlock(page, "Text");
  const text = page.locator("[data-main] > [data-block=text]");
  await text.locator(".rich-text").click();
  await page.keyboard.type("Plain and ");
  await text.getByRole("button", { name: "Bold" }).click();
  await page.keyboard.type("bold");
  await expect(text.locator("textarea")).toHaveValue("<p>Plain and <strong>bold</strong></p>");
  await addBlock(page, "Columns");
  const columns = page.locator("[data-main] > [data-block=columns]");
  await columns.locator(".block-column").first().locator("summary").click();
  await columns.locator(".block-column").first().getByRole("button", { name: "Button", exact: true }).click();
  await columns.locator("[name=label]").fill("In a column");
  await columns.getByRole("button", { name: "Third column" }).click();
  await expect(columns.locator(".block-column")).toHaveCount(3);
  await isSaved(page);

  // The text goes into the second, empty column.
  await text.locator(".block-handle").scrollIntoViewIfNeeded();
  const [from, to] = [await text.locator(".block-handle").boundingBox(), await columns.locator(".block-column").nth(1).boundingBox()];
  await page.mouse.move(from!.x + 5, from!.y + 10);
  await page.mouse.down();
  await page.mouse.move(to!.x + 40, to!.y + 20, { steps: 5 });
  await page.mouse.up();
  expect(await kinds(page)).toEqual(["columns"]);
  await expect(columns.locator(".block-column").nth(1).locator(".rich-text")).toContainText("Plain and bold");

  const inner = columns.locator(".block-column").nth(1).locator("[data-block=text]").first();
  await inner.getByRole("button", { name: "Duplicate text" }).click();
  await expect(columns.locator("[data-block=text]")).toHaveCount(2);
  await columns.locator("[data-block=text]").nth(1).locator(".rich-text").click();
  await page.keyboard.press("End");
  await page.keyboard.type(" copy");
  await page.getByRole("button", { name: "Delete columns" }).click();
  await expect(page.locator("[data-empty]")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await isSaved(page);
  await page.reload();
  await expect(page.locator(".block-column").nth(1).locator(".rich-text").nth(1)).toContainText("Plain and bold copy");
  await expect(page.locator("[data-block=button] [name=label]")).toHaveValue("In a column");
  await expect(shown(page).locator("body")).toContainText("In a column");
});

test("what is not saved is kept in the browser, and what is wrong is said where it stands", async ({ page, site }) => {
  await begin(page, site.organization, "Kept", "announcement");
  const link = page.locator("[data-block=button] [name=href]");
  await link.fill("not an address");
  await expect(page.locator("[data-state]")).toContainText("That is no whole address");
  await expect(link).toHaveAttribute("aria-invalid", "true");
  await link.fill("https://example.org");
  await isSaved(page);
  await page.route("**/compose", (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
  const heading = page.locator("[data-block=heading] [name=text]");
  await heading.fill("Typed on a train");
  await expect(page.locator("[data-state]")).toContainText("cannot be reached");
  await page.reload();
  await expect(heading).toHaveValue("We have news");
  await page.unroute("**/compose");
  await page.getByRole("button", { name: "Bring them back" }).click();
  await expect(page.getByRole("main")).toContainText("The email is saved");
  await expect(heading).toHaveValue("Typed on a train");
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("an email is composed by plain forms", async ({ page, site }) => {
    await page.goto(`/admin/${site.organization}/emails/new`);
    await fill(page, { subject: "By hand" });
    await press(page, /make the draft/i);
    await page.locator(".composer-bar summary", { hasText: "Add block" }).click();
    await page.locator(".composer-bar").getByRole("button", { name: "Heading", exact: true }).click();
    await fill(page, { text: "Set by hand" });
    await page.locator(".composer-bar summary", { hasText: "Add block" }).click();
    await page.locator(".composer-bar").getByRole("button", { name: "Text", exact: true }).click();
    await fill(page, { html: "One line.\n\nAnother." });
    await page.getByRole("button", { name: "Move text up" }).click();
    await expect(page.locator("[data-block]").first()).toHaveAttribute("data-block", "text");
    await expect(page.locator("[name=html]")).toHaveValue("<p>One line.</p><p>Another.</p>");
    await press(page, /^save/i);
    await expect(page.getByRole("main")).toContainText("The email is saved");
    await page.getByRole("button", { name: "Show" }).click();
    await expect(shown(page).locator("h2")).toHaveText("Set by hand");
  });
});
