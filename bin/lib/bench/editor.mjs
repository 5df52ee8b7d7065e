// `bin/bench editor`: what the editor of an article of 6 KB sends over the network, and when it takes typing, in Chromium on loopback.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { inFolder, startProgram, stopServer } from "./processes.mjs";
import { ORGANIZATION, OWNER, bodyOf, createOrganization, poster } from "./seed.mjs";

const VISITS = 7;

const { values: options } = parseArgs({ options: { root: { type: "string" }, json: { type: "string" } } });
const binary = join(options.root, "target/release/contentpilot");
const { chromium } = createRequire(join(options.root, "e2e/package.json"))("@playwright/test");

async function signIn(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${url}/admin/sign-in`);
  await page.locator("[name=email]").fill(OWNER.email);
  await page.locator("[name=password]").fill(OWNER.password);
  await page.getByRole("button", { name: /^sign in/i }).click();
  await page.waitForURL((address) => !address.pathname.endsWith("/sign-in"));
  const state = await context.storageState();
  await context.close();
  return state;
}

/** Opens the editor and gives the bytes that came over the network until then, and the milliseconds until it is there. */
async function visit(context, address) {
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  let bytes = 0;
  network.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  await network.send("Network.enable");
  await page.goto(address, { waitUntil: "commit" });
  const ready = await page.waitForFunction(() => document.querySelector("content-editor.is-ready [contenteditable=true]") && performance.now());
  const milliseconds = await ready.jsonValue();
  await page.locator("#editor-text").pressSequentially("Typed ");
  const text = await page.locator("#editor-text").textContent();
  if (!text.includes("Typed")) throw new Error("the editor took no typing");
  await page.waitForLoadState("load");
  await page.close();
  return { bytes, milliseconds };
}

const middle = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** The middle of several visits, each with an empty cache of the browser, and of as many with a full one. */
async function measure(browser, address, storageState) {
  const first = [];
  const again = [];
  for (let number = 0; number < VISITS; number++) {
    const context = await browser.newContext({ storageState });
    first.push(await visit(context, address));
    again.push(await visit(context, address));
    await context.close();
  }
  const of = (visits) => ({ bytes: middle(visits.map((one) => one.bytes)), milliseconds: middle(visits.map((one) => one.milliseconds)) });
  return { first: of(first), again: of(again) };
}

await inFolder(async (directory) => {
  const key = await createOrganization(binary, join(directory, "data"));
  const server = await startProgram(binary, directory, "/readyz");
  const sandbox = process.getuid() !== 0;
  const browser = await chromium.launch({ executablePath: process.env.CONTENTPILOT_CHROMIUM, chromiumSandbox: sandbox, args: ["--disable-dev-shm-usage"] });
  try {
    const { id } = await poster(server.url, key)("/api/v1/content", { title: "Measured", type: "ARTICLE", content: bodyOf(1) });
    const state = await signIn(browser, server.url);
    const measured = await measure(browser, `${server.url}/admin/${ORGANIZATION}/content/${id}`, state);
    for (const [name, { bytes, milliseconds }] of Object.entries(measured)) {
      const words = name === "first" ? "first visit" : "next visit";
      console.log(`editor, ${words}: ${(bytes / 1024).toFixed(0)} KB over the network, takes typing after ${milliseconds.toFixed(0)} ms`);
    }
    if (options.json) writeFileSync(resolve(options.json), JSON.stringify(measured, null, 2) + "\n");
  } finally {
    await browser.close();
    await stopServer(server);
  }
});
