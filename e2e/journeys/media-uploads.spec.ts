import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import S3rver from "s3rver";
import { expect, freshTest } from "../support/fixtures.ts";
import { apiKey, asset, bytesOf, film, upload } from "../support/media.ts";
import { freePort, Program } from "../support/program.ts";

const files = (folder: string) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());

freshTest("a film goes on where it was when the server is killed", async ({ program }) => {
  const key = await apiKey(program);
  const bytes = film(48 * 1024 * 1024);
  let crashed: Promise<void> | undefined;
  let failures = 0;
  const id = await upload(program, key, bytes, {
    progress: (sent) => (crashed ??= sent > 20 * 1024 * 1024 ? program.crash() : undefined),
    failure: () => (failures += 1),
  });
  await crashed;
  expect(failures, "the connection was lost").toBeGreaterThan(0);
  const { file_url, file_name } = await asset(program, key, id);
  expect((await bytesOf(program, file_url)).equals(bytes)).toBe(true);
  const kept = files(join(program.directory, "data/media"));
  expect(kept.map((one) => join(one.parentPath, one.name))).toEqual([join(program.directory, "data/media", file_name)]);
});

freshTest("the same film is known again", async ({ program }) => {
  const key = await apiKey(program);
  const first = await upload(program, key, film(100_000));
  expect(await upload(program, key, film(100_000))).toBe(first);
});

/** A program whose files are in a bucket of an S3 server. */
const bucketTest = freshTest.extend<{ bucket: string; delivery: string }>({
  delivery: ["program", { option: true }],
  bucket: async ({}, use) => {
    const directory = mkdtempSync(join(tmpdir(), "contentpilot-bucket-"));
    await use(directory);
    rmSync(directory, { recursive: true, force: true });
  },
  program: async ({ bucket, delivery }, use) => {
    const port = await freePort();
    const store = new S3rver({
      address: "127.0.0.1", port, silent: true, directory: bucket, vhostBuckets: false,
      configureBuckets: [{ name: "pictures", configs: [] }],
    });
    await store.run();
    const program = await Program.start({
      MEDIA_URL: "s3://pictures",
      MEDIA_S3_ENDPOINT: `http://127.0.0.1:${port}`,
      MEDIA_S3_ACCESS_KEY: "S3RVER",
      MEDIA_S3_SECRET_KEY: "S3RVER",
      MEDIA_DELIVERY: delivery,
    });
    await use(program);
    expect(await program.stop(), "the program stops cleanly").toBe(0);
    await store.close();
  },
});

bucketTest("files live in a bucket", async ({ program, bucket }) => {
  const key = await apiKey(program);
  const headers = { Authorization: `Bearer ${key}` };
  const objects = () => files(bucket).filter((one) => one.name.endsWith("_object"));

  const bytes = film(17 * 1024 * 1024);
  const { file_url } = await asset(program, key, await upload(program, key, bytes));
  expect((await bytesOf(program, file_url)).equals(bytes)).toBe(true);
  const part = await bytesOf(program, file_url, { Range: "bytes=6000000-6000099" });
  expect(part.equals(bytes.subarray(6_000_000, 6_000_100))).toBe(true);
  expect(objects(), "the parts of the upload are gone").toHaveLength(1);

  const form = new FormData();
  form.set("file", new Blob(["name;count\n"]), "list.csv");
  const sent = await fetch(`${program.url}/api/v1/media`, { method: "POST", headers, body: form });
  expect(sent.status, await sent.clone().text()).toBe(201);
  expect((await bytesOf(program, ((await sent.json()) as { file_url: string }).file_url)).toString()).toBe("name;count\n");

  const refused = new FormData();
  refused.set("file", new Blob([film(12 * 1024 * 1024)]), "film.png");
  expect((await fetch(`${program.url}/api/v1/media`, { method: "POST", headers, body: refused })).status).toBe(422);
  expect(objects()).toHaveLength(2);
});

bucketTest.describe("where the bucket itself sends", () => {
  bucketTest.use({ delivery: "redirect" });

  bucketTest("readers are led to a signed address", async ({ program }) => {
    const key = await apiKey(program);
    const bytes = film(500_000);
    const { file_url } = await asset(program, key, await upload(program, key, bytes));
    const answer = await fetch(`${program.url}${file_url}`, { redirect: "manual" });
    expect(answer.status).toBe(302);
    const address = new URL(answer.headers.get("location") ?? "");
    expect(address.searchParams.has("X-Amz-Signature")).toBe(true);
    const sent = await fetch(address);
    expect(sent.headers.get("content-type")).toBe("video/mp4");
    expect(Buffer.from(await sent.arrayBuffer()).equals(bytes)).toBe(true);
  });
});
