// `bin/bench audience`: a CSV of a million contacts is brought in by the command, on a fresh data directory; then the list of
// contacts is read and segments are counted over them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { inFolder, memoryMb, startProgram, stopServer } from "./processes.mjs";
import { OWNER, ORGANIZATION, WORDS, createOrganization } from "./seed.mjs";

const LOOKED_AT_EVERY_MS = 100;
const READS = 200;
const COUNTS = 10;
const WARMING = 20;

const { values: options } = parseArgs({
  options: { root: { type: "string" }, contacts: { type: "string", default: "1000000" }, json: { type: "string" } },
});
const contacts = Number(options.contacts);
if (!Number.isInteger(contacts) || contacts < 1000) throw new Error("--contacts takes a whole number from 1000");
const binary = join(options.root, "target/release/contentpilot");
const say = (words) => console.log(`• ${words}`);

/** In the form of Mailchimp's export, with a company of a hundred, a number, and up to two tags. */
async function writeFile(file) {
  const out = createWriteStream(file);
  out.write("Email Address,First Name,Last Name,Company,Score,CONFIRM_TIME,TAGS\n");
  for (let number = 0; number < contacts; number++) {
    const word = (offset) => WORDS[(number * 7 + offset) % WORDS.length];
    const tags = number % 10 === 0 ? "vip" : number % 3 === 0 ? `"news,${word(2)}"` : "";
    const row = `${word(0)}.${number}@d${number % 5000}.example,${word(0)},${word(5)},${word(11)} ${number % 100},${number % 1000},2024-0${1 + (number % 9)}-1${number % 10} 08:00:00,${tags}\n`;
    if (!out.write(row)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
}

/** Runs the import and gives its report, how long it took and the most memory the program itself had. */
async function runImport(file, directory) {
  const args = ["import", "contacts", file, "--org", ORGANIZATION, "--json", "--data-dir", join(directory, "data")];
  const began = performance.now();
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "inherit"], cwd: "/" });
  let printed = "";
  let highestMb = 0;
  child.stdout.on("data", (part) => (printed += part));
  const look = () => {
    try {
      highestMb = Math.max(highestMb, memoryMb({ child }, "VmHWM"));
    } catch {
      // It has ended between two looks.
    }
  };
  const watch = setInterval(look, LOOKED_AT_EVERY_MS);
  const [code] = await once(child, "close");
  clearInterval(watch);
  if (code !== 0) throw new Error(`the import ended with ${code}: ${printed.slice(0, 2000)}`);
  return { report: JSON.parse(printed), seconds: (performance.now() - began) / 1000, highestMb };
}

async function signIn(url) {
  const form = new URLSearchParams({ email: OWNER.email, password: OWNER.password });
  const answer = await fetch(`${url}/admin/sign-in`, { method: "POST", body: form, redirect: "manual" });
  const cookie = answer.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  if (answer.status !== 303 || !cookie) throw new Error(`nobody could sign in: ${answer.status}`);
  return cookie;
}

async function timed(ask) {
  const began = performance.now();
  const answer = await ask();
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${text.slice(0, 500)}`);
  return performance.now() - began;
}

function numbers(times) {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  return { p50Ms: at(0.5), p99Ms: at(0.99), mostMs: sorted.at(-1) };
}

/** What people look for in the list of contacts: the first page, beginnings of addresses and names, tags, pages further on. */
function lists() {
  const of = (query) => `/admin/${ORGANIZATION}/audience${query}`;
  return {
    "first page": () => of(""),
    "by address": () => of("?sort=email"),
    "beginning of an address": (number) => of(`?q=${WORDS[number % WORDS.length]}.${number}`),
    "beginning that many have": (number) => of(`?q=${WORDS[number % WORDS.length].slice(0, 2)}`),
    "status": () => of("?status=subscribed"),
    "tag": () => of("?tag=vip"),
    "nobody": (number) => of(`?q=zzz${number}`),
  };
}

const RULES = {
  "everybody": { all: true },
  "tag": { tag: "vip" },
  "not a tag, and a company": { and: [{ not: { tag: "vip" } }, { field: "company", contains: "harbour" }] },
  "a number of one's own": { field: "fields.score", greater_than: 900 },
  "added lately, not clicked": { and: [{ field: "created_at", in_last_days: 30 }, { not: { email: "clicked", days: 30 } }] },
};

await inFolder(async (directory) => {
  const file = join(directory, "contacts.csv");
  say(`Writing a file of ${contacts} contacts`);
  await writeFile(file);
  const data = join(directory, "data");
  const key = await createOrganization(binary, data);
  say(`Importing ${(statSync(file).size / 1e6).toFixed(0)} MB`);
  const imported = await runImport(file, directory);
  if (imported.report.created !== contacts) throw new Error(`${imported.report.created} of ${contacts} were made`);
  const again = await runImport(file, directory);
  if (again.report.unchanged !== contacts) throw new Error(`${again.report.unchanged} of ${contacts} were unchanged`);
  const server = await startProgram(binary, directory, "/readyz", { CONTENTPILOT_LOG: "warn" });
  const cookie = await signIn(server.url);
  // The first answers after an import wait for statistics and memory to settle.
  for (let number = 0; number < WARMING; number++) await timed(() => fetch(`${server.url}/admin/${ORGANIZATION}/audience`, { headers: { cookie } }));
  const pages = {};
  for (const [name, address] of Object.entries(lists())) {
    const times = [];
    for (let number = 0; number < READS; number++) times.push(await timed(() => fetch(server.url + address(number), { headers: { cookie } })));
    pages[name] = numbers(times);
  }
  const segments = {};
  for (const [name, rule] of Object.entries(RULES)) {
    const times = [];
    const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
    const ask = () => fetch(`${server.url}/api/v1/segments/count`, { method: "POST", headers, body: JSON.stringify({ rule }) });
    for (let number = 0; number < COUNTS; number++) times.push(await timed(ask));
    segments[name] = numbers(times);
  }
  const serverMb = memoryMb(server, "VmHWM");
  await stopServer(server);
  console.log();
  const rate = (result) => `${(contacts / result.seconds).toFixed(0).padStart(8)} rows/s  ${result.seconds.toFixed(1).padStart(7)} s  ${result.highestMb.toFixed(0).padStart(5)} MB at most`;
  console.log(`${"import, all new".padEnd(34)} ${rate(imported)}`);
  console.log(`${"import again, nothing new".padEnd(34)} ${rate(again)}`);
  const row = ([name, { p50Ms, p99Ms }]) => console.log(`${name.padEnd(34)} p50 ${p50Ms.toFixed(1).padStart(8)} ms  p99 ${p99Ms.toFixed(1).padStart(8)} ms`);
  console.log("\nList of contacts, as a page");
  Object.entries(pages).forEach(row);
  console.log("\nSegment counts");
  Object.entries(segments).forEach(row);
  console.log(`\nThe server used ${serverMb.toFixed(0)} MB at most`);
  if (options.json) writeFileSync(resolve(options.json), JSON.stringify({ contacts, imported, again, pages, segments, serverMb }, null, 2));
});
