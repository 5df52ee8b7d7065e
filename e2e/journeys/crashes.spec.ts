import type { Page } from "@playwright/test";
import { expect, freshTest as test, owner } from "../support/fixtures.ts";
import { fill, setUp } from "../support/steps.ts";

const text = (page: Page) => page.getByRole("textbox", { name: "Text" });
const status = (page: Page) => page.locator(".editor-status");

/** The body of the item whose editor is open, as the server has it. */
async function stored(page: Page, organization: string): Promise<string> {
  const id = page.url().split("/").at(-1)?.replace(/[?#].*$/, "");
  return page.evaluate(
    ([address, slug]) => fetch(address!, { headers: { "contentpilot-organization": slug! } }).then((answer) => answer.json()).then(({ content }) => content),
    [`/api/v1/content/${id}`, organization],
  );
}

async function begin(page: Page, organization: string): Promise<void> {
  await page.goto(`/admin/${organization}/content/new`);
  await fill(page, { title: "In the storm" });
  await text(page).click();
  await page.keyboard.type("Written in calm.");
  await expect(status(page)).toHaveText("Saved", { timeout: 15_000 });
  await expect(page).toHaveURL(/\/content\/(?!new)/);
}

test("what is written while the server is dead arrives when it is back", async ({ page, program }) => {
  test.setTimeout(180_000);
  const organization = await setUp(page, owner, "Storm Press");
  await begin(page, organization);
  await program.kill();
  await page.keyboard.type(" Written in the storm.");
  await expect(status(page)).toContainText("Your text is kept in this browser", { timeout: 15_000 });
  await page.keyboard.type(" And on.");
  await program.startAgain();
  await expect(status(page)).toHaveText("Saved", { timeout: 30_000 });
  expect(await stored(page, organization)).toBe("<p>Written in calm. Written in the storm. And on.</p>");
});

test("what is written survives the end of server and tab together", async ({ page, program, context }) => {
  test.setTimeout(180_000);
  const organization = await setUp(page, owner, "Storm Press");
  await begin(page, organization);
  const address = page.url();
  await program.kill();
  await page.keyboard.type(" Written in the storm.");
  await expect(status(page)).toContainText("Your text is kept in this browser", { timeout: 15_000 });
  const crashed = page.waitForEvent("crash");
  await page.goto("chrome://crash").catch(() => undefined);
  await crashed;
  await program.startAgain();

  const again = await context.newPage();
  await again.goto(address);
  await expect(text(again)).toHaveText("Written in calm.");
  await again.getByRole("button", { name: "Bring it back" }).click();
  await expect(text(again)).toHaveText("Written in calm. Written in the storm.");
  await expect(status(again)).toHaveText("Saved", { timeout: 15_000 });
  expect(await stored(again, organization)).toBe("<p>Written in calm. Written in the storm.</p>");
});

test("who writes without a pause loses no more than the last moment when the tab ends", async ({ page, context }) => {
  test.setTimeout(180_000);
  const organization = await setUp(page, owner, "Storm Press");
  await begin(page, organization);
  const address = page.url();
  await page.keyboard.type(" Words that follow each other without any silence between them,", { delay: 60 });
  await page.close();

  const again = await context.newPage();
  await again.goto(address);
  await again.getByRole("button", { name: "Bring it back" }).click();
  await expect(text(again)).toContainText("Words that follow each other without any silence");

  await text(again).click();
  await again.keyboard.press("Control+End");
  await again.keyboard.type(" and the last ones too.");
  await again.reload();
  await again.getByRole("button", { name: "Bring it back" }).click();
  await expect(text(again), "leaving keeps what was typed right before").toContainText("and the last ones too.");
});

test("what this browser kept is offered although somebody saved a newer version meanwhile", async ({ page, context }) => {
  test.setTimeout(180_000);
  const organization = await setUp(page, owner, "Storm Press");
  await begin(page, organization);
  const address = page.url();
  await page.route("**/api/v1/content/**", (route) => route.abort());
  await page.keyboard.type(" Never sent.");
  await expect(status(page)).toContainText("Your text is kept in this browser", { timeout: 15_000 });
  const crashed = page.waitForEvent("crash");
  await page.goto("chrome://crash").catch(() => undefined);
  await crashed;

  const again = await context.newPage();
  await again.goto(`/admin/${organization}/content`);
  await again.evaluate(
    ([id, slug]) =>
      fetch(`/api/v1/content/${id}`, { method: "PATCH", headers: { "content-type": "application/json", "contentpilot-organization": slug! }, body: JSON.stringify({ content: "<p>Theirs.</p>" }) }),
    [address.split("/").at(-1), organization],
  );
  await again.goto(address);
  await expect(text(again)).toHaveText("Theirs.");
  const offer = again.locator(".kept-offer");
  await expect(offer).toContainText("an earlier version");
  await offer.getByText("Text", { exact: true }).click();
  await expect(offer).toContainText("Written in calm. Never sent.");
  await offer.getByRole("button", { name: "Bring it back" }).click();
  await expect(text(again)).toHaveText("Written in calm. Never sent.");
});
