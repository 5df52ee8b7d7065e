// `bin/bench http`: every case is loaded for some seconds on a fresh data directory, on loopback only, and printed beside a bare server.
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ask, freePort, inFolder, load, memoryMb, settled, startProgram, startServer, stopServer } from "./processes.mjs";
import { ORGANIZATION, bodyOf, createOrganization, seedPosts } from "./seed.mjs";

const CONNECTIONS = 32;
const WRITING_CONNECTIONS = 8;
const MEASURED_PAGES = 200;
const SETTLE_MS = 2000;
const STARTS = 3;
/** Seconds for which the bare server is loaded before and after each case: what else the machine does changes by the minute. */
const HELLO_SECONDS = 3;

const { values: options } = parseArgs({
  options: {
    root: { type: "string" },
    seconds: { type: "string", default: "8" },
    only: { type: "string", default: "" },
    json: { type: "string" },
  },
});
const seconds = Number(options.seconds);
if (!Number.isInteger(seconds) || seconds < 1) throw new Error("--seconds takes a whole number of seconds");
const only = new RegExp(options.only);
const script = join(options.root, "bin/lib/bench/case.lua");
const binary = join(options.root, "target/release/contentpilot");
const hello = join(options.root, "target/release/hello");
const say = (words) => console.log(`• ${words}`);
const pause = (milliseconds) => new Promise((next) => setTimeout(next, milliseconds));

/** What is asked for on a server that keeps pages and answers in memory; `key` says that the API key is sent. */
function usualCases(posts) {
  const measured = posts.slice(0, MEASURED_PAGES);
  const body = { title: "Bench %d", type: "ARTICLE", content: bodyOf(7), tags: ["harbour", "lantern"] };
  const search = (words) => words.map((word) => `/api/v1/content?q=${word}`);
  return [
    { name: "published page", paths: pagesOf(measured) },
    { name: "single item", key: true, paths: itemsOf(measured) },
    { name: "list of 15", key: true, paths: [LIST] },
    { name: "list of 15 with bodies", key: true, paths: [`${LIST}&include=content`] },
    { name: "list, unchanged (304)", key: true, paths: [LIST], unchanged: true },
    // Every title ends with a number of its own; every text holds each of the words.
    { name: "search, one matches", key: true, paths: search(measured.map((_, index) => 500 + index)) },
    { name: "search, all match", key: true, paths: search(["harbour", "lantern", "orchard", "glacier"]) },
    { name: "create", key: true, paths: ["/api/v1/content"], body, connections: WRITING_CONNECTIONS },
  ];
}

/** The same on a server that is told to keep nothing in memory, so that each answer comes from the database. */
function uncachedCases(posts) {
  const measured = posts.slice(0, MEASURED_PAGES);
  return [
    { name: "page, database", paths: pagesOf(measured) },
    { name: "item, database", key: true, paths: itemsOf(measured) },
    { name: "list, database", key: true, paths: [LIST] },
    { name: "list with bodies, database", key: true, paths: [`${LIST}&include=content`] },
  ];
}

const LIST = "/api/v1/content?limit=15&status=PUBLISHED";
const pagesOf = (posts) => posts.map(({ slug }) => `/s/${ORGANIZATION}/${slug}`);
const itemsOf = (posts) => posts.map(({ id }) => `/api/v1/content/${id}`);

/**
 * Every address of a reading case has to answer 200 before it is loaded: wrk itself would not notice a redirect.
 * Gives the entity tag of the last answer.
 */
async function checkAnswers(server, one) {
  let tag = "";
  for (const path of one.body ? [] : one.paths) {
    const { status, headers, body } = await ask(server.url + path, one.key ? { Authorization: `Bearer ${server.key}` } : {});
    if (status !== 200) throw new Error(`${one.name}: ${path} answered ${status}: ${body.slice(0, 300)}`);
    tag = headers.etag ?? "";
  }
  return tag;
}

async function checkUnchanged(server, one, tag) {
  const headers = { Authorization: `Bearer ${server.key}`, "If-None-Match": tag };
  const { status } = await ask(server.url + one.paths[0], headers);
  if (status !== 304) throw new Error(`${one.name}: answered ${status} to somebody who has ${tag}`);
}

async function measure(server, one, directory, lasting = seconds) {
  const tag = await checkAnswers(server, one);
  if (one.unchanged) await checkUnchanged(server, one, tag);
  const paths = join(directory, "paths");
  writeFileSync(paths, one.paths.join("\n") + "\n");
  const env = { BENCH_PATHS: paths };
  if (one.key) env.BENCH_KEY = server.key;
  if (one.unchanged) env.BENCH_TAG = tag;
  if (one.body) env.BENCH_BODY = JSON.stringify(one.body);
  const numbers = await load({ url: server.url, seconds: lasting, connections: one.connections ?? CONNECTIONS, script, env, server });
  return { name: one.name, ...numbers };
}

