import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;
const KEPT_LOG_CHARACTERS = 8_000;

/** ContentPilot, running on a data directory of its own with the database it starts itself. */
export class Program {
  private log = "";
  private child: ChildProcess;

  private constructor(
    private readonly address: string,
    readonly directory: string,
    private readonly settings: Record<string, string>,
  ) {
    this.child = this.spawn();
  }

  get url(): string {
    return `http://${this.address}`;
  }

  /** Starts the program on an empty data directory; it is ready when this returns. */
  static async start(settings: Record<string, string> = {}): Promise<Program> {
    const directory = mkdtempSync(join(tmpdir(), "contentpilot-journey-"));
    // The program, when it is started by root, runs PostgreSQL as another user, who has to get in.
    chmodSync(directory, 0o755);
    const program = new Program(`127.0.0.1:${await freePort()}`, directory, settings);
    await program.waitUntilReady();
    return program;
  }

  private spawn(): ChildProcess {
    const child = spawn(binary(), ["serve", "--listen", this.address, "--data-dir", join(this.directory, "data")], {
      cwd: this.directory,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, CONTENTPILOT_PUBLIC_URL: this.url, ...this.settings },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => (this.log = (this.log + chunk.toString()).slice(-KEPT_LOG_CHARACTERS)));
    }
    child.on("error", (error) => (this.log += String(error)));
    return child;
  }

  /** Kills the program where it stands and starts it again on the same data. */
  async crash(): Promise<void> {
    await this.kill();
    await this.startAgain();
  }

  /** Kills the program where it stands, without a chance to finish anything. */
  async kill(): Promise<void> {
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
  }

  /** Starts the program that was killed again, on the same data and at the same address. */
  async startAgain(): Promise<void> {
    this.child = this.spawn();
    await this.waitUntilReady();
  }

  private async waitUntilReady(): Promise<void> {
    const limit = Date.now() + START_LIMIT_MS;
    do {
      await new Promise((next) => setTimeout(next, 50));
      const ready = await fetch(`${this.url}/readyz`).then((answer) => answer.ok, () => false);
      if (ready) return;
    } while (Date.now() < limit && !this.hasEnded());
    await this.stop();
    throw new Error(`The program did not become ready. It said:\n${this.log}`);
  }

  /** Runs one of the program's commands beside it, as an operator would, and returns what it printed. */
  async command(...words: string[]): Promise<string> {
    const options = { cwd: this.directory, env: { PATH: process.env.PATH, HOME: process.env.HOME } };
    const { stdout } = await promisify(execFile)(binary(), [...words, "--data-dir", join(this.directory, "data")], options);
    return stdout.trim();
  }

  private hasEnded(): boolean {
    return this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Stops the program as an operator would, removes its data and returns its exit code. */
  async stop(): Promise<number | null> {
    if (!this.hasEnded()) {
      const ended = once(this.child, "exit");
      this.child.kill("SIGTERM");
      const impatience = setTimeout(() => this.child.kill("SIGKILL"), STOP_LIMIT_MS);
      await ended;
      clearTimeout(impatience);
    }
    rmSync(this.directory, { recursive: true, force: true });
    return this.child.exitCode;
  }
}

function binary(): string {
  return resolve(process.env.CONTENTPILOT_BINARY ?? "../target/debug/contentpilot");
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("No free port.");
  return address.port;
}
