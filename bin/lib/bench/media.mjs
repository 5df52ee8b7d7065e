// `bin/bench media`: pictures made smaller beside vipsthumbnail at the same likeness, the memory that a huge one costs, files taken
// in beside a plain write to the same disk, and a file of one megabyte given beside nginx.
import { randomFillSync } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, statSync, writeFileSync, writeSync } from "node:fs";
import http from "node:http";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { freePort, inFolder, load, runOnce, startProgram, startServer, stopServer } from "./processes.mjs";
import { createOrganization } from "./seed.mjs";

/** Qualities of vipsthumbnail that are tried for the one whose pictures are as like their originals as ours. */
const QUALITIES = { from: 40, to: 95 };
/** The narrowest photograph that is worth making smaller. */
const PHOTO_NARROWEST_BYTES = 400_000;
const UPLOADED_BYTES = 48 << 20;
const UPLOADS = 8;
const GIVEN_BYTES = 1 << 20;
const CONNECTIONS = 32;

const { values: options } = parseArgs({
  options: {
    root: { type: "string" },
    photos: { type: "string" },
    runs: { type: "string", default: "3" },
    seconds: { type: "string", default: "8" },
    json: { type: "string" },
  },
});
const [runs, seconds] = [options.runs, options.seconds].map(Number);
const pipeline = join(options.root, "target/release/examples/pipeline");
const binary = join(options.root, "target/release/contentpilot");
const say = (words) => console.log(`• ${words}`);

/** Each on one core, so that neither gains by threads what a server full of them would not have. */
const alone = { VIPS_CONCURRENCY: "1" };
const nameOf = (photo) => photo.slice(photo.lastIndexOf("/") + 1, photo.lastIndexOf("."));

function photographs(folder) {
  const all = readdirSync(folder, { recursive: true }).filter((name) => /\.jpe?g$/i.test(name)).map((name) => join(folder, name));
  return all.filter((path) => statSync(path).size >= PHOTO_NARROWEST_BYTES);
}

async function likeness(photos, small) {
  const all = [];
  for (const photo of photos) all.push(Number(await runOnce(pipeline, ["likeness", photo, small(photo)])));
  return all.reduce((sum, one) => sum + one, 0) / all.length;
}

async function ours({ photos, width }, format, folder) {
  const out = join(folder, `ours-${width}-${format}`);
  mkdirSync(out, { recursive: true });
  const all = [];
  for (let run = 0; run < runs; run += 1) {
    all.push(JSON.parse(await runOnce(pipeline, ["shrink", `${width}`, format, out, ...photos], { env: alone })));
  }
  const best = all.reduce((one, other) => (other.seconds < one.seconds ? other : one));
  return { ...best, ssim: await likeness(photos, (photo) => join(out, `${nameOf(photo)}.${format}`)) };
}

async function theirs({ photos, width }, format, folder, quality, times) {
  const out = join(folder, `theirs-${width}-${format}`);
  mkdirSync(out, { recursive: true });
  const suffix = format === "webp" ? `.webp[Q=${quality},strip]` : `.jpg[Q=${quality},optimize_coding,strip]`;
  let best = Infinity;
  for (let run = 0; run < times; run += 1) {
    const began = performance.now();
    await runOnce("vipsthumbnail", ["-s", `${width}x`, "-o", `${out}/%s${suffix}`, ...photos], { env: alone });
    best = Math.min(best, (performance.now() - began) / 1000);
  }
  const made = (photo) => join(out, `${nameOf(photo)}.${format}`);
  const bytes = photos.reduce((sum, photo) => sum + statSync(made(photo)).size, 0);
  return { quality, seconds: best, bytes, ssim: await likeness(photos, made) };
}

/** The lowest quality at which their pictures are at least as like as ours. */
async function equal(set, format, folder, ssim) {
  let { from, to } = QUALITIES;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const { ssim: found } = await theirs(set, format, folder, middle, 1);
    if (found < ssim) from = middle + 1;
    else to = middle;
  }
  return theirs(set, format, folder, from, runs);
}

async function compare(set, folder) {
  const found = {};
  for (const format of ["jpg", "webp"]) {
    const own = await ours(set, format, folder);
    const vips = await equal(set, format, folder, own.ssim);
    const [speed, bytes] = [vips.seconds / own.seconds, own.bytes / vips.bytes];
    found[format] = { own, vips, speed, bytes };
    const rate = (one) => (own.megapixels / one.seconds).toFixed(0);
    say(`${set.name}, ${format}, ${set.width} wide: ${rate(own)} megapixels/s beside ${rate(vips)} of vipsthumbnail (${speed.toFixed(2)}), ` +
      `${bytes.toFixed(2)} of its bytes; SSIM ${own.ssim.toFixed(4)} beside ${vips.ssim.toFixed(4)} at Q ${vips.quality}`);
  }
  return found;
}

async function measurePictures(folder) {
  const photos = photographs(resolve(options.photos));
  const made = join(folder, "made");
  mkdirSync(made);
  say(`${photos.length} photographs of the machine; making 4 of twelve megapixels and one of a hundred`);
  await runOnce(pipeline, ["photos", made, "4"]);
  const twelve = readdirSync(made).map((name) => join(made, name));
  const results = {
    photographs: await compare({ name: "Photographs", photos, width: 960 }, folder),
    large: await compare({ name: "Twelve megapixels", photos: twelve, width: 1600 }, folder),
  };
  await runOnce(pipeline, ["large", join(folder, "hundred.jpg")]);
  const hundred = JSON.parse(await runOnce(pipeline, ["all", join(folder, "hundred.jpg")]));
  say(`Everything that is made of a JPEG of a hundred megapixels: ${hundred.seconds.toFixed(2)} s, ${(hundred.peak_kb / 1024).toFixed(0)} MB at most`);
  return { ...results, hundred };
}

