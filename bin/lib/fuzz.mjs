// Schemathesis against a running program: it makes requests up from the served OpenAPI document, sensible and absurd ones, for every
// call there is, and looks at each answer: no fault of the server, only documented statuses, types and shapes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freePort, inFolder, startServer, stopServer } from "./bench/processes.mjs";
import { createOrganization, poster } from "./bench/seed.mjs";

const CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,ignored_auth";
/** What would end the run itself: the key that it runs with. */
const LEFT_ALONE = "^/api/v1/api-keys/";

const SEEDED = 4;

const { values: options } = parseArgs({
  options: {
    root: { type: "string" },
    schemathesis: { type: "string" },
    examples: { type: "string", default: "10" },
    seed: { type: "string", default: "7" },
    junit: { type: "string" },
    only: { type: "string" },
  },
});
const binary = join(options.root, "target/debug/contentpilot");

const sample = (name) => new Blob([readFileSync(join(options.root, "crates/contentpilot/tests/it/samples", name))]);

async function sendFile(url, key, name, blob) {
  const form = new FormData();
  form.set("file", blob, name);
  const answer = await fetch(`${url}/media`, { method: "POST", headers: { Authorization: `Bearer ${key}` }, body: form });
  if (answer.status !== 201) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
}

/** Several of everything, so that many of the made up requests find what they ask for. */
async function seed(url, key) {
  const post = poster(url, key);
  for (let number = 0; number < SEEDED; number += 1) {
    const category = await post("/categories", { name: `Harbour ${number}` });
    const item = { title: `Tides ${number}`, type: "ARTICLE", content: "<p>Ebb.</p>", category_id: category.id, tags: [`moon-${number}`] };
    const { id } = await post("/content", item);
    if (number % 2) await post(`/content/${id}/publish`, {});
    await post(`/content/${id}/comments`, { comment: "How high?" });
    await post("/folders", { name: `Spring ${number}` });
    await post("/contacts", { email: `reader-${number}@example.org`, tags: ["reader"] });
    await post("/segments", { name: `All ${number}`, rule: { all: true } });
    await post("/webhooks", { url: `https://example.org/${number}`, events: ["content.published"] });
    await sendFile(url, key, `list-${number}.csv`, new Blob([`name;count\n${number};1\n`]));
  }
  for (const name of ["cmyk.jpg", "deep.png", "moving.gif", "film.webm"]) await sendFile(url, key, name, sample(name));
}

/** The ids of what there is, by the address of its list. */
async function known(url, key) {
  const headers = { Authorization: `Bearer ${key}` };
  const { paths } = await (await fetch(`${url}/api/v1/openapi.json`)).json();
  const lists = new Set(Object.keys(paths).filter((path) => path.includes("/{id}")).map((path) => path.split("/{id}")[0]));
  const found = {};
  for (const list of lists) {
    const answer = await fetch(`${url}${list}`, { headers });
    const { data } = answer.ok ? await answer.json() : {};
    if (Array.isArray(data)) found[list] = data.map(({ id }) => id).filter(Boolean);
  }
  return found;
}

async function run({ url, directory }, key) {
  const phases = ["--phases", "examples,coverage,fuzzing"];
  const data = ["--max-examples", options.examples, "--seed", options.seed, "--generation-database", "none"];
  const answers = ["--checks", CHECKS, "--request-timeout", "20"];
  const which = ["--exclude-path-regex", LEFT_ALONE, ...(options.only ? ["--include-path-regex", options.only] : [])];
  const report = options.junit ? ["--report", "junit", "--report-junit-path", options.junit] : [];
  const header = ["-H", `Authorization: Bearer ${key}`];
  const all = ["run", `${url}/api/v1/openapi.json`, ...header, ...phases, ...data, ...answers, ...which, ...report, "--no-color"];
  const ids = join(directory, "ids.json");
  writeFileSync(ids, JSON.stringify(await known(url, key)));
  const env = { ...process.env, FUZZ_IDS: ids, SCHEMATHESIS_HOOKS: "fuzz_hooks", PYTHONPATH: join(options.root, "bin/lib"), PYTHONDONTWRITEBYTECODE: "1" };
  const child = spawn(options.schemathesis, all, { env, stdio: ["ignore", "inherit", "inherit"], cwd: directory });
  const [status] = await once(child, "exit");
  return status ?? 1;
}

process.exitCode = await inFolder(async (directory) => {
  const key = await createOrganization(binary, join(directory, "data"));
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const serve = ["serve", "--no-worker", "--listen", address, "--data-dir", join(directory, "data")];
  const server = await startServer(binary, serve, `${url}/readyz`, join(directory, "server.log"));
  try {
    await seed(`${url}/api/v1`, key);
    return await run({ url, directory }, key);
  } finally {
    await stopServer(server);
  }
});
