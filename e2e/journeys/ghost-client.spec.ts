import GhostContentAPI from "@tryghost/content-api";
import { expect, freshTest as test } from "../support/fixtures.ts";
import type { Program } from "../support/program.ts";

/** An organization with something published, made with the program's own commands and API; no page is opened. */
async function publish(program: Program): Promise<string> {
  await program.command("org", "create", "--name", "Harbour", "--slug", "harbour");
  await program.command("user", "create", "--email", "olivia@example.com", "--name", "Olivia", "--org", "harbour", "--role", "OWNER");
  const key = await program.command("api-key", "create", "--org", "harbour", "--role", "ADMIN");
  const send = async (path: string, body: object) => {
    const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
    const answer = await fetch(`${program.url}/api/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    expect(answer.ok, await answer.clone().text()).toBe(true);
    return answer.json();
  };
  const items = [
    { title: "Tides", content: "<p>Water <a href=\"/x\">comes</a> in.</p>", tags: ["Moon", "Sea"], featured: true },
    { title: "Anchors", content: "<p>Iron holds.</p>", tags: ["Sea"], excerpt: "What holds." },
    { title: "Lanterns", content: "<p>Light.</p>", tags: [] },
    { title: "About", content: "<p>Us.</p>", type: "PAGE" },
  ];
  for (const item of items) {
    const { id } = await send("content", item);
    await send(`content/${id}/publish`, {});
  }
  await send("content", { title: "Unfinished", tags: ["Sea"] });
  return program.command("api-key", "create", "--org", "harbour", "--role", "VIEWER", "--ghost-content");
}

const titles = (list: { title?: string; name?: string }[]) => list.map((one) => one.title ?? one.name);

test("Ghost's own client reads the site", async ({ program }) => {
  const key = await publish(program);
  const url = `${program.url}/s/harbour`;
  const api = new GhostContentAPI({ url, key, version: "v6.0" });

  await test.step("posts", async () => {
    const posts = await api.posts.browse({ include: ["tags", "authors"], formats: ["html", "plaintext"] });
    expect(titles(posts)).toEqual(["Lanterns", "Anchors", "Tides"]);
    expect(posts.meta.pagination).toEqual({ page: 1, limit: 15, pages: 1, total: 3, next: null, prev: null });
    expect(posts[2]).toMatchObject({ slug: "tides", url: `${url}/tides`, plaintext: "Water comes in.", featured: true, visibility: "public" });
    expect(posts[2]?.html).toContain(`href="${program.url}/x"`);
    expect(posts[2]?.primary_tag.name).toBe("Moon");
    expect(posts[2]?.primary_author.name).toBe("Olivia");

    const second = await api.posts.browse({ limit: 2, page: 2, order: "title ASC", fields: "title" });
    expect([...second]).toEqual([{ title: "Tides" }]);
    expect(second.meta.pagination).toMatchObject({ page: 2, pages: 2, next: null, prev: 1 });
    expect(titles(await api.posts.browse({ limit: "all" }))).toHaveLength(3);

    const of = async (filter: string) => titles(await api.posts.browse({ filter, order: "title asc" }));
    expect(await of("tag:moon")).toEqual(["Tides"]);
    expect(await of("tag:-moon")).toEqual(["Anchors", "Lanterns"]);
    expect(await of("tags:[moon,sea]+featured:false")).toEqual(["Anchors"]);
    expect(await of("published_at:>now-1d+(slug:tides,title:~'LANT')")).toEqual(["Lanterns", "Tides"]);
    expect(await of("published_at:<'2020-01-01 00:00:00'")).toEqual([]);
    expect(titles(await api.posts.browse({ filter: "slug:[tides,lanterns]" }))).toEqual(["Tides", "Lanterns"]);

    const read = await api.posts.read({ slug: "anchors" }, { include: "tags" });
    expect(read).toMatchObject({ title: "Anchors", excerpt: "What holds.", custom_excerpt: "What holds.", reading_time: 0 });
    expect(titles(read.tags)).toEqual(["Sea"]);
    expect(read.id).toMatch(/^[0-9a-f]{24}$/);
    expect((await api.posts.read({ id: read.id }, { fields: ["id", "slug"] }))).toEqual({ id: read.id, slug: "anchors" });
  });

  await test.step("pages, tags, authors and settings", async () => {
    expect(titles(await api.pages.browse())).toEqual(["About"]);
    expect(await api.pages.read({ slug: "about" })).toMatchObject({ title: "About", show_title_and_feature_image: true });
    const tags = await api.tags.browse({ include: "count.posts", order: "count.posts DESC" });
    expect(tags.map((tag) => [tag.name, tag.count.posts])).toEqual([["Sea", 2], ["Moon", 1]]);
    expect(await api.tags.read({ slug: "moon" })).toMatchObject({ name: "Moon", visibility: "public", url: `${url}/tag/moon` });
    const [author] = await api.authors.browse({ include: "count.posts" });
    expect(author).toMatchObject({ name: "Olivia", count: { posts: 3 } });
    expect(author).not.toHaveProperty("email");
    expect(await api.authors.read({ id: author?.id })).toMatchObject({ slug: author?.slug });
    expect(await api.settings.browse()).toMatchObject({ title: "Harbour", lang: "en", timezone: "UTC", url: `${url}/` });
    expect([...(await api.tiers.browse())]).toEqual([]);
  });

  await test.step("clients for older versions, and refusals", async () => {
    for (const version of ["v2", "v3", "v4", "canary", "v5.0", true]) {
      expect(titles(await new GhostContentAPI({ url, key, version }).posts.browse({ limit: 1 })), String(version)).toEqual(["Lanterns"]);
    }
    const refusal = (asked: Promise<unknown>) => asked.then(() => "taken", (error: Error) => `${error.name}: ${error.message}`);
    expect(await refusal(api.posts.read({ slug: "unfinished" }))).toBe("NotFoundError: Resource not found");
    expect(await refusal(api.posts.browse({ filter: "tag:[a" }))).toBe("BadRequestError: Error parsing filter");
    expect(await refusal(api.posts.browse({ limit: "many" }))).toContain("ValidationError");
    const stranger = new GhostContentAPI({ url, key: "0".repeat(26), version: "v6.0" });
    expect(await refusal(stranger.posts.browse())).toBe("UnauthorizedError: Unknown Content API Key");
  });
});
