import type { Page } from "@playwright/test";
import { fitsItsWidth, isAccessible, isIn, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { fill, press } from "../support/steps.ts";

async function looked(page: Page, colorScheme: string | null | undefined, name: string): Promise<void> {
  await isIn(page, colorScheme === "dark" ? "dark" : "light");
  await isAccessible(page);
  await fitsItsWidth(page);
  await picture(page, name);
}

/** Adds a step that has one field or none to be filled in. */
async function addStep(page: Page, kind: string, values: Record<string, string> = {}): Promise<void> {
  await page.getByRole("navigation", { name: "Add a step" }).getByRole("link", { name: kind, exact: true }).click();
  await fill(page, values);
  await press(page, /add step/i);
  await expect(page.getByRole("main")).toContainText("The step is added.");
}

test("@everywhere a welcome is made step by step, activated, and somebody walks along it", async ({ page, site, colorScheme }) => {
  test.setTimeout(180_000);
  const here = test.info().project.name;
  const admin = `/admin/${site.organization}`;
  const person = `${here}@automation.example`;
  await page.goto(`${admin}/audience/new`);
  await fill(page, { email: person, name: "Wanda Walker" });
  await press(page, /add|save/i);

  await page.goto(`${admin}/emails`);
  await page.getByRole("main").getByRole("link", { name: "Automations" }).click();
  await looked(page, colorScheme, "automations");
  await page.getByRole("main").getByRole("link", { name: "New automation" }).first().click();
  await fill(page, { name: `Greeting ${here}` });
  await page.getByRole("radio", { name: /Somebody gets a tag/ }).check();
  await expect(page.getByLabel("By which form")).toBeHidden();
  await press(page, /make automation/i);
  await expect(page.getByRole("main")).toContainText("Name the tag.");
  await expect(page.getByRole("textbox", { name: /^Name/ })).toHaveValue(`Greeting ${here}`);
  await fill(page, { tag: "Met us" });
  await looked(page, colorScheme, "automation-trigger");
  await press(page, /make automation/i);
  await expect(page.getByRole("main")).toContainText("Nothing goes out until you activate it.");
  await expect(page.getByRole("main")).toContainText("The tag “met us” is put on somebody");

  const line = page.url();

  await press(page, /activate/i);
  await expect(page.getByRole("main")).toContainText("Step 1:");
  await page.getByRole("link", { name: /Write it/ }).click();
  await expect(page).toHaveURL(/\/compose/);
  await page.goBack();

  await addStep(page, "Wait for a while", { amount: "2" });
  await page.getByRole("navigation", { name: "Add a step" }).getByRole("link", { name: "Ask a condition" }).click();
  await page.getByRole("group", { name: "Condition 1" }).getByLabel("Compared with").fill("met us");
  await press(page, /add a condition/i);
  await page.getByRole("group", { name: "Condition 2" }).getByLabel("About").selectOption("name");
  await page.getByRole("group", { name: "Condition 2" }).getByLabel("Compared with").fill("Wanda Walker");
  await looked(page, colorScheme, "automation-condition");
  await press(page, /add step/i);
  await addStep(page, "Add a tag", { tag: "greeted" });
  await expect(page.getByRole("main")).toContainText("Go on only if: tagged “met us” and name is “Wanda Walker”");
  await expect(page.getByRole("main")).toContainText("Everybody else leaves.");

  // The email in its first place is not written yet, so it is taken out; the rest runs.
  await page.getByRole("button", { name: "Take step 1 out" }).click();
  await press(page, /take it out/i);
  await expect(page.getByRole("main")).toContainText("The line is changed.");
  await page.getByRole("button", { name: "Move step 3 up" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "Add the tag “greeted”" }).getByRole("button", { name: "Move step 2 up" })).toBeVisible();
  await press(page, /activate/i);
  await expect(page.getByRole("main")).toContainText("It runs, and lets people in.");

  await page.getByLabel("Let somebody in by hand").fill("nobody@automation.example");
  await press(page, /let in/i);
  await expect(page.getByRole("main")).toContainText("There is no contact of this address.");
  await page.getByLabel("Let somebody in by hand").fill(person);
  await press(page, /let in/i);
  await expect(page.getByRole("row", { name: new RegExp(person) })).toContainText("On the way");
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("main")).toContainText("1 wait here");
  }).toPass();
  await page.goto(line);
  await looked(page, colorScheme, "automation");
  await page.getByRole("link", { name: person }).click();
  await expect(page.getByRole("region", { name: "Automations" })).toContainText("On the way");
  await page.goto(`${admin}/automations`);
  await expect(page.getByRole("row", { name: new RegExp(`Greeting ${here}`) })).toContainText("Active");
  await looked(page, colorScheme, "automations-list");
});
