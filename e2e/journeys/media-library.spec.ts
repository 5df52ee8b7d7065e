import type { Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { isAccessible, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { field, press } from "../support/steps.ts";

const sample = (name: string) => readFileSync(new URL(`../../crates/contentpilot/tests/it/samples/${name}`, import.meta.url));

test("a HEIC picture is refused with what to do, and nothing of it stays", async ({ page, site }) => {
  await page.goto(`/admin/${site.organization}/media`);
  await page.locator("#upload-file").setInputFiles({ name: "IMG_0042.HEIC", mimeType: "image/heic", buffer: sample("phone.heic") });
  await expect(page.locator("media-upload")).toContainText("Export it as JPEG");
  await isAccessible(page);
  await picture(page, "media-refused");
});

async function makeFolder(page: Page, name: string): Promise<void> {
  await page.locator("#folder-name").fill(name);
  await page.getByRole("button", { name: "Make folder" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}

const folder = (page: Page, name: string) => page.getByRole("navigation", { name: "Folders" }).getByRole("link", { name });

test("a folder goes where it is dragged, never into itself, and by its form where nobody drags", async ({ page, site }) => {
  const media = `/admin/${site.organization}/media`;
  for (const name of ["Spring", "Summer"]) {
    await page.goto(media);
    await makeFolder(page, name);
  }
  await page.goto(media);
  await folder(page, "Summer").dragTo(folder(page, "Spring"));
  await expect(page.getByText("Saved.")).toBeVisible();
  await expect(folder(page, "Summer")).toHaveAttribute("data-path", "/Spring/Summer");
  await isAccessible(page);
  await picture(page, "media-folder-moved");

  // Into what lies in it: nothing is sent, and all stays where it is.
  await folder(page, "Spring").dragTo(folder(page, "Summer"));
  await expect(folder(page, "Spring")).toHaveAttribute("data-path", "/Spring");
  await folder(page, "Summer").dragTo(folder(page, "At the top"));
  await expect(folder(page, "Summer")).toHaveAttribute("data-path", "/Summer");

  await folder(page, "Summer").click();
  await page.getByRole("link", { name: "Folder", exact: true }).click();
  await (await field(page, "parent_id")).selectOption({ label: "Spring" });
  await press(page, /^save/i);
  await expect(folder(page, "Summer")).toHaveAttribute("data-path", "/Spring/Summer");
});
