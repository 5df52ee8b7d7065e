import { fitsItsWidth, hasItsPictures, isAccessible, isIn, picture } from "../support/checks.ts";
import { expect, test, type Site } from "../support/fixtures.ts";
import { createItem, press } from "../support/steps.ts";

const STRANGERS_PAGES = ["/admin/sign-in", "/admin/forgot-password", "/admin/reset-password/no-such-token", "/admin/invitations/no-such-token"];

function applicationPages(organization: string, item: string): string[] {
  const own = ["calendar", "releases", "campaigns", "campaigns/new", "campaigns/templates", "content", "content/new", "content/views", "categories", "bin", "find", "find?q=every", "notifications", "media", "emails/new", "email-templates", "email-providers", "members", "api-keys", "webhooks", "outbox", "audit-log", "audience", "audience/new", "audience/fields", "audience/segments", "audience/segments/new", "audience/imports", "audience/forms", "audience/forms/new", "audience/suppressions", "settings", "settings/site", "settings/domain", "settings/exports"];
  return [`/admin/${organization}`, "/admin/organizations", "/admin/account", new URL(item).pathname, `${new URL(item).pathname}/delete`, `${new URL(item).pathname}/previews`, ...own.map((path) => `/admin/${organization}/${path}`)];
}

function sitePages(organization: string, slug: string): string[] {
  return ["", slug, "search?q=every", "no-such-page"].map((path) => `/s/${organization}/${path}`);
}

/** content/new becomes content-new, and the item's id is left out so that pictures keep their names. */
function pictureName(address: string, organization: string, item: string): string {
  if (address === `/admin/${organization}`) return "dashboard";
  const path = address.replace(new URL(item).pathname, "/admin/editor").replace(`/admin/${organization}/`, "").replace("/admin/", "");
  return path.replaceAll(/[/?=]/g, "-");
}

/** An item with a title that tries every layout: long, with one word that does not break by itself. */
async function publishedItem(page: Parameters<typeof createItem>[0], site: Site, slug: string): Promise<string> {
  const title = `Every page, even with Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen and the rest of a title that goes on (${slug})`;
  const content = "<h2>Heading</h2><p>Text with <a href='https://example.com/'>a link</a>.</p><pre><code>let width = 'a line of code that is much wider than any telephone will ever be, whatever they sell';</code></pre><table><tr><th>One</th><th>Two</th></tr><tr><td>1</td><td>2</td></tr></table>";
  const editor = await createItem(page, site.organization, { title, content, slug, excerpt: "In short." });
  await press(page, /^publish/i);
  await expect(page.getByRole("main")).toContainText(/published/i);
  return editor;
}

test("@everywhere every page of the application is accessible and fits", async ({ page, site, colorScheme }) => {
  test.setTimeout(180_000);
  const item = await publishedItem(page, site, "every-page");
  for (const address of applicationPages(site.organization, item)) {
    await test.step(address, async () => {
      const answer = await page.goto(address);
      expect(answer?.status(), address).toBe(200);
      await hasItsPictures(page);
      await isIn(page, colorScheme === "dark" ? "dark" : "light");
      await isAccessible(page);
      await fitsItsWidth(page);
      await picture(page, pictureName(address, site.organization, item));
    });
  }
});

test("@everywhere every page for strangers and readers is accessible and fits", async ({ page, stranger, site, colorScheme }) => {
  test.setTimeout(120_000);
  await publishedItem(page, site, "every-reader");
  for (const address of [...STRANGERS_PAGES, ...sitePages(site.organization, "every-reader")]) {
    await test.step(address, async () => {
      await stranger.goto(address);
      await isIn(stranger, colorScheme === "dark" ? "dark" : "light");
      await isAccessible(stranger);
      await fitsItsWidth(stranger);
      await picture(stranger, address.replace(`/s/${site.organization}/`, "site-").replace(/^\/admin\//, "").replace(/[/?=]/g, "-"));
    });
  }
});

test("nothing is lost at 320 px", async ({ page, site }) => {
  test.setTimeout(120_000);
  const item = await publishedItem(page, site, "every-narrow");
  await page.setViewportSize({ width: 320, height: 640 });
  for (const address of [...applicationPages(site.organization, item), ...sitePages(site.organization, "every-narrow")]) {
    await page.goto(address);
    await fitsItsWidth(page);
  }
});

test("the chosen theme wins over the system's and lasts", async ({ page, site }) => {
  await page.goto(`/admin/${site.organization}/content`);
  await page.getByRole("banner").getByText("Your menu").locator("..").click();
  await page.getByRole("group", { name: "Appearance" }).getByText("Dark").click();
  await isIn(page, "dark");
  await page.reload();
  await isIn(page, "dark");
});
