// `bin/bench email`: messages a second through the whole path (personalised, tracked, unsigned and signed with RSA-2048) into
// postfix's smtp-sink, beside smtp-source alone into the same sink, on loopback only.
import { spawn } from "node:child_process";
import dgram from "node:dgram";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { freePort, inFolder, memoryMb, psql, runOnce, startProgram, stopServer } from "./processes.mjs";
import { bodyOf, createOrganization } from "./seed.mjs";

/** How long something is sent of the email to very many. */
const SENT_SECONDS = 10;
const CONNECTIONS = 20;
const WRITERS = 8;
const MESSAGE_BYTES = 9000;
const DOMAIN = "bench.example";

const { values: options } = parseArgs({
  options: {
    root: { type: "string" },
    psql: { type: "string", default: "psql" },
    messages: { type: "string", default: "10000" },
    frozen: { type: "string", default: "500000" },
    json: { type: "string" },
  },
});
const messages = Number(options.messages);
if (!Number.isInteger(messages) || messages < 100) throw new Error("--messages takes a whole number from 100");
const binary = join(options.root, "target/release/contentpilot");
const say = (words) => console.log(`• ${words}`);
const pause = (milliseconds) => new Promise((next) => setTimeout(next, milliseconds));

/** A mail server that takes everything and keeps nothing. */
async function startSink() {
  const port = await freePort();
  const user = process.getuid() === 0 ? ["-u", "nobody"] : [];
  const child = spawn("smtp-sink", [...user, `127.0.0.1:${port}`, "1000"], { stdio: "inherit" });
  await pause(300);
  return { port, stop: () => child.kill("SIGTERM") };
}

/** Messages a second of smtp-source alone. */
async function measureSource(port) {
  const began = performance.now();
  await runOnce("smtp-source", ["-s", `${CONNECTIONS}`, "-m", `${messages}`, "-l", `${MESSAGE_BYTES}`, "-t", "a@example.org", "-f", "b@example.org", `127.0.0.1:${port}`]);
  return messages / ((performance.now() - began) / 1000);
}

