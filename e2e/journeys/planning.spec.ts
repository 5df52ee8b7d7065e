import { fitsItsWidth, isAccessible, isIn, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { createItem, fill, press } from "../support/steps.ts";

/** A day so many days from now, in UTC, the zone of a new organization. */
function dayFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** A draft with a time in its future: the address of its editor. */
async function scheduled(page: Parameters<typeof createItem>[0], organization: string, title: string, day: string): Promise<string> {
  const editor = await createItem(page, organization, { title, content: "<p>Text.</p>" });
  await fill(page, { scheduled_for: `${day}T09:30` });
  await press(page, /^schedule/i);
  await expect(page.getByRole("main")).toContainText(/scheduled for/i);
  return editor;
}

test("@everywhere the dashboard shows how things stand and what comes next", async ({ page, site, colorScheme }) => {
  const title = `Read me on the dashboard ${test.info().project.name}`;
  await scheduled(page, site.organization, title, dayFromNow(3));
  await page.goto("/admin");
  await expect(page, "it is where one begins").toHaveURL(new RegExp(`/admin/${site.organization}$`));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Hello, Olivia");
  const main = page.getByRole("main");
  await expect(main.getByRole("region", { name: "Overview" }).getByRole("link", { name: "Scheduled" })).toBeVisible();
  await expect(main.getByRole("region", { name: "The next 14 days" }).getByRole("link", { name: title })).toBeVisible();
  await expect(main.getByRole("region", { name: "Recent content" }).getByRole("link", { name: title })).toBeVisible();
  await isIn(page, colorScheme === "dark" ? "dark" : "light");
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "dashboard");
  await main.getByRole("region", { name: "Overview" }).getByRole("link", { name: "Scheduled" }).click();
  await expect(page).toHaveURL(/status=SCHEDULED/);
});

test("the first steps are put away and brought back", async ({ page, site }) => {
  await page.goto(`/admin/${site.organization}`);
  const steps = page.getByRole("region", { name: /^First steps/ });
  await expect(steps).toBeVisible();
  await steps.getByRole("button", { name: "Put away" }).click();
  await expect(steps).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(steps).toBeVisible();
});

test("@everywhere the calendar is looked at by month, week and agenda, and moved in without a mouse", async ({ page, site }) => {
  const title = `Planned ${test.info().project.name}`;
  const day = dayFromNow(2);
  await scheduled(page, site.organization, title, day);
  for (const view of ["month", "week", "agenda"]) {
    await page.goto(`/admin/${site.organization}/calendar?view=${view}&date=${day}`);
    await expect(page.locator(`[data-day="${day}"]`).getByRole("link", { name: title, exact: true })).toBeVisible();
    await isAccessible(page);
    await fitsItsWidth(page);
    await picture(page, `calendar-${view}`);
  }
  await page.getByRole("main").getByRole("link", { name: `Move ${title} to another time` }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(title);
  await isAccessible(page);
  await picture(page, "calendar-move");
  const later = dayFromNow(4);
  await fill(page, { at: `${later}T11:15` });
  await press(page, /^move/i);
  await expect(page.getByRole("main")).toContainText(/is moved to/);
  await expect(page.locator(`[data-day="${later}"]`)).toContainText(title);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.locator(`[data-day="${day}"]`)).toContainText(title);
});

test("an entry is dragged to another day and keeps its hour", async ({ page, site }) => {
  const [day, next] = [dayFromNow(8), dayFromNow(9)];
  await scheduled(page, site.organization, "Dragged along", day);
  await page.goto(`/admin/${site.organization}/calendar?view=month&date=${day}`);
  const entry = page.locator("[data-move]").filter({ hasText: "Dragged along" });
  await entry.dragTo(page.locator(`[data-day="${next}"] .day-head`));
  await expect(page.getByRole("main")).toContainText(/is moved to .*09:30/);
  await expect(page.locator(`[data-day="${next}"]`)).toContainText("Dragged along");
});

