/** Ghost's official client brings no types; these are the parts that the journeys use. */
declare module "@tryghost/content-api" {
  type Options = Record<string, string | number | string[]>;
  type One = Record<string, any>;
  type List = One[] & { meta: { pagination: Record<string, number | null> } };
  interface Readable {
    browse(options?: Options): Promise<List>;
    read(which: { id: string } | { slug: string }, options?: Options): Promise<One>;
  }
  interface Client {
    posts: Readable;
    pages: Readable;
    tags: Readable;
    authors: Readable;
    settings: { browse(options?: Options): Promise<One> };
    tiers: { browse(options?: Options): Promise<List> };
  }
  export default class GhostContentAPI implements Client {
    constructor(options: { url: string; key: string; version: string | boolean });
    posts: Readable;
    pages: Readable;
    tags: Readable;
    authors: Readable;
    settings: Client["settings"];
    tiers: Client["tiers"];
  }
}
