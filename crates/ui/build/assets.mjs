// Builds the web assets: styles, scripts, fonts and the picture sprite, under names that carry their hash, each text
// with a brotli twin, and a manifest from plain to hashed names. Run by `npm run build` from the root.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";

const crate = join(dirname(fileURLToPath(import.meta.url)), "..");
const packages = join(crate, "..", "..", "node_modules");
const out = join(crate, "assets");

/** Compressed sizes that a page may cost, in bytes (budgets of the product). */
const SCRIPT_BUDGET = 60 * 1024;
const STYLE_BUDGET = 25 * 1024;
/** The editor's page alone loads the editor. */
const EDITOR_BUDGET = 200 * 1024;
/** The same with the email composer, whose texts know less. */
const COMPOSER_BUDGET = 130 * 1024;
/** The palette is on every page of an organization, and the smallest of what is. */
const PALETTE_BUDGET = 15 * 1024;

const FONTS = {
  "inter.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  "inter-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
  "jetbrains-mono.woff2": "@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2",
};

const EDITOR_ICONS = `bold code code-xml focus heading-2 heading-3 heading-4 highlighter image images italic keyboard lightbulb link list grip-vertical
  list-ordered list-todo minus panel-top paperclip arrow-left table-cells-merge table-cells-split pilcrow redo-2 square-code square-mouse-pointer strikethrough table text-quote underline`;
const ICONS = `${EDITOR_ICONS} archive arrow-down arrow-up ban braces calendar-clock pause play refresh-cw bell building-2 calendar check chevron-left chevron-right chevrons-up-down circle circle-alert
  circle-check clock columns-2 contact copy external-link eye file-pen file-text folder-tree inbox info key-round layout-dashboard layout-template list-filter log-out mail megaphone menu message-square monitor moon navigation newspaper
  package download film folder image layout-grid lock music rows-3 upload panel-left plus reply save scroll-text search send settings smartphone star sun tags trash-2 triangle-alert undo-2 unfold-vertical user-round users webhook x zap`.split(/\s+/);

const manifest = {};
const compressed = {};
const written = new Set(["manifest.json"]);

/** Writes a file under its hashed name, with a brotli twin unless it is compressed in itself. */
function emit(name, bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const hashed = name.replace(/(\.[^.]+)$/, `-${hash}$1`);
  manifest[name] = hashed;
  put(hashed, bytes);
  if (!name.endsWith(".woff2")) {
    const twin = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    put(`${hashed}.br`, twin);
    compressed[name] = twin.length;
  }
  return hashed;
}

/** Files that have not changed are left alone, so that nothing is compiled again for them. */
function put(name, bytes) {
  written.add(name);
  const path = join(out, name);
  if (existsSync(path) && readFileSync(path).equals(Buffer.from(bytes))) return;
  writeFileSync(path, bytes);
}

