// `bin/bench email-events`: openings and clicks a second of an email to many people, each written down for good before it is
// answered; afterwards the rows are counted, and the email's counters are compared with them.
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { inFolder, load, psql, startProgram, stopServer } from "./processes.mjs";
import { createOrganization } from "./seed.mjs";

const CONNECTIONS = 256;
const AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

const { values: options } = parseArgs({
  options: {
    root: { type: "string" },
    psql: { type: "string", default: "psql" },
    seconds: { type: "string", default: "15" },
    readers: { type: "string", default: "20000" },
    json: { type: "string" },
  },
});
const binary = join(options.root, "target/release/contentpilot");
const readers = Number(options.readers);
const say = (words) => console.log(`• ${words}`);
const pause = (milliseconds) => new Promise((next) => setTimeout(next, milliseconds));

/** A mail server that remembers the addresses in what it takes: pictures and links of each message. */
async function startMailServer() {
  const addresses = [];
  const server = createServer((socket) => {
    let text = "";
    let isMail = false;
    socket.on("error", () => {});
    socket.write("220 bench\r\n");
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      for (;;) {
        const end = text.indexOf(isMail ? "\r\n.\r\n" : "\r\n");
        if (end < 0) return;
        const part = text.slice(0, end);
        text = text.slice(end + (isMail ? 5 : 2));
        if (isMail) {
          const body = part.replaceAll("=\r\n", "").replaceAll("=3D", "=");
          addresses.push(...(body.match(/\/e\/[^/"\s]+\/[oc]\/[^"\s)]+/g) ?? []));
          isMail = false;
          socket.write("250 2.0.0 taken\r\n");
        } else if (/^DATA/i.test(part)) {
          isMail = true;
          socket.write("354 go on\r\n");
        } else if (/^QUIT/i.test(part)) {
          socket.end("221 bye\r\n");
        } else {
          socket.write(/^EHLO/i.test(part) ? "250-bench\r\n250 PIPELINING\r\n" : "250 2.0.0 ok\r\n");
        }
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { addresses, port: server.address().port, stop: () => server.close() };
}

function caller(url, key) {
  return async (method, path, body) => {
    const headers = { Authorization: `Bearer ${key}`, ...(body && { "Content-Type": "application/json" }) };
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
}

/** Sends one email to everybody, and gives it when the last message is out. */
async function send(call, directory) {
  await psql(options.psql, directory, ["-c", `INSERT INTO app.contacts (organization_id, id, email, email_key, email_hash, name)
    SELECT o.id, 'reader-' || lpad(n::text, 8, '0'), a.address, a.address, decode(md5(a.address), 'hex'), 'Reader ' || n
    FROM organizations o, generate_series(1, ${readers}) n, LATERAL (SELECT 'reader' || n || '@d' || n % 50 || '.example' AS address) a`, "-c", "ANALYZE app.contacts"]);
  const content = '<p><a href="https://bench.example/a">One</a> <a href="https://bench.example/b">two</a></p>';
  const made = await call("POST", "/emails", { subject: "News", content, from_email: "news@bench.example", audience_segment: { all: true } });
  await call("POST", `/emails/${made.id}/send`, {});
  let email = made;
  while (!["SENT", "FAILED"].includes(email.status)) {
    await pause(200);
    email = await call("GET", `/emails/${made.id}`);
  }
  if (email.sent !== readers) throw new Error(`${email.sent} of ${readers} were sent: ${email.problem}`);
  return email;
}

/** How many events are written down; throws where the email's counters differ from what the rows say. */
async function countEvents(directory, id) {
  const rows = (sql) => psql(options.psql, directory, ["-A", "-t", "-c", sql]);
  const names = ["opened", "opened_raw", "clicked", "clicked_raw"];
  const counters = names.map((name) => `e.${name}`).join(", ");
  const counted = names.map((name) => `count(r.${name}_at)`).join(", ");
  // Both in one statement: whoever hung up on the server in the last instant may still be written down.
  const row = await rows(`SELECT ${counters}, ${counted} FROM email_campaigns e JOIN app.email_recipients r ON r.email_id = e.id
    WHERE e.id = '${id}' GROUP BY ${counters}`);
  const numbers = row.trim().split("|").map(Number);
  names.forEach((name, place) => {
    const [counter, found] = [numbers[place], numbers[names.length + place]];
    if (counter !== found) throw new Error(`${name} is ${counter}, and the rows say ${found}`);
  });
  return Number(await rows(`SELECT count(*) FROM app.email_events WHERE email_id = '${id}'`));
}

await inFolder(async (directory) => {
  const key = await createOrganization(binary, join(directory, "data"));
  const mail = await startMailServer();
  const env = { SMTP_URL: `smtp://127.0.0.1:${mail.port}`, SMTP_CONNECTIONS: "20", CONTENTPILOT_LOG: "warn" };
  const server = await startProgram(binary, directory, "/readyz", env);
  const call = caller(server.url, key);
  try {
    say(`Sending an email to ${readers} people`);
    const email = await send(call, directory);
    // Whoever clicks within seconds of sending is taken for a scanner.
    await pause(4000);
    writeFileSync(join(directory, "paths"), mail.addresses.sort(() => Math.random() - 0.5).join("\n") + "\n");
    say(`Opening and clicking over ${CONNECTIONS} connections`);
    const script = join(options.root, "bin/lib/bench/case.lua");
    const measured = await load({
      url: server.url, seconds: Number(options.seconds), connections: CONNECTIONS, script,
      env: { BENCH_PATHS: join(directory, "paths"), BENCH_AGENT: AGENT }, server,
    });
    const answered = Math.round(measured.rate * Number(options.seconds)) - measured.refused - measured.broken;
    const events = await countEvents(directory, email.id);
    if (events < answered * 0.99) throw new Error(`${answered} were answered, and ${events} are written down`);
    const failed = measured.refused + measured.broken;
    console.log(`\nopenings and clicks: ${measured.rate.toFixed(0)} a second, p50 ${measured.p50Ms.toFixed(1)} ms, p99 ${measured.p99Ms.toFixed(1)} ms, ${measured.highestMb.toFixed(0)} MB, ${failed} failed, ${events} written down`);
    if (options.json) writeFileSync(resolve(options.json), JSON.stringify({ ...measured, events }, null, 2));
  } finally {
    await stopServer(server);
    mail.stop();
  }
});