test("draft changes of a public article stand in the calendar, are marked in the library and moved", async ({ page, site }) => {
  const [day, next] = [dayFromNow(10), dayFromNow(11)];
  const editor = await createItem(page, site.organization, { title: "Changed later", content: "<p>Before.</p>" });
  await press(page, /^publish/i);
  await page.goto(`${editor}?of=changes`);
  await fill(page, { excerpt: "After." });
  await press(page, /^save/i);
  await expect(page.getByRole("main")).toContainText(/saved as draft changes/i);
  await fill(page, { scheduled_for: `${day}T09:30` });
  await press(page, /^schedule/i);
  await expect(page.getByRole("main")).toContainText(/scheduled for/i);

  await page.goto(`/admin/${site.organization}/content?changes=scheduled`);
  await expect(page.getByRole("row", { name: /Changed later/ })).toContainText(/Changes live/);
  await expect(page.locator('[name="changes"]')).toHaveValue("scheduled");
  await isAccessible(page);
  await picture(page, "library-changes");

  await page.goto(`/admin/${site.organization}/calendar?view=month&date=${day}`);
  const entry = page.locator('[data-move][data-event="changes"]').filter({ hasText: "Changed later" });
  await entry.dragTo(page.locator(`[data-day="${next}"] .day-head`));
  await expect(page.getByRole("main")).toContainText(/is moved to .*09:30/);
  await expect(page.locator(`[data-day="${next}"]`)).toContainText("Changed later");
  await isAccessible(page);
  await picture(page, "calendar-changes");
});

test("a day of the calendar begins an article for it", async ({ page, site }) => {
  const day = dayFromNow(5);
  await page.goto(`/admin/${site.organization}/calendar?view=week&date=${day}`);
  await page.locator(`[data-day="${day}"] .day-create`).focus();
  await page.keyboard.press("Enter");
  await expect(page.locator('[name="scheduled_for"]')).toHaveValue(`${day}T09:00`);
  await fill(page, { title: "Begun in the calendar" });
  await press(page, /^schedule/i);
  await expect(page.getByRole("main")).toContainText(/scheduled/i);
  await page.goto(`/admin/${site.organization}/calendar?view=agenda&date=${day}`);
  await expect(page.locator(`[data-day="${day}"]`)).toContainText("Begun in the calendar");
});

test("@everywhere a release is filled from the library and the editor, and published whole", async ({ page, site, request }) => {
  const name = `Spring issue ${test.info().project.name}`;
  await page.goto(`/admin/${site.organization}/releases`);
  await isAccessible(page);
  await fill(page, { name, note: "Everything about the spring." });
  await press(page, /^make the release/i);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await isAccessible(page);
  await picture(page, "release-empty");
  const address = page.url();

  const slug = `released-${test.info().project.name}`;
  const first = `First of ${name}`;
  await createItem(page, site.organization, { title: first, content: "<p>One.</p>", slug });
  const second = await createItem(page, site.organization, { title: `Second of ${name}`, content: "<p>Two.</p>" });
  await page.locator('[name="release_id"]').selectOption({ label: name });
  await press(page, /^put it in/i);
  await expect(page.getByRole("main")).toContainText(/put into the release/i);

  await page.goto(`/admin/${site.organization}/content?q=&status=DRAFT`);
  await page.getByRole("checkbox", { name: `Choose ${first}` }).check();
  await page.locator("#bulk-do").selectOption("release");
  await page.locator("#bulk-release").selectOption({ label: name });
  await press(page, /^apply/i);
  await expect(page).toHaveURL(address);
  await expect(page.getByRole("heading", { name: "2 items" })).toBeVisible();
  await fill(page, { scheduled_for: `${dayFromNow(6)}T10:00` });
  await press(page, /^schedule/i);
  await expect(page.getByRole("main")).toContainText(/goes live/i);
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "release");
  await page.goto(`/admin/${site.organization}/calendar?view=agenda&kind=release`);
  await expect(page.getByRole("link", { name, exact: true })).toBeVisible();

  await page.goto(address);
  await press(page, /^publish all now/i);
  await expect(page.getByRole("main")).toContainText(/all 2 items are public now/i);
  expect((await request.get(`/s/${site.organization}/${slug}`)).status()).toBe(200);
  await page.goto(second);
  await expect(page.getByRole("main")).toContainText(/published/i);
  await page.goto(`/admin/${site.organization}/releases`);
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, "releases");
});
