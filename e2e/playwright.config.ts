import { defineConfig, devices } from "@playwright/test";

/** Debian's Chromium or the one that bin/test found. As root it has to do without its sandbox. */
const launchOptions = {
  executablePath: process.env.CONTENTPILOT_CHROMIUM ?? "/usr/bin/chromium",
  chromiumSandbox: process.getuid?.() !== 0,
  args: [
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

const desktop = { ...devices["Desktop Chrome"], viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/** Every journey runs on a desktop in light colours; those marked @everywhere in dark colours and on a phone as well. */
export default defineConfig({
  testDir: "journeys",
  outputDir: "test-results",
  fullyParallel: false,
  forbidOnly: !!process.env.CI,
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 7_000 },
  reporter: [["list"], ["json", { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ?? "test-results/report.json" }]],
  use: { launchOptions, actionTimeout: 10_000, navigationTimeout: 15_000, trace: "off", screenshot: "only-on-failure" },
  projects: [
    { name: "desktop-light", use: { ...desktop, colorScheme: "light" } },
    { name: "desktop-dark", use: { ...desktop, colorScheme: "dark" }, grep: /@everywhere/ },
    { name: "phone", use: { ...phone, colorScheme: "light" }, grep: /@everywhere/ },
  ],
});
