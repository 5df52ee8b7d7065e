import type { Page } from "@playwright/test";
import { fitsItsWidth, isAccessible, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { createItem } from "../support/steps.ts";

const text = (page: Page) => page.getByRole("textbox", { name: "Text", exact: true }).and(page.locator("#editor-text"));
const status = (page: Page) => page.locator(".editor-status");
const source = (page: Page) => page.locator('textarea[name="content"]');

/** Opens a new item, gives it a title and puts the cursor into the text. */
async function begin(page: Page, organization: string, title: string): Promise<void> {
  await page.goto(`/admin/${organization}/content/new`);
  await page.getByLabel("Title", { exact: true }).first().fill(title);
  await text(page).click();
}

async function isSaved(page: Page): Promise<void> {
  await expect(status(page)).toHaveText("Saved", { timeout: 15_000 });
}

/** The item as the API has it. */
async function stored(page: Page, organization: string): Promise<{ id: string; content: string; version: number; title: string; status: string }> {
  const id = /content\/([A-Za-z0-9_-]+)/.exec(page.url())?.[1];
  const answer = await page.request.get(`/api/v1/content/${id}`, { headers: { "contentpilot-organization": organization } });
  return answer.json();
}

/** What a browser hands over when somebody pastes. */
async function paste(page: Page, data: Record<string, string>): Promise<void> {
  await text(page).evaluate((target, kinds) => {
    const transfer = new DataTransfer();
    for (const [kind, value] of Object.entries(kinds)) transfer.setData(kind, value);
    target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
  }, data);
}

test("@everywhere an article is written, saves itself, and is stored as it was written", async ({ page, site }) => {
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await begin(page, site.organization, "Written in the editor");
  await page.keyboard.type("## Harbour");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Boats with **strong** ropes and ==bright== lamps.");
  await page.keyboard.press("Enter");
  await page.keyboard.type("- One");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Two");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.keyboard.type("[ ] Buy rope");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.keyboard.type("/call");
  await expect(page.getByRole("listbox", { name: "Insert" })).toBeVisible();
  await expect(page.getByRole("option", { name: "Callout" })).toHaveAttribute("aria-selected", "true");
  await isAccessible(page);
  await page.keyboard.press("Enter");
  await page.keyboard.type("Mind the gap.");
  await isSaved(page);
  await expect(page, "the draft has its own address now").toHaveURL(/\/content\/(?!new)[A-Za-z0-9_-]+$/);

  const item = await stored(page, site.organization);
  expect(item.content).toBe(
    [
      "<h2>Harbour</h2>",
      "<p>Boats with <strong>strong</strong> ropes and <mark>bright</mark> lamps.</p>",
      "<ul><li>One</li><li>Two</li></ul>",
      '<ul class="task-list"><li class="task">Buy rope</li></ul>',
      '<div class="callout"><p>Mind the gap.</p></div>',
    ].join("\n"),
  );
  await expect(source(page)).toHaveValue(item.content);
  await expect(page.getByText("15 words · 1 min read")).toBeVisible();
  await page.getByText("Outline").click();
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "editor-written");
  await page.reload();
  await expect(text(page).getByRole("heading", { name: "Harbour" })).toBeVisible();
  await expect(page.getByText("This browser kept text")).toHaveCount(0);
  expect(complaints).toEqual([]);
});