/** One SVG with a symbol for each picture of the application. */
function sprite() {
  const symbols = [...new Set(ICONS)].map((name) => {
    const source = readFileSync(join(packages, "lucide-static", "icons", `${name}.svg`), "utf8");
    const shapes = source.slice(source.indexOf(">", source.indexOf("<svg")) + 1, source.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${shapes.replace(/\s+/g, " ").trim()}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

/** Bundles one style sheet or script. Fonts are named in styles by their plain name and get their hashed one here. */
async function bundle(entry) {
  const result = await build({
    entryPoints: [join(crate, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: ["chrome125", "firefox128", "safari17.5"],
    external: ["fonts:*"],
    legalComments: "none",
    logLevel: "warning",
  });
  const text = result.outputFiles[0].text;
  return text.replace(/fonts:([a-z0-9-]+\.woff2)/g, (_, name) => {
    if (!manifest[name]) throw new Error(`${entry} names a font that is not built: ${name}`);
    return manifest[name];
  });
}

function checkBudgets() {
  const scripts = compressed["app.js"] + compressed["theme.js"] + compressed["htmx.js"] + compressed["palette.js"];
  const styles = compressed["app.css"];
  console.log(`assets: scripts ${scripts} of ${SCRIPT_BUDGET} bytes, styles ${styles} of ${STYLE_BUDGET} bytes, compressed`);
  if (scripts > SCRIPT_BUDGET || styles > STYLE_BUDGET) {
    throw new Error("The web assets are over their budget: take something out, or load it only where it is needed.");
  }
  console.log(`assets: the palette ${compressed["palette.js"]} of ${PALETTE_BUDGET} bytes, compressed`);
  if (compressed["palette.js"] > PALETTE_BUDGET) throw new Error("The palette is over its budget: take something out.");
  const media = [scripts + compressed["media.js"], styles + compressed["media.css"]];
  console.log(`assets: the library ${media[0]} and ${media[1]} bytes with it, compressed`);
  if (media[0] > SCRIPT_BUDGET || media[1] > STYLE_BUDGET) throw new Error("The media library is over its budget: take something out.");
  const planning = [scripts + compressed["calendar.js"], styles + compressed["planning.css"]];
  console.log(`assets: the calendar ${planning[0]} and ${planning[1]} bytes with it, compressed`);
  if (planning[0] > SCRIPT_BUDGET || planning[1] > STYLE_BUDGET) throw new Error("The calendar is over its budget: take something out.");
  const campaigns = [scripts + compressed["board.js"], styles + compressed["campaigns.css"]];
  console.log(`assets: campaigns ${campaigns[0]} and ${campaigns[1]} bytes with them, compressed`);
  if (campaigns[0] > SCRIPT_BUDGET || campaigns[1] > STYLE_BUDGET) throw new Error("The campaigns are over their budget: take something out.");
  console.log(`assets: the editor ${compressed["editor.js"]} of ${EDITOR_BUDGET} bytes, compressed`);
  if (compressed["editor.js"] > EDITOR_BUDGET) throw new Error("The editor is over its budget: take something out.");
  console.log(`assets: the composer ${compressed["composer.js"]} of ${COMPOSER_BUDGET} bytes, compressed`);
  if (compressed["composer.js"] > COMPOSER_BUDGET) throw new Error("The email composer is over its budget: take something out.");
}

mkdirSync(out, { recursive: true });
for (const [name, path] of Object.entries(FONTS)) emit(name, readFileSync(join(packages, path)));
emit("icons.svg", sprite());
emit("favicon.svg", readFileSync(join(crate, "build", "favicon.svg")));
emit("htmx.js", readFileSync(join(packages, "htmx.org", "dist", "htmx.min.js")));
emit("app.css", await bundle("css/app.css"));
if (existsSync(join(crate, "css", "site.css"))) emit("site.css", await bundle("css/site.css"));
emit("theme.js", await bundle("js/theme.ts"));
emit("app.js", await bundle("js/app.ts"));
emit("editor.css", await bundle("css/editor.css"));
emit("editor.js", await bundle("../../islands/editor/index.ts"));
emit("media.css", await bundle("css/media.css"));
emit("media.js", await bundle("../../islands/media/index.ts"));
emit("palette.js", await bundle("../../islands/palette/index.ts"));
emit("planning.css", await bundle("css/planning.css"));
emit("calendar.js", await bundle("../../islands/calendar/index.ts"));
emit("campaigns.css", await bundle("css/campaigns.css"));
emit("board.js", await bundle("../../islands/campaigns/index.ts"));
emit("tree.js", await bundle("../../islands/tree/index.ts"));
emit("media-picker.js", await bundle("../../islands/picker/index.ts"));
emit("composer.css", await bundle("css/composer.css"));
emit("composer.js", await bundle("../../islands/composer/index.ts"));
checkBudgets();
put("manifest.json", `${JSON.stringify(manifest, null, 2)}\n`);
for (const name of readdirSync(out)) if (!written.has(name)) rmSync(join(out, name), { recursive: true });
