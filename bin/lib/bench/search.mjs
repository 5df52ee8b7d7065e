// `bin/bench search`: searches in an organization of 100,000 items on a database of a million, by how frequent their words are.
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ask, inFolder, load, psql, startProgram, stopServer } from "./processes.mjs";
import { ORGANIZATION, createOrganization } from "./seed.mjs";

/** As many as there are cores to answer on a small machine: this asks how long one person waits, not how many can be served. */
const CONNECTIONS = 2;
const WORDS_A_CASE = 100;
const SYLLABLES = ("ba ke di lo mu fra ste pri gno clu va re ti so nu bra cle dri flo gru ha je ki lu mo nar pel quin ros sim tav ul vor wex yan " +
  "zol chi sho tha wha qua").split(" ");

const { values: options } = parseArgs({
  options: {
    root: { type: "string" },
    psql: { type: "string", default: "psql" },
    seconds: { type: "string", default: "15" },
    items: { type: "string", default: "100000" },
    others: { type: "string", default: "900000" },
    json: { type: "string" },
  },
});
const here = join(options.root, "bin/lib/bench");
const binary = join(options.root, "target/release/contentpilot");
const say = (words) => console.log(`• ${words}`);

/** The word of a rank, as search.sql makes it. */
const word = (rank) => [0, 1, 2].map((place) => SYLLABLES[Math.floor(rank / SYLLABLES.length ** place) % SYLLABLES.length]).join("");
const spread = (from, to) => Array.from({ length: WORDS_A_CASE }, (_, index) => Math.floor(from + ((to - from) * index) / WORDS_A_CASE));

function cases() {
  const rare = spread(2000, 20000);
  const middling = spread(100, 2000);
  const common = spread(2, 100);
  const list = [
    { name: "rare words", queries: rare.map(word) },
    { name: "middling words", queries: middling.map(word) },
    { name: "common words", queries: common.map(word) },
    { name: "a common and a rare word", queries: common.map((rank, index) => `${word(rank)} ${word(rare[index])}`) },
    { name: "while typing", queries: middling.map((rank) => word(rank).slice(0, 4)) },
  ];
  return [...list, { name: "all of these", queries: list.flatMap(({ queries }) => queries) }];
}

async function fill(directory) {
  const count = (text) => Number(text).toLocaleString("en");
  say(`Writing ${count(options.items)} items of one organization and ${count(options.others)} of others (minutes)`);
  const began = performance.now();
  const author = (await psql(options.psql, directory, ["-A", "-t", "-c", "SELECT id FROM users LIMIT 1"])).trim();
  const organization = (await psql(options.psql, directory, ["-A", "-t", "-c", `SELECT id FROM organizations WHERE slug = '${ORGANIZATION}'`])).trim();
  const variables = { items: options.items, others: options.others, organization, author };
  const given = Object.entries(variables).flatMap(([name, value]) => ["-v", `${name}=${value}`]);
  await psql(options.psql, directory, [...given, "-f", join(here, "search.sql")]);
  say(`Written in ${((performance.now() - began) / 1000).toFixed(0)} s`);
}

async function measure(server, one, directory) {
  const paths = one.queries.map((query) => `/api/v1/content?status=PUBLISHED&limit=15&q=${encodeURIComponent(query)}`);
  for (const path of paths) {
    const { status, body } = await ask(server.url + path, { Authorization: `Bearer ${server.key}` });
    if (status !== 200) throw new Error(`${path} answered ${status}: ${body.slice(0, 300)}`);
  }
  writeFileSync(join(directory, "paths"), paths.join("\n") + "\n");
  const env = { BENCH_PATHS: join(directory, "paths"), BENCH_KEY: server.key };
  const script = join(here, "case.lua");
  const numbers = await load({ url: server.url, seconds: Number(options.seconds), connections: CONNECTIONS, script, env, server });
  return { name: one.name, ...numbers };
}

await inFolder(async (directory) => {
  const key = await createOrganization(binary, join(directory, "data"));
  const server = Object.assign(await startProgram(binary, directory, "/readyz"), { key });
  try {
    await fill(directory);
    const measured = [];
    for (const one of cases()) {
      const numbers = await measure(server, one, directory);
      measured.push(numbers);
      const failed = numbers.refused + numbers.broken;
      const rate = `${numbers.rate.toFixed(0)} a second`;
      const words = `p50 ${numbers.p50Ms.toFixed(1)} ms, p99 ${numbers.p99Ms.toFixed(1)} ms, ${rate}`;
      console.log(`search, ${one.name}: ${words}${failed ? `, ${failed} FAILED` : ""}`);
      if (failed) process.exitCode = 1;
    }
    if (options.json) writeFileSync(resolve(options.json), JSON.stringify(measured, null, 2) + "\n");
  } finally {
    await stopServer(server);
  }
});