test("the toolbar is reached, walked and left by keyboard", async ({ page, site }) => {
  await begin(page, site.organization, "By keyboard");
  await page.keyboard.type("bold");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("ControlOrMeta+b");
  const bold = page.getByRole("button", { name: "Bold" });
  await expect(bold).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("Alt+F10");
  await expect(page.getByRole("button", { name: "Undo" })).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("toolbar", { name: "Formatting" }).getByRole("button").last()).toBeFocused();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Alt+F10");
  await page.keyboard.press("Escape");
  await expect(text(page)).toBeFocused();
  await page.keyboard.press("ControlOrMeta+/");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await isAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("tables, pictures, buttons, embeds and galleries come back from the server as they were", async ({ page, site }) => {
  await begin(page, site.organization, "Of all kinds");
  const insert = async (name: string, values: Record<string, string>) => {
    await page.getByRole("toolbar", { name: "Formatting" }).getByRole("button", { name, exact: true }).click();
    // Pictures come from the library unless somebody has an address.
    if (name === "Image" || name === "Gallery") await page.getByRole("button", { name: "From an address" }).click();
    const dialog = page.getByRole("dialog");
    for (const [label, value] of Object.entries(values)) await dialog.getByLabel(label).fill(value);
    await isAccessible(page);
    await dialog.getByRole("button", { name: "Insert" }).click();
  };
  await insert("Image", { Address: "/assets/harbour.svg", "Alternative text": "A harbour" });
  await insert("Gallery", { Pictures: "/assets/a.svg | First\n/assets/b.svg | Second" });
  await insert("Embed", { Address: "https://example.com/film", Title: "A film" });
  await insert("Button", { "Words on it": "Tickets", Address: "example.com/tickets" });
  await page.getByRole("toolbar", { name: "Formatting" }).getByRole("button", { name: "Table", exact: true }).click();
  await page.keyboard.type("Name");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Age");
  const tableBar = page.getByRole("toolbar", { name: "Table" });
  await tableBar.getByRole("button", { name: "Add row" }).click();
  await tableBar.getByRole("button", { name: "Delete column" }).click();
  await isAccessible(page);
  await isSaved(page);
  const item = await stored(page, site.organization);
  const [image, gallery, embed, button, table] = item.content.split("\n");
  expect(image).toBe('<figure><img src="/assets/harbour.svg" alt="A harbour"></figure>');
  expect(gallery).toBe('<div class="gallery"><figure><img src="/assets/a.svg" alt="First"></figure><figure><img src="/assets/b.svg" alt="Second"></figure></div>');
  expect(embed).toBe('<figure class="embed"><a href="https://example.com/film" rel="noopener">A film</a></figure>');
  expect(button).toBe('<p><a href="https://example.com/tickets" class="button" rel="noopener">Tickets</a></p>');
  expect(table).toBe("<table><thead><tr><th>Name</th><th></th></tr></thead><tbody>" + "<tr><td></td><td></td></tr>".repeat(3) + "</tbody></table>");
  await expect(source(page)).toHaveValue(item.content);

  await page.reload();
  await expect(text(page).locator("figure.embed")).toHaveText("A film");
  await text(page).locator("figure figcaption").first().click();
  await page.keyboard.type("At dusk");
  await isSaved(page);
  expect((await stored(page, site.organization)).content).toContain('alt="A harbour"><figcaption>At dusk</figcaption></figure>\n<div class="gallery">');
  await picture(page, "editor-blocks");
});

test("a link leads to own content found by its title", async ({ page, site }) => {
  await createItem(page, site.organization, { title: "Lighthouse keepers", content: "<p>Lamps.</p>", slug: "lighthouse" });
  await expect
    .poll(async () => {
      const answer = await page.request.get("/api/v1/content?q=Lighthouse", { headers: { "contentpilot-organization": site.organization } });
      return (await answer.json()).data.length;
    })
    .toBe(1);
  await begin(page, site.organization, "With a link");
  await page.keyboard.type("See them");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("combobox", { name: "Address or title" }).fill("Lighthouse");
  await expect(page.getByRole("option", { name: /Lighthouse keepers/ })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await isAccessible(page);
  await page.keyboard.press("Enter");
  await expect(text(page).getByRole("link", { name: "See them" })).toHaveAttribute("href", `/s/${site.organization}/lighthouse`);
});

test("an address that leads nowhere is refused in the window, and one to write to is taken as it is", async ({ page, site }) => {
  await begin(page, site.organization, "Where links lead");
  await page.keyboard.type("Write to us");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("ControlOrMeta+k");
  const field = page.getByRole("combobox", { name: "Address or title" });
  for (const address of ["javascript:alert(1)", "http://ex ample.org"]) {
    await field.fill(address);
    await field.press("Enter");
    await expect(page.getByRole("dialog").getByRole("alert")).toContainText("no address that a link can lead to");
    await expect(field).toHaveValue(address);
  }
  await isAccessible(page);
  await field.fill("mailto:a@example.org");
  await field.press("Enter");
  await expect(text(page).getByRole("link", { name: "Write to us" })).toHaveAttribute("href", "mailto:a@example.org");
});

test("whoever is signed out while writing stays on the page with their words", async ({ page, site, context }) => {
  await begin(page, site.organization, "Signed out");
  await page.keyboard.type("Kept.");
  await isSaved(page);
  const address = page.url();
  await context.clearCookies();
  // What the page asks by itself meanwhile takes nobody away.
  const asked = page.waitForResponse((response) => response.url().endsWith("/seo-preview") && response.status() === 401);
  await page.keyboard.type(" More.");
  await expect(status(page)).toContainText("You are signed out. Sign in again in another tab", { timeout: 15_000 });
  await asked;
  await expect(text(page)).toContainText("Kept. More.");
  expect(page.url()).toBe(address);
});

test("what is pasted comes in clean", async ({ page, site }) => {
  await begin(page, site.organization, "Pasted");
  const word = `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style></head><body><!--StartFragment-->
    <h1 style="color:red">Report</h1><p class="MsoNormal" style="margin:0cm">Plain <span style="font-weight:bold">bold</span><o:p></o:p></p>
    <p class="MsoListParagraph" style="mso-list:l0 level1 lfo1"><span style="mso-list:Ignore">·<span>&nbsp;&nbsp;</span></span>First</p>
    <p class="MsoListParagraph" style="mso-list:l0 level2 lfo1"><span style="mso-list:Ignore">o</span>Below</p>
    <p class="MsoListParagraph" style="mso-list:l0 level1 lfo1"><span style="mso-list:Ignore">·</span>Second</p><!--EndFragment--></body></html>`;
  await paste(page, { "text/html": word, "text/plain": "Report" });
  await expect(text(page).locator("ul ul li")).toHaveText("Below");
  await expect(source(page)).toHaveValue("<h2>Report</h2>\n<p>Plain <strong>bold</strong></p>\n<ul><li>First<ul><li>Below</li></ul></li><li>Second</li></ul>");

  await page.keyboard.press("ControlOrMeta+a");
  const google = `<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr" style="line-height:1.38"><span style="font-weight:700;font-style:italic">Both</span><span style="font-weight:400"> and </span><a href="https://www.google.com/url?q=https://example.com/&sa=D"><span style="text-decoration:underline">link</span></a></p><ul><li aria-level="1"><p role="presentation"><span>One</span></p></li><ul><li aria-level="2"><p><span>Under</span></p></li></ul></ul></b>`;
  await paste(page, { "text/html": google, "text/plain": "Both" });
  await expect(source(page)).toHaveValue(/<p><strong><em>Both<\/em><\/strong> and <a href="https:\/\/example.com\/" rel="noopener">link<\/a><\/p>\n<ul><li>One<ul><li>Under<\/li><\/ul><\/li><\/ul>/);

  await page.keyboard.press("ControlOrMeta+a");
  await paste(page, { "text/plain": "## Title\n\nSome **bold** and `code`.\n\n- [x] done\n- [ ] open\n\n```rust\nfn main() {}\n```" });
  await expect(source(page)).toHaveValue(/<h2>Title<\/h2>\n<p>Some <strong>bold<\/strong> and <code>code<\/code>.<\/p>/);
  await expect(source(page)).toHaveValue(/<li class="task task-done">done<\/li><li class="task">open<\/li>/);
  await expect(source(page)).toHaveValue(/<pre><code class="language-rust">fn main\(\) \{\}<\/code><\/pre>/);
});

test("HTML that the editor does not know is kept to the letter", async ({ page, site }) => {
  const html = '<p>Before</p>\n<details open=""><summary>More</summary><p>Inside</p></details>\n<div class="wp-block-columns"><div class="wp-block-column"><p>Left</p></div></div>\n<p dir="rtl" lang="ar">After</p>';
  await createItem(page, site.organization, { title: "From elsewhere", content: html });
  await expect(text(page)).toBeVisible();
  await expect(source(page), "opening alone changes nothing").toHaveValue(html);
  await text(page).getByText("Before").click();
  await page.keyboard.press("End");
  await page.keyboard.type("!");
  await isSaved(page);
  expect((await stored(page, site.organization)).content).toBe(html.replace("Before", "Before!"));
});

/** Saves a text as somebody else would, who opened the same version. */
async function saveElsewhere(page: Page, site: { organization: string; url: string }, fields: object): Promise<void> {
  const item = await stored(page, site.organization);
  const answer = await page.request.patch(`/api/v1/content/${item.id}`, {
    headers: { "contentpilot-organization": site.organization, origin: site.url, "if-match": `"v${item.version}"` },
    data: fields,
  });
  expect(answer.ok()).toBe(true);
}

test("two people: changes that do not overlap are merged", async ({ page, site }) => {
  await createItem(page, site.organization, { title: "Shared", content: "<p>One.</p>\n<p>Two.</p>\n<p>Three.</p>" });
  await saveElsewhere(page, site, { title: "Shared by two", content: "<p>One, theirs.</p>\n<p>Two.</p>\n<p>Three.</p>\n<p>Four.</p>" });
  await text(page).getByText("Two.").click();
  await page.keyboard.press("End");
  await page.keyboard.type(" Mine.");
  await expect(page.getByText("did not overlap")).toBeVisible({ timeout: 15_000 });
  await isAccessible(page);
  await isSaved(page);
  const merged = await stored(page, site.organization);
  expect(merged.content).toBe("<p>One, theirs.</p>\n<p>Two. Mine.</p>\n<p>Three.</p>\n<p>Four.</p>");
  expect(merged.title).toBe("Shared by two");
  await expect(text(page)).toContainText("Two. Mine.");
});

test("two people: where both changed a block, the writer chooses", async ({ page, site }) => {
  await createItem(page, site.organization, { title: "Shared block", content: "<p>First.</p>\n<p>Second.</p>" });
  await saveElsewhere(page, site, { content: "<p>First.</p>\n<p>Second, theirs.</p>" });
  await text(page).getByText("Second.").click();
  await page.keyboard.press("End");
  await page.keyboard.type(" Mine.");
  const conflict = page.getByRole("alert").filter({ hasText: "saved a newer version" });
  await expect(conflict).toBeVisible({ timeout: 15_000 });
  await expect(conflict.getByRole("group", { name: "Text" })).toContainText("Second, theirs.");
  await expect(text(page)).toContainText("Second. Mine.");
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "editor-conflict");
  await conflict.getByLabel("Both, theirs first").check();
  await conflict.getByRole("button", { name: "Merge as chosen" }).click();
  await isSaved(page);
  expect((await stored(page, site.organization)).content).toBe("<p>First.</p>\n<p>Second, theirs.</p>\n<p>Second. Mine.</p>");
});

test("blocks change places by keyboard", async ({ page, site }) => {
  await createItem(page, site.organization, { title: "In order", content: "<p>One</p>\n<ul><li>a</li><li>b</li></ul>" });
  await text(page).getByText("One").click();
  await page.keyboard.press("Alt+Shift+ArrowDown");
  await text(page).getByText("b", { exact: true }).click();
  // A browser tells the editor of a new cursor a moment after the click; until then the key would move what the cursor left.
  await expect(page.getByRole("button", { name: "Bullet list" })).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("Alt+Shift+ArrowUp");
  await isSaved(page);
  expect((await stored(page, site.organization)).content).toBe("<ul><li>b</li><li>a</li></ul>\n<p>One</p>");
});

test("a failed save keeps the text and says so, and Ctrl S saves in place", async ({ page, site }) => {
  await begin(page, site.organization, "Bad weather");
  await page.keyboard.type("Calm.");
  await page.keyboard.press("ControlOrMeta+s");
  await isSaved(page);
  await page.route("**/api/v1/content/**", (route) => route.abort());
  await page.keyboard.type(" Storm.");
  await expect(status(page)).toContainText("Your text is kept in this browser", { timeout: 15_000 });
  await page.unroute("**/api/v1/content/**");
  await page.reload();
  await page.getByRole("button", { name: "Bring it back" }).click();
  await expect(text(page)).toContainText("Calm. Storm.");
  await isSaved(page);
  expect((await stored(page, site.organization)).content).toBe("<p>Calm. Storm.</p>");
});

test("Ctrl Enter leaves code, and elsewhere asks before it publishes what was written", async ({ page, site }) => {
  await begin(page, site.organization, "Out it goes");
  await page.keyboard.type("``` fn main() {}");
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.keyboard.type("News.");
  await expect(text(page).locator("pre")).toHaveText("fn main() {}");
  await expect(text(page).locator("p", { hasText: "News." })).toBeVisible();
  await isSaved(page);
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.getByRole("dialog", { name: "Publish now?" }).getByRole("button", { name: "Cancel" }).click();
  expect((await stored(page, site.organization)).status).toBe("DRAFT");
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.getByRole("dialog", { name: "Publish now?" }).getByRole("button", { name: "Publish" }).press("Enter");
  await expect(page.getByRole("main")).toContainText("Published.");
  await page.goto(`/s/${site.organization}/out-it-goes`);
  await expect(page.getByText("News.")).toBeVisible();
});

test("what an item has and a new one has not is there when it has saved itself", async ({ page, site }) => {
  await begin(page, site.organization, "Ready for a second pair of eyes");
  await page.keyboard.type("Words to be looked at.");
  await expect(page.getByRole("button", { name: "Submit for review" })).toHaveCount(0);
  await isSaved(page);
  await expect(page.getByRole("button", { name: "Create link" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Duplicate" })).toBeVisible();
  await isAccessible(page);
  const address = page.url();
  await page.getByRole("button", { name: "Create link" }).click();
  await expect(page.getByRole("textbox", { name: "Address of the preview" })).toHaveValue(/\/preview\//);

  // What was saved is not kept as unsaved, whatever somebody else does to it then.
  await page.goto(`/admin/${site.organization}/content`);
  const id = new URL(address).pathname.split("/").at(-1)!;
  const headers = { "contentpilot-organization": site.organization };
  expect((await page.request.patch(`/api/v1/content/${id}`, { headers, data: { excerpt: "Theirs." } })).ok()).toBe(true);
  await page.goto(address);
  await expect(page.getByLabel("Excerpt")).toHaveValue("Theirs.");
  await expect(page.locator(".kept-offer")).toHaveCount(0);
  await page.getByLabel("Note").fill("Is it all there?");
  await page.getByRole("button", { name: "Submit for review" }).click();
  await expect(page.getByText("Is it all there?")).toBeVisible();
  expect(await stored(page, site.organization)).toMatchObject({ status: "REVIEW", content: "<p>Words to be looked at.</p>" });
});

test("focus mode leaves the text alone on the page", async ({ page, site }) => {
  await begin(page, site.organization, "Quiet");
  await page.getByRole("button", { name: "Focus mode" }).click();
  await expect(page.getByRole("heading", { name: "Details" })).toBeHidden();
  await isAccessible(page);
  await picture(page, "editor-focus");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("heading", { name: "Details" })).toBeVisible();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the source is the editor", async ({ page, site }) => {
    await page.goto(`/admin/${site.organization}/content/new`);
    await expect(page.getByLabel("Text", { exact: false }).first()).toBeVisible();
    await expect(source(page)).toBeVisible();
  });
});
