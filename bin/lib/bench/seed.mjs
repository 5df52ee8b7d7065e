// The organization that is measured: 1,000 published posts of 6 KB with category, author and three tags each.
import { runOnce } from "./processes.mjs";

export const ORGANIZATION = "bench";
export const POSTS = 1000;
export const OWNER = { email: "bench@example.com", password: "a measured mile of water 9" };
const BODY_BYTES = 6 * 1024;
const CATEGORIES = 8;
const WRITERS = 4;
export const WORDS = ("harbour lantern tide ledger orchard copper meadow signal winter garden thread marble engine river paper window market " +
  "compass island kettle ribbon timber canvas anchor bridge candle forest glacier horizon journey").split(" ");

/** Words in an order that is the same in every run (a linear congruential generator, Numerical Recipes' constants). */
function wordsFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return WORDS[Math.floor((state / 2 ** 32) * WORDS.length)];
  };
}

export function bodyOf(number) {
  const next = wordsFrom(number + 1);
  let body = "";
  while (body.length < BODY_BYTES - 250) {
    body += `<p>${Array.from({ length: 30 }, next).join(" ")}.</p>\n`;
  }
  return body;
}

/** Makes the organization, its owner and a key, before any server runs on the data directory; returns the key. */
export async function createOrganization(binary, dataDirectory) {
  const at = ["--data-dir", dataDirectory];
  await runOnce(binary, ["org", "create", "--name", "Bench", "--slug", ORGANIZATION, ...at]);
  const person = ["--email", OWNER.email, "--name", "Bo Bench", "--password-stdin", "--org", ORGANIZATION, "--role", "OWNER"];
  await runOnce(binary, ["user", "create", ...person, ...at], { input: `${OWNER.password}\n` });
  return (await runOnce(binary, ["api-key", "create", "--org", ORGANIZATION, "--role", "OWNER", ...at])).trim();
}

/** Writes and publishes the posts through the JSON API; returns their ids and slugs. */
export async function seedPosts(url, key) {
  const post = poster(url, key);
  const categories = await makeCategories(post);
  const posts = [];
  let next = 0;
  const writer = async () => {
    while (next < POSTS) {
      const number = next++;
      const made = await post("/api/v1/content", {
        title: `${WORDS[number % WORDS.length]} and ${WORDS[(number * 7 + 3) % WORDS.length]} ${number}`,
        slug: `post-${number}`,
        type: "ARTICLE",
        excerpt: "What the harbour said to the lantern, in short.",
        content: bodyOf(number),
        ...(categories.length > 0 && { category_id: categories[number % categories.length] }),
        tags: [0, 1, 2].map((offset) => WORDS[(number + offset * 11) % WORDS.length]),
      });
      await post(`/api/v1/content/${made.id}/publish`, {});
      posts.push({ id: made.id, slug: made.slug });
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return posts;
}

/** The categories' ids; none, and said so, while the API does not have them. */
async function makeCategories(post) {
  const made = [];
  for (let number = 0; number < CATEGORIES; number++) {
    const category = await post("/api/v1/categories", { name: `Category ${number}` }, [404, 405]);
    if (category === null) {
      console.log("• The API has no categories: the posts are without");
      return [];
    }
    made.push(category.id);
  }
  return made;
}

/** A function that posts JSON with the key; null for the statuses that are allowed to fail. */
export function poster(url, key) {
  return async (path, body, allowed = []) => {
    const answer = await fetch(url + path, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (allowed.includes(answer.status)) return null;
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
}