/** A DNS server for the one record that tells the key (RFC 1035). */
async function startDns() {
  const records = new Map();
  const socket = dgram.createSocket("udp4");
  socket.on("message", (asked, from) => {
    const labels = [];
    let at = 12;
    while (asked[at]) {
      labels.push(asked.subarray(at + 1, at + 1 + asked[at]).toString());
      at += asked[at] + 1;
    }
    const text = records.get(labels.join("."));
    const head = Buffer.from([asked[0], asked[1], 0x81, text ? 0x80 : 0x83, 0, 1, 0, text ? 1 : 0, 0, 0, 0, 0]);
    const parts = [head, asked.subarray(12, at + 5)];
    if (text) {
      const pieces = text.match(/.{1,255}/g).map((piece) => Buffer.concat([Buffer.from([piece.length]), Buffer.from(piece)]));
      const data = Buffer.concat(pieces);
      parts.push(Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, data.length >> 8, data.length & 255]), data);
    }
    socket.send(Buffer.concat(parts), from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { records, address: `127.0.0.1:${socket.address().port}`, stop: () => socket.close() };
}

function caller(url, key) {
  return async (method, path, body) => {
    const headers = { Authorization: `Bearer ${key}`, ...(body && { "Content-Type": "application/json" }) };
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
}

async function addContacts(call) {
  let next = 0;
  const writer = async () => {
    while (next < messages) {
      const number = next++;
      await call("POST", "/contacts", { email: `reader${number}@d${number % 50}.example`, name: `Reader ${number}` });
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
}

/** Sends one email to everybody and gives messages a second, from frozen to the last answer. */
async function measureSending(call, server) {
  const content = `<h1>Hello {{first_name|there}}</h1>${bodyOf(7)}<p><a href="https://bench.example/a">One</a> <a href="https://bench.example/b">two</a></p>`;
  const made = await call("POST", "/emails", {
    subject: "News for {{first_name|you}}", preheader: "What the harbour said", content, from_email: `news@${DOMAIN}`, audience_segment: { all: true },
  });
  await call("POST", `/emails/${made.id}/send`, {});
  let email = made;
  let highestMb = 0;
  while (!["SENT", "FAILED"].includes(email.status)) {
    await pause(200);
    highestMb = Math.max(highestMb, memoryMb(server));
    email = await call("GET", `/emails/${made.id}`);
  }
  if (email.sent !== messages) throw new Error(`${email.sent} of ${messages} were sent: ${email.problem}`);
  return { rate: messages / ((Date.parse(email.finished_at) - Date.parse(email.sent_at)) / 1000), highestMb };
}

/** Seconds from the order to send until so many recipients are rows of their own, and the most memory until then and while the
 * first of them are written to. */
async function measureFreezing(call, directory, server) {
  const recipients = Number(options.frozen);
  await psql(options.psql, directory, ["-c", `INSERT INTO app.contacts (organization_id, id, email, email_key, email_hash, name)
    SELECT o.id, 'frozen-' || lpad(n::text, 8, '0'), a.address, a.address, decode(md5(a.address), 'hex'), 'Frozen ' || n
    FROM organizations o, generate_series(1, ${recipients}) n, LATERAL (SELECT 'frozen' || n || '@d' || n % 50 || '.example' AS address) a`, "-c", "ANALYZE app.contacts"]);
  const made = await call("POST", "/emails", { subject: "For everybody", content: "<p>It comes.</p>", from_email: `news@${DOMAIN}`, audience_segment: { all: true } });
  const began = performance.now();
  await call("POST", `/emails/${made.id}/send`, {});
  let email = made;
  let highestMb = 0;
  while (email.recipients === 0) {
    await pause(20);
    highestMb = Math.max(highestMb, memoryMb(server));
    email = await call("GET", `/emails/${made.id}`);
  }
  const seconds = (performance.now() - began) / 1000;
  for (let look = 0; look < SENT_SECONDS * 5; look++) {
    await pause(200);
    highestMb = Math.max(highestMb, memoryMb(server));
  }
  await call("POST", `/emails/${made.id}/pause`);
  await call("POST", `/emails/${made.id}/cancel`);
  if (email.recipients < recipients) throw new Error(`${email.recipients} of ${recipients} recipients were made`);
  return { recipients: email.recipients, seconds, highestMb };
}

async function sign(call, dns) {
  const domain = await call("POST", "/sending-domains", { domain: DOMAIN });
  dns.records.set(domain.records[0].name, domain.records[0].value);
  const checked = await call("POST", `/sending-domains/${domain.id}/check`);
  if (!checked.verified_at) throw new Error("the key was not seen");
}

async function measureProgram(directory, sink, dns) {
  const key = await createOrganization(binary, join(directory, "data"));
  const settings = { SMTP_URL: `smtp://127.0.0.1:${sink.port}`, SMTP_CONNECTIONS: `${CONNECTIONS}`, CONTENTPILOT_DNS_SERVER: dns.address, CONTENTPILOT_LOG: "warn" };
  const server = await startProgram(binary, directory, "/readyz", settings);
  try {
    const call = caller(server.url, key);
    say(`Adding ${messages} contacts`);
    await addContacts(call);
    say("Sending, unsigned");
    const unsigned = await measureSending(call, server);
    await sign(call, dns);
    say("Sending, signed with RSA-2048");
    const signed = await measureSending(call, server);
    say(`Freezing an email to ${options.frozen} more`);
    return { unsigned, signed, frozen: await measureFreezing(call, directory, server) };
  } finally {
    await stopServer(server);
  }
}

await inFolder(async (directory) => {
  const [sink, dns] = [await startSink(), await startDns()];
  try {
    say(`smtp-source alone, ${messages} messages over ${CONNECTIONS} connections`);
    const source = await measureSource(sink.port);
    const { unsigned, signed, frozen } = await measureProgram(directory, sink, dns);
    const row = (name, rate, mb) => console.log(`${name.padEnd(28)} ${rate.toFixed(0).padStart(8)} msg/s  ${(rate / source).toFixed(3).padStart(6)}${mb ? `  ${mb.toFixed(0)} MB` : ""}`);
    console.log();
    row("smtp-source alone", source);
    row("unsigned", unsigned.rate, unsigned.highestMb);
    row("signed (RSA-2048)", signed.rate, signed.highestMb);
    console.log(`${"frozen".padEnd(28)} ${frozen.recipients} recipients in ${frozen.seconds.toFixed(1)} s, then sent for ${SENT_SECONDS} s  ${frozen.highestMb.toFixed(0)} MB`);
    if (options.json) writeFileSync(resolve(options.json), JSON.stringify({ messages, source, unsigned, signed, frozen }, null, 2));
  } finally {
    sink.stop();
    dns.stop();
  }
});
