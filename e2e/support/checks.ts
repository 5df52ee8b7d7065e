import { AxeBuilder } from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";

const WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Nothing that axe knows of keeps anybody out of this page. What stands in a frame without scripts is looked at as a page of its own. */
export async function isAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG_22_AA).exclude("iframe[sandbox]").analyze();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((node) => node.html).join("\n  ")}`);
  expect(found, `axe on ${page.url()}`).toEqual([]);
}

const sprites = new Map<string, Promise<string>>();

/** Every picture that the page names is in the sprite; a name that is not there shows nothing. */
export async function hasItsPictures(page: Page): Promise<void> {
  const named = await page.evaluate(() => [...new Set([...document.querySelectorAll("svg use")].map((use) => use.getAttribute("href") ?? ""))]);
  for (const address of named) {
    const [sprite = "", name = ""] = address.split("#");
    if (!sprites.has(sprite)) sprites.set(sprite, page.request.get(sprite).then((answer) => answer.text()));
    expect((await sprites.get(sprite))?.includes(`id="${name}"`), `the picture ${name} on ${page.url()}`).toBe(true);
  }
}

/** Nothing sticks out sideways, at the width the page has now. */
export async function fitsItsWidth(page: Page): Promise<void> {
  const sideways = await page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > root.clientWidth + 1);
    return wide.slice(0, 5).map((one) => one.outerHTML.slice(0, 120));
  });
  expect(sideways, `what is wider than ${page.url()} at ${page.viewportSize()?.width} px`).toEqual([]);
}

/** The page's background is light or dark as asked. */
export async function isIn(page: Page, theme: "light" | "dark"): Promise<void> {
  const lightness = () =>
    page.evaluate(() => {
      const colours = [document.body, document.documentElement].map((one) => getComputedStyle(one).backgroundColor);
      const canvas = document.createElement("canvas").getContext("2d");
      if (!canvas) return "unknown";
      canvas.fillStyle = colours.find((colour) => !/^(transparent|rgba\(.* 0\))$/.test(colour)) ?? "white";
      canvas.fillRect(0, 0, 1, 1);
      return (canvas.getImageData(0, 0, 1, 1).data[0] ?? 0) < 128 ? "dark" : "light";
    });
  await expect.poll(lightness, { message: `the colours of ${page.url()}` }).toBe(theme);
}

/** Keeps a picture of the page for people to look at: screenshots/{project}/{name}.png. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `screenshots/${test.info().project.name}/${name}.png`, fullPage: true });
}
