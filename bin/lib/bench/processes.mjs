// Programs under measurement: started on a free loopback port, watched, and stopped by their process id.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;
const run = promisify(execFile);
const running = new Set();

/** Ends what was started and then this program, when somebody interrupts it. */
function stopAllOnInterrupt(cleanUp) {
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, async () => {
      await Promise.all([...running].map(stopServer));
      cleanUp();
      process.exit(130);
    });
  }
}

/** What programs are started with. The browser's place is the tools' own, and the program refuses settings it does not know. */
function environment(env) {
  const { CONTENTPILOT_CHROMIUM: _, ...others } = process.env;
  return { ...others, ...env };
}

/** Runs one command to its end and returns what it printed; `input` goes to its standard input. */
export async function runOnce(file, args, { env = {}, input = "" } = {}) {
  const command = run(file, args, { env: environment(env), maxBuffer: 16 << 20 });
  command.child.stdin.end(input);
  try {
    return (await command).stdout;
  } catch (error) {
    throw new Error(`${file} ${args.join(" ")}\n${error.stderr || error.message}`);
  }
}

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

/** One GET; resolves to { status, headers, body }, rejects when nobody answers. */
export function ask(url, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers, agent: false }, (answer) => {
      let body = "";
      answer.on("data", (chunk) => (body += chunk));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body }));
    });
    request.on("error", reject);
  });
}

/** Starts a server and waits for a 200 on `url`; `startMs` says how long that took. */
export async function startServer(file, args, url, logFile, env = {}) {
  const log = openSync(logFile, "a");
  const began = performance.now();
  const child = spawn(file, args, { stdio: ["ignore", log, log], cwd: "/", env: environment(env) });
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  const server = { child, ended };
  running.add(server);
  while (performance.now() - began < START_LIMIT_MS && !ended()) {
    const { status } = await ask(url).catch(() => ({}));
    if (status === 200) return Object.assign(server, { startMs: performance.now() - began });
    await new Promise((next) => setTimeout(next, 2));
  }
  await stopServer(server);
  throw new Error(`No 200 from ${url}. The end of the log:\n${readFileSync(logFile, "utf8").slice(-3000)}`);
}

export async function stopServer(server) {
  const { child, ended } = server;
  running.delete(server);
  if (ended()) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  const impatience = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await exit;
  clearTimeout(impatience);
}

/** Resident memory of the program alone in MB, without the PostgreSQL it started; with `VmHWM` the most it ever was. */
export function memoryMb({ child }, which = "VmRSS") {
  const found = new RegExp(`^${which}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${child.pid}/status`, "utf8"));
  return found ? Number(found[1]) / 1024 : 0;
}

/** A folder for one measurement that is gone afterwards, also when somebody interrupts it. */
export async function inFolder(work) {
  const directory = mkdtempSync(join(tmpdir(), "contentpilot-bench-"));
  // The program, when it is started by root, runs PostgreSQL as another user, who has to get in.
  chmodSync(directory, 0o755);
  const cleanUp = () => rmSync(directory, { recursive: true, force: true });
  stopAllOnInterrupt(cleanUp);
  try {
    return await work(directory);
  } finally {
    cleanUp();
  }
}

/** Starts the program on a data directory and waits until `path` answers. */
export async function startProgram(binary, directory, path, env = {}) {
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const args = ["serve", "--listen", address, "--data-dir", join(directory, "data")];
  return Object.assign(await startServer(binary, args, url + path, join(directory, "server.log"), env), { url });
}

/** Runs psql on the private server of a data directory (its lock file says where it listens). */
export async function psql(program, directory, args) {
  const lock = readFileSync(join(directory, "data/pg/postmaster.pid"), "utf8").split("\n");
  const to = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", lock[4], "-p", lock[3], "-U", "contentpilot", "-d", "contentpilot"];
  return runOnce(program, [...to, ...args]);
}

/** Waits until no job is due, and gives the seconds that took. */
export async function settled(server) {
  const began = performance.now();
  for (;;) {
    const due = /^contentpilot_jobs\{state="due"\} (\d+)/m.exec((await ask(`${server.url}/metrics`)).body);
    if (due && Number(due[1]) === 0) return (performance.now() - began) / 1000;
    await new Promise((next) => setTimeout(next, 100));
  }
}

/** Loads one case with wrk and returns its numbers, with the program's highest memory meanwhile. */
export async function load({ url, seconds, connections, script, env, server }) {
  let highestMb = 0;
  const watch = setInterval(() => (highestMb = Math.max(highestMb, memoryMb(server))), 250);
  try {
    const args = ["-t2", `-c${connections}`, `-d${seconds}s`, "--timeout", "10s", "-s", script, url];
    const printed = await runOnce("wrk", args, { env });
    const result = JSON.parse(/^RESULT (.*)$/m.exec(printed)[1]);
    const elapsed = result.microseconds / 1e6;
    return {
      rate: result.requests / elapsed,
      p50Ms: result.p50 / 1000,
      p99Ms: result.p99 / 1000,
      answerBytes: Math.round(result.bytes / Math.max(result.requests, 1)),
      refused: result.refused,
      broken: result.broken,
      highestMb,
    };
  } finally {
    clearInterval(watch);
  }
}
