// `bin/bench http`: every case is loaded for some seconds on a fresh data directory, on loopback only, and printed beside a bare server.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ask, freePort, load, memoryMb, startServer, stopAllOnInterrupt, stopServer } from "./processes.mjs";
import { ORGANIZATION, bodyOf, createOrganization, seedPosts } from "./seed.mjs";

const CONNECTIONS = 32;
const WRITING_CONNECTIONS = 8;
const MEASURED_PAGES = 200;
const SETTLE_MS = 2000;
const STARTS = 3;

const { values: options } = parseArgs({
  options: { root: { type: "string" }, seconds: { type: "string", default: "8" }, json: { type: "string" } },
});
const seconds = Number(options.seconds);
if (!Number.isInteger(seconds) || seconds < 1) throw new Error("--seconds takes a whole number of seconds");
const script = join(options.root, "bin/lib/bench/case.lua");
const binary = join(options.root, "target/release/contentpilot");
const hello = join(options.root, "target/release/hello");
const say = (words) => console.log(`• ${words}`);
const pause = (milliseconds) => new Promise((next) => setTimeout(next, milliseconds));

/** The cases after hello-world; `key` says that the API key is sent. */
function casesFor(posts) {
  const measured = posts.slice(0, MEASURED_PAGES);
  const list = "/api/v1/content?limit=15&status=PUBLISHED";
  const body = { title: "Bench %d", type: "ARTICLE", content: bodyOf(7), tags: ["harbour", "lantern"] };
  return [
    { name: "published page", paths: measured.map(({ slug }) => `/s/${ORGANIZATION}/${slug}`) },
    { name: "single item", key: true, paths: measured.map(({ id }) => `/api/v1/content/${id}`) },
    { name: "list of 15", key: true, paths: [list] },
    { name: "list of 15 with bodies", key: true, paths: [`${list}&include=content`] },
    { name: "search", key: true, paths: ["harbour", "lantern", "orchard", "glacier"].map((word) => `/api/v1/content?q=${word}`) },
    { name: "create", key: true, paths: ["/api/v1/content"], body, connections: WRITING_CONNECTIONS },
  ];
}

/** Every address of a reading case has to answer 200 before it is loaded: wrk itself would not notice a redirect. */
async function checkAnswers(server, one) {
  if (one.body) return;
  for (const path of one.paths) {
    const { status, body } = await ask(server.url + path, one.key ? { Authorization: `Bearer ${server.key}` } : {});
    if (status !== 200) throw new Error(`${one.name}: ${path} answered ${status}: ${body.slice(0, 300)}`);
  }
}

async function measure(server, one, directory) {
  await checkAnswers(server, one);
  const paths = join(directory, "paths");
  writeFileSync(paths, one.paths.join("\n") + "\n");
  const env = { BENCH_PATHS: paths };
  if (one.key) env.BENCH_KEY = server.key;
  if (one.body) env.BENCH_BODY = JSON.stringify(one.body);
  const numbers = await load({ url: server.url, seconds, connections: one.connections ?? CONNECTIONS, script, env, server });
  return { name: one.name, ...numbers };
}

async function measureHello(directory) {
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const server = Object.assign(await startServer(hello, [address], url, join(directory, "hello.log")), { url });
  try {
    return await measure(server, { name: "hello-world", paths: ["/"] }, directory);
  } finally {
    await stopServer(server);
  }
}

async function start(directory, path) {
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const args = ["serve", "--listen", address, "--data-dir", join(directory, "data")];
  return Object.assign(await startServer(binary, args, url + path, join(directory, "server.log")), { url });
}

/** Starts the program some times on the database there is; returns the last one running and the middle of the times. */
async function timeStarts(directory, path) {
  const times = [];
  for (;;) {
    const server = await start(directory, path);
    times.push(server.startMs);
    if (times.length === STARTS) return { server, startMs: times.sort((a, b) => a - b)[Math.floor(STARTS / 2)] };
    await stopServer(server);
  }
}

async function measureProgram(directory) {
  say("Making the organization");
  const key = await createOrganization(binary, join(directory, "data"));
  let server = await start(directory, "/readyz");
  try {
    say("Writing 1,000 posts through the API");
    const posts = await seedPosts(server.url, key);
    await stopServer(server);
    const timed = await timeStarts(directory, `/s/${ORGANIZATION}/${posts[0].slug}`);
    server = Object.assign(timed.server, { key });
    await pause(SETTLE_MS);
    const idleMb = memoryMb(server);
    const cases = [];
    for (const one of casesFor(posts)) {
      say(`Loading: ${one.name}`);
      cases.push(await measure(server, one, directory));
    }
    return { cases, idleMb, startMs: timed.startMs };
  } finally {
    await stopServer(server);
  }
}

function table(cases, helloRate) {
  const row = (cells) => cells.map((cell, column) => (column === 0 ? cell.padEnd(24) : cell.padStart(11))).join("");
  const lines = [row(["", "req/s", "p50 ms", "p99 ms", "of hello", "bytes", "errors"])];
  for (const one of cases) {
    const errors = one.refused + one.broken;
    const numbers = [one.rate.toFixed(0), one.p50Ms.toFixed(2), one.p99Ms.toFixed(2), (one.rate / helloRate).toFixed(3), String(one.answerBytes)];
    lines.push(row([one.name, ...numbers, errors === 0 ? "0" : `${errors} FAILED`]));
  }
  return lines.join("\n");
}

const directory = mkdtempSync(join(tmpdir(), "contentpilot-bench-"));
// The program, when it is started by root, runs PostgreSQL as another user, who has to get in.
chmodSync(directory, 0o755);
const cleanUp = () => rmSync(directory, { recursive: true, force: true });
stopAllOnInterrupt(cleanUp);
try {
  say("Loading: hello-world");
  const bare = await measureHello(directory);
  const program = await measureProgram(directory);
  const cases = [bare, ...program.cases].map((one) => ({ ...one, ofHello: one.rate / bare.rate }));
  const loadedMb = Math.max(...program.cases.map((one) => one.highestMb));
  console.log(`\n${table(cases, bare.rate)}\n`);
  console.log(`memory of the program alone: ${program.idleMb.toFixed(0)} MB idle, ${loadedMb.toFixed(0)} MB under load`);
  console.log(`start to first answer on an existing database: ${program.startMs.toFixed(0)} ms`);
  const report = { seconds, connections: CONNECTIONS, cases, idleMb: program.idleMb, loadedMb, startMs: program.startMs };
  if (options.json) writeFileSync(resolve(options.json), JSON.stringify(report, null, 2) + "\n");
  if (cases.some((one) => one.refused + one.broken > 0)) {
    console.log("\nFailed: some requests were not answered with success; those cases' numbers do not count.");
    process.exitCode = 1;
  }
} finally {
  cleanUp();
}
