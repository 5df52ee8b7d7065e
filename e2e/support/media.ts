import { expect } from "@playwright/test";
import { Upload } from "tus-js-client";
import type { Program } from "./program.ts";

/** An asset as the API gives it, as far as the journeys look at it. */
export interface Asset {
  id: string;
  file_name: string;
  file_url: string;
  usage_count: number;
}

/** Makes an organization and gives a key to its API. */
export async function apiKey(program: Program): Promise<string> {
  await program.command("org", "create", "--name", "Harbour", "--slug", "harbour");
  await program.command("user", "create", "--email", "olivia@example.com", "--name", "Olivia", "--org", "harbour", "--role", "OWNER");
  return program.command("api-key", "create", "--org", "harbour", "--role", "ADMIN");
}

export async function asset(program: Program, key: string, id: string): Promise<Asset> {
  const answer = await fetch(`${program.url}/api/v1/media/${id}`, { headers: { Authorization: `Bearer ${key}` } });
  expect(answer.status).toBe(200);
  return answer.json() as Promise<Asset>;
}

export async function bytesOf(program: Program, path: string, headers: Record<string, string> = {}): Promise<Buffer> {
  const answer = await fetch(`${program.url}${path}`, { headers });
  expect(answer.ok, `${path} was answered ${answer.status}`).toBe(true);
  return Buffer.from(await answer.arrayBuffer());
}

/** A film of this many bytes, no two of them alike, as far as its beginning tells. */
export function film(length: number): Buffer<ArrayBuffer> {
  const beginning = Buffer.from("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42\x00\x00\x00\x00mdat", "latin1");
  const bytes = Buffer.alloc(length);
  for (let at = 0, state = 7; at < length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes.writeUInt32LE(state, Math.min(at, length - 4));
  }
  beginning.copy(bytes);
  bytes.writeUInt32BE(length - 24, 24);
  return bytes;
}

/** What a journey wants to know of an upload while it runs. */
interface Watch {
  progress?: (sent: number) => void;
  failure?: () => void;
}

/** Sends a file with the protocol's own client and gives the id of the asset it became. */
export function upload(program: Program, key: string, file: Buffer, watch: Watch = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    new Upload(file, {
      endpoint: `${program.url}/api/v1/media/uploads`,
      headers: { Authorization: `Bearer ${key}` },
      metadata: { filename: "film.mp4", filetype: "video/mp4" },
      retryDelays: [200, 500, 1000, 2000, 4000, 8000],
      onProgress: (sent) => watch.progress?.(sent),
      onShouldRetry: () => (watch.failure?.(), true),
      onError: reject,
      onSuccess: ({ lastResponse }) => {
        const id = lastResponse.getHeader("Media-Asset");
        if (id) resolve(id);
        else reject(new Error("The last answer names no asset."));
      },
    }).start();
  });
}
