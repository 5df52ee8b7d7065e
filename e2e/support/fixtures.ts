import { test as base, expect, type Browser, type BrowserContext, type Page } from "@playwright/test";
import { Program } from "./program.ts";
import { setUp, type Person } from "./steps.ts";

type State = Awaited<ReturnType<BrowserContext["storageState"]>>;

/** A running program with its first organization, and the browser state of its owner. */
export interface Site {
  url: string;
  organization: string;
  owner: Person;
  ownerState: State;
}

export const owner: Person = { name: "Olivia Owner", email: "olivia@example.com", password: "a lantern over the harbour 7" };

interface TestFixtures {
  /** A second person's browser: no cookies of the first. */
  stranger: Page;
}

interface WorkerFixtures {
  site: Site;
}

/** Journeys that share one program a worker and are signed in as its owner. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  site: [
    async ({ browser }, use) => {
      const program = await Program.start();
      await use(await openSite(browser, program.url));
      expect(await program.stop(), "the program stops cleanly").toBe(0);
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: async ({ site }, use) => use(site.url),
  storageState: async ({ site }, use) => use(site.ownerState),
  stranger: async ({ browser, site, contextOptions, viewport, colorScheme }, use) => {
    const context = await browser.newContext({
      ...contextOptions, baseURL: site.url, viewport, colorScheme, storageState: { cookies: [], origins: [] },
    });
    await use(await context.newPage());
    await context.close();
  },
});

/** Journeys that begin where a new user does: a program that nobody has set up yet. */
export const freshTest = base.extend<{ program: Program }>({
  program: async ({}, use) => {
    const program = await Program.start();
    await use(program);
    expect(await program.stop(), "the program stops cleanly").toBe(0);
  },
  baseURL: async ({ program }, use) => use(program.url),
});

async function openSite(browser: Browser, url: string): Promise<Site> {
  const context = await browser.newContext({ baseURL: url });
  const page = await context.newPage();
  const organization = await setUp(page, owner, "Harbour Press");
  const ownerState = await context.storageState();
  await context.close();
  return { url, organization, owner, ownerState };
}

export { expect };