/**
 * Each case between two measurements of the bare server, whose mean it is compared with. What a writing case left to be done is
 * done before the second, and how many seconds that takes is measured.
 */
async function measureAll(server, bare, cases, directory) {
  const measured = [];
  let before = await bare.measure();
  for (const one of cases.filter(({ name }) => only.test(name))) {
    say(`Loading: ${one.name}`);
    const numbers = await measure(server, one, directory);
    if (one.body) numbers.indexedAfter = await settled(server);
    const after = await bare.measure();
    measured.push({ ...numbers, ofHello: (2 * numbers.rate) / (before + after) });
    before = after;
  }
  return measured;
}

/** The bare server, which gives its rate as often as it is asked. */
async function startHello(directory) {
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const server = Object.assign(await startServer(hello, [address], url, join(directory, "hello.log")), { url });
  const all = [];
  const measureOnce = async () => {
    const one = await measure(server, { name: "hello-world", paths: ["/"] }, directory, HELLO_SECONDS);
    if (one.refused + one.broken > 0) throw new Error("the bare server did not answer each request: nothing can be compared with it");
    all.push(one);
    return one.rate;
  };
  const middle = () => ({ ...all.toSorted((one, other) => one.rate - other.rate)[Math.floor(all.length / 2)], ofHello: 1 });
  return { measure: measureOnce, middle, stop: () => stopServer(server) };
}

/** Starts the program some times on the database there is; returns the last one running and the middle of the times. */
async function timeStarts(directory, path) {
  const times = [];
  for (;;) {
    const server = await startProgram(binary, directory, path);
    times.push(server.startMs);
    if (times.length === STARTS) return { server, startMs: times.sort((a, b) => a - b)[Math.floor(STARTS / 2)] };
    await stopServer(server);
  }
}

async function measureUncached(directory, bare, key, posts) {
  const server = Object.assign(await startProgram(binary, directory, "/readyz", { CONTENTPILOT_CACHE_MB: "0" }), { key });
  try {
    return await measureAll(server, bare, uncachedCases(posts), directory);
  } finally {
    await stopServer(server);
  }
}

async function measureProgram(directory, bare) {
  say("Making the organization");
  const key = await createOrganization(binary, join(directory, "data"));
  let server = await startProgram(binary, directory, "/readyz");
  try {
    say("Writing 1,000 posts through the API");
    const posts = await seedPosts(server.url, key);
    await settled(server);
    await stopServer(server);
    const uncached = await measureUncached(directory, bare, key, posts);
    const timed = await timeStarts(directory, `/s/${ORGANIZATION}/${posts[0].slug}`);
    server = Object.assign(timed.server, { key });
    await pause(SETTLE_MS);
    const idleMb = memoryMb(server);
    const cases = await measureAll(server, bare, usualCases(posts), directory);
    const indexedAfter = cases.find((one) => one.indexedAfter !== undefined)?.indexedAfter;
    return { cases: [...cases, ...uncached], idleMb, startMs: timed.startMs, indexedAfter };
  } finally {
    await stopServer(server);
  }
}

function table(cases) {
  const row = (cells) => cells.map((cell, column) => (column === 0 ? cell.padEnd(28) : cell.padStart(11))).join("");
  const lines = [row(["", "req/s", "p50 ms", "p99 ms", "of hello", "bytes", "errors"])];
  for (const one of cases) {
    const errors = one.refused + one.broken;
    const numbers = [one.rate.toFixed(0), one.p50Ms.toFixed(2), one.p99Ms.toFixed(2), one.ofHello.toFixed(4), String(one.answerBytes)];
    lines.push(row([one.name, ...numbers, errors === 0 ? "0" : `${errors} FAILED`]));
  }
  return lines.join("\n");
}

await inFolder(async (directory) => {
  const bare = await startHello(directory);
  const program = await measureProgram(directory, bare).finally(bare.stop);
  const cases = [bare.middle(), ...program.cases];
  const loadedMb = Math.max(...program.cases.map((one) => one.highestMb));
  console.log(`\n${table(cases)}\n`);
  console.log(`memory of the program alone: ${program.idleMb.toFixed(0)} MB idle, ${loadedMb.toFixed(0)} MB under load`);
  console.log(`start to first answer on an existing database: ${program.startMs.toFixed(0)} ms`);
  if (program.indexedAfter !== undefined) {
    console.log(`what was created last was found by searches ${program.indexedAfter.toFixed(1)} s after the load ended`);
  }
  const { idleMb, startMs, indexedAfter } = program;
  const report = { seconds, helloSeconds: HELLO_SECONDS, connections: CONNECTIONS, cases, idleMb, loadedMb, startMs, indexedAfter };
  if (options.json) writeFileSync(resolve(options.json), JSON.stringify(report, null, 2) + "\n");
  if (cases.some((one) => one.refused + one.broken > 0)) {
    console.log("\nFailed: some requests were not answered with success; those cases' numbers do not count.");
    process.exitCode = 1;
  }
});
