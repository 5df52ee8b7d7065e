// Schemathesis against a running program: it makes requests up from the served OpenAPI document, sensible and absurd ones, for every
// call there is, and looks at each answer: no fault of the server, only documented statuses, types and shapes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freePort, inFolder, startServer, stopServer } from "./bench/processes.mjs";
import { createOrganization, poster } from "./bench/seed.mjs";

const CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,ignored_auth";
/** What would end the run itself: the key that it runs with. */
const LEFT_ALONE = "^/api/v1/api-keys/";

const { values: options } = parseArgs({
  options: {
    root: { type: "string" },
    schemathesis: { type: "string" },
    examples: { type: "string", default: "15" },
    seed: { type: "string", default: "7" },
    junit: { type: "string" },
    only: { type: "string" },
  },
});
const binary = join(options.root, "target/debug/contentpilot");

/** Something of everything, so that many of the made up requests find what they ask for. */
async function seed(url, key) {
  const post = poster(`${url}/api/v1`, key);
  const category = await post("/categories", { name: "Harbour" });
  for (let number = 0; number < 3; number += 1) {
    await post("/content", { title: `Tides ${number}`, type: "ARTICLE", content: "<p>Ebb.</p>", category_id: category.id, tags: ["moon"] });
  }
  await post("/folders", { name: "Spring" });
  await post("/contacts", { email: "ann@example.org", tags: ["reader"] });
}

async function run({ url, directory }, key) {
  const phases = ["--phases", "examples,coverage,fuzzing,stateful"];
  const data = ["--max-examples", options.examples, "--seed", options.seed, "--generation-database", "none"];
  const answers = ["--checks", CHECKS, "--request-timeout", "20"];
  const which = ["--exclude-path-regex", LEFT_ALONE, ...(options.only ? ["--include-path-regex", options.only] : [])];
  const report = options.junit ? ["--report", "junit", "--report-junit-path", options.junit] : [];
  const header = ["-H", `Authorization: Bearer ${key}`];
  const all = ["run", `${url}/api/v1/openapi.json`, ...header, ...phases, ...data, ...answers, ...which, ...report, "--no-color"];
  const child = spawn(options.schemathesis, all, { stdio: ["ignore", "inherit", "inherit"], cwd: directory });
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
    await seed(url, key);
    return await run({ url, directory }, key);
  } finally {
    await stopServer(server);
  }
});