/** A sound of this many bytes, unlike any other. */
function sound(length) {
  const bytes = randomFillSync(Buffer.alloc(length));
  bytes.write("RIFF", 0, "latin1");
  bytes.writeUInt32LE(length - 8, 4);
  bytes.write("WAVEfmt ", 8, "latin1");
  bytes.writeUInt32LE(16, 16);
  for (const [place, value] of [[20, 1], [22, 2], [32, 4], [34, 16]]) bytes.writeUInt16LE(value, place);
  bytes.writeUInt32LE(44_100, 24);
  bytes.writeUInt32LE(176_400, 28);
  bytes.write("data", 36, "latin1");
  bytes.writeUInt32LE(length - 44, 40);
  return bytes;
}

/** Sends a file with the API's form and gives the asset that it became. */
function send({ url, key }, bytes, name) {
  const head = Buffer.from(`--bench\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`);
  const end = Buffer.from("\r\n--bench--\r\n");
  const headers = {
    Authorization: `Bearer ${key}`, "Content-Type": "multipart/form-data; boundary=bench", "Content-Length": head.length + bytes.length + end.length,
  };
  return new Promise((done, failed) => {
    const request = http.request(`${url}/api/v1/media`, { method: "POST", headers, agent: false }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += chunk));
      answer.on("end", () => (answer.statusCode === 201 ? done(JSON.parse(text)) : failed(new Error(`${answer.statusCode}: ${text}`))));
    });
    request.on("error", failed);
    request.write(head);
    request.write(bytes);
    request.end(end);
  });
}

/** Megabytes a second of files that lie on the disk when it is over, one after the other. */
async function timed(work) {
  const began = performance.now();
  for (let number = 0; number < UPLOADS; number += 1) await work(number);
  return (UPLOADS * UPLOADED_BYTES) / (1 << 20) / ((performance.now() - began) / 1000);
}

async function measureUploads(server, directory) {
  const files = Array.from({ length: UPLOADS }, () => sound(UPLOADED_BYTES));
  const plain = await timed((number) => {
    const file = openSync(join(directory, `plain-${number}`), "w");
    writeSync(file, files[number]);
    fsyncSync(file);
    closeSync(file);
  });
  const own = await timed((number) => send(server, files[number], `sound-${number}.wav`));
  say(`Files of ${UPLOADED_BYTES >> 20} MB taken in: ${own.toFixed(0)} MB/s, beside ${plain.toFixed(0)} MB/s of a plain write with fsync (${(own / plain).toFixed(2)})`);
  return { own, plain };
}

async function startNginx(directory, bytes) {
  const [port, root] = [await freePort(), join(directory, "nginx")];
  mkdirSync(root);
  writeFileSync(join(root, "one.bin"), bytes);
  const user = process.getuid() === 0 ? "user root;" : "";
  writeFileSync(join(root, "nginx.conf"), `${user} daemon off; worker_processes auto; pid ${root}/pid; error_log ${root}/error.log;
    events { worker_connections 1024; }
    http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; server { listen 127.0.0.1:${port}; root ${root};
      client_body_temp_path ${root}/a; proxy_temp_path ${root}/b; fastcgi_temp_path ${root}/c; uwsgi_temp_path ${root}/d; scgi_temp_path ${root}/e; } }`);
  const url = `http://127.0.0.1:${port}`;
  const environment = { PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  return Object.assign(await startServer("nginx", ["-c", join(root, "nginx.conf")], `${url}/one.bin`, join(root, "log"), environment), { url });
}

async function given(server, path, directory) {
  const paths = join(directory, "paths");
  writeFileSync(paths, `${path}\n`);
  const script = join(options.root, "bin/lib/bench/case.lua");
  return load({ url: server.url, seconds, connections: CONNECTIONS, script, env: { BENCH_PATHS: paths }, server });
}

async function measureServing(server, directory) {
  const bytes = sound(GIVEN_BYTES);
  const { file_url } = await send(server, bytes, "one.wav");
  const nginx = await startNginx(directory, bytes);
  try {
    const [own, theirs] = [await given(server, file_url, directory), await given(nginx, "/one.bin", directory)];
    for (const one of [own, theirs]) if (one.refused + one.broken > 0) throw new Error(`Not all was given: ${JSON.stringify(one)}`);
    say(`A file of 1 MB given: ${own.rate.toFixed(0)} a second, beside ${theirs.rate.toFixed(0)} of nginx (${(own.rate / theirs.rate).toFixed(2)})`);
    return { own, nginx: theirs };
  } finally {
    await stopServer(nginx);
  }
}

await inFolder(async (directory) => {
  const results = await measurePictures(directory);
  const key = await createOrganization(binary, join(directory, "data"));
  const server = Object.assign(await startProgram(binary, directory, "/readyz"), { key });
  try {
    results.uploads = await measureUploads(server, directory);
    results.serving = await measureServing(server, directory);
  } finally {
    await stopServer(server);
  }
  if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
});
