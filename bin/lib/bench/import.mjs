// `bin/bench import`: a WordPress export of 10,000 posts is brought in by the command, on a fresh data directory.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { inFolder, memoryMb } from "./processes.mjs";
import { ORGANIZATION, WORDS, bodyOf, createOrganization } from "./seed.mjs";

const POSTS = 10_000;
const LOOKED_AT_EVERY_MS = 100;
const NAMESPACES = ["wp", "content", "excerpt"].map((name) => `xmlns:${name}="http://wordpress.org/export/1.2/${name === "wp" ? "" : `${name}/`}"`);

const { values: options } = parseArgs({ options: { root: { type: "string" }, json: { type: "string" } } });
const binary = join(options.root, "target/release/contentpilot");

function postOf(number) {
  const tags = [0, 1, 2].map((offset) => WORDS[(number + offset * 11) % WORDS.length]);
  const category = `category-${number % 8}`;
  return `<item><title>${WORDS[number % WORDS.length]} ${number}</title><link>https://old.example/post-${number}</link>
<content:encoded><![CDATA[${bodyOf(number)}]]></content:encoded><excerpt:encoded><![CDATA[In short.]]></excerpt:encoded>
<wp:post_id>${number}</wp:post_id><wp:post_type>post</wp:post_type><wp:status>publish</wp:status><wp:post_name>post-${number}</wp:post_name>
<wp:post_date_gmt>2020-01-01 10:00:00</wp:post_date_gmt><wp:comment_status>open</wp:comment_status>
<category domain="category" nicename="${category}">${category}</category>
${tags.map((tag) => `<category domain="post_tag" nicename="${tag}">${tag}</category>`).join("")}</item>\n`;
}

async function writeExport(file) {
  const out = createWriteStream(file);
  out.write(`<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" ${NAMESPACES.join(" ")}>\n<channel>
<title>Old</title><link>https://old.example</link><wp:wxr_version>1.2</wp:wxr_version><wp:base_blog_url>https://old.example</wp:base_blog_url>\n`);
  for (let number = 1; number <= POSTS; number++) {
    if (!out.write(postOf(number))) await once(out, "drain");
  }
  out.end("</channel></rss>\n");
  await once(out, "finish");
}

/** Runs the import and gives its report, how long it took and the most memory the program itself had. */
async function runImport(file, directory) {
  const args = ["import", "wordpress", file, "--org", ORGANIZATION, "--json", "--data-dir", join(directory, "data")];
  const began = performance.now();
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "inherit"], cwd: "/" });
  let printed = "";
  let highestMb = 0;
  child.stdout.on("data", (part) => (printed += part));
  const look = () => {
    try {
      highestMb = Math.max(highestMb, memoryMb({ child }, "VmHWM"));
    } catch {
      // It has ended between two looks.
    }
  };
  const watch = setInterval(look, LOOKED_AT_EVERY_MS);
  const [code] = await once(child, "close");
  clearInterval(watch);
  if (code !== 0) throw new Error(`the import ended with ${code}: ${printed.slice(0, 2000)}`);
  return { report: JSON.parse(printed), seconds: (performance.now() - began) / 1000, highestMb };
}

await inFolder(async (directory) => {
  console.log(`• Writing an export of ${POSTS} posts`);
  const file = join(directory, "export.xml");
  await writeExport(file);
  await createOrganization(binary, join(directory, "data"));
  console.log("• Importing it");
  const { report, seconds, highestMb } = await runImport(file, directory);
  const megabytes = statSync(file).size / 2 ** 20;
  console.log(`\n${JSON.stringify(report).slice(0, 400)}\n`);
  console.log(`import of ${POSTS} posts (${megabytes.toFixed(0)} MB): ${seconds.toFixed(1)} s, ${(POSTS / seconds).toFixed(0)} posts a second, at most ${highestMb.toFixed(0)} MB of memory`);
  if (options.json) writeFileSync(resolve(options.json), JSON.stringify({ posts: POSTS, megabytes, seconds, highestMb }, null, 2) + "\n");
});
