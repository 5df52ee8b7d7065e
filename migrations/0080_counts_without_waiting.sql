-- Who uses a tag changes the tag's counter, and with it holds the tag's row until the transaction ends. Writers of items of
-- the same tags would wait for each other, and two that meet the tags in different orders for ever. So a writer that finds
-- the row held leaves a note instead; whoever holds it next adds the notes up. A tag's uses are its counter and its notes.
CREATE TABLE app.tag_usage_notes (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL DEFAULT gen_random_uuid()::text,
    tag_id          text NOT NULL,
    amount          integer NOT NULL,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT tag_usage_notes_tag_fkey FOREIGN KEY (organization_id, tag_id)
        REFERENCES content_tags (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_tag_usage_notes_tag ON app.tag_usage_notes (organization_id, tag_id);
CALL app.isolate('app.tag_usage_notes');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.tag_usage_notes TO contentpilot_app;

-- Adds amounts to the counters of tags, without waiting for anybody. A tag that goes right now has no counter any more.
CREATE FUNCTION app.add_tag_usage(organizations text[], tags text[], amounts integer[]) RETURNS void
    LANGUAGE sql
    SET search_path = pg_catalog, pg_temp
AS $$
    WITH changed AS MATERIALIZED (
        SELECT given.organization_id, given.tag_id, given.amount
        FROM unnest(organizations, tags, amounts) AS given (organization_id, tag_id, amount)
    ), held AS MATERIALIZED (
        SELECT tag.organization_id, tag.id FROM public.content_tags AS tag
        JOIN changed ON changed.organization_id = tag.organization_id AND changed.tag_id = tag.id
        ORDER BY tag.id FOR NO KEY UPDATE OF tag SKIP LOCKED
    ), noted AS (
        DELETE FROM app.tag_usage_notes AS note USING held
        WHERE note.organization_id = held.organization_id AND note.tag_id = held.id
        RETURNING note.organization_id, note.tag_id, note.amount
    ), sums AS (
        SELECT every.organization_id, every.tag_id, sum(every.amount)::integer AS amount
        FROM (TABLE changed UNION ALL TABLE noted) AS every GROUP BY 1, 2
    ), counted AS (
        UPDATE public.content_tags AS tag SET usage_count = greatest(tag.usage_count + sums.amount, 0)
        FROM held JOIN sums ON sums.organization_id = held.organization_id AND sums.tag_id = held.id
        WHERE tag.organization_id = held.organization_id AND tag.id = held.id
    )
    INSERT INTO app.tag_usage_notes (organization_id, tag_id, amount)
    SELECT changed.organization_id, changed.tag_id, changed.amount FROM changed
    JOIN public.content_tags AS tag ON tag.organization_id = changed.organization_id AND tag.id = changed.tag_id
    WHERE NOT EXISTS (
        SELECT FROM held WHERE held.organization_id = changed.organization_id AND held.id = changed.tag_id)
$$;
REVOKE ALL ON FUNCTION app.add_tag_usage(text[], text[], integer[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.add_tag_usage(text[], text[], integer[]) TO contentpilot_app;

CREATE OR REPLACE FUNCTION app.count_tag_usage() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM app.add_tag_usage(array_agg(organization_id), array_agg(tag_id), array_agg(amount))
        FROM (SELECT organization_id, tag_id, count(*)::integer AS amount FROM added GROUP BY 1, 2) AS changed;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM app.add_tag_usage(array_agg(organization_id), array_agg(tag_id), array_agg(amount))
        FROM (SELECT organization_id, tag_id, -count(*)::integer AS amount FROM removed GROUP BY 1, 2) AS changed;
    ELSE
        PERFORM app.add_tag_usage(array_agg(organization_id), array_agg(tag_id), array_agg(amount))
        FROM (
            SELECT organization_id, tag_id, sum(amount)::integer AS amount
            FROM (SELECT organization_id, tag_id, 1 AS amount FROM added
                  UNION ALL SELECT organization_id, tag_id, -1 FROM removed) AS every
            GROUP BY 1, 2 HAVING sum(amount) <> 0
        ) AS changed;
    END IF;
    RETURN NULL;
END
$$;

-- Files and items are held in one order, so that two who change the counters of the same ones do not wait for each other
-- for ever.
CREATE OR REPLACE FUNCTION app.count_media_uses() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM FROM public.media_assets AS asset
    WHERE (asset.organization_id, asset.id) IN (SELECT organization_id, asset_id FROM changed_uses)
    ORDER BY asset.id FOR NO KEY UPDATE;
    IF TG_OP = 'INSERT' THEN
        UPDATE public.media_assets AS asset
        SET usage_count = asset.usage_count + changed.amount, last_used = greatest(asset.last_used, changed.at)
        FROM (SELECT organization_id, asset_id, count(*)::integer AS amount, max(created_at) AS at FROM changed_uses GROUP BY 1, 2) AS changed
        WHERE asset.organization_id = changed.organization_id AND asset.id = changed.asset_id;
    ELSE
        UPDATE public.media_assets AS asset SET usage_count = greatest(asset.usage_count - changed.amount, 0)
        FROM (SELECT organization_id, asset_id, count(*)::integer AS amount FROM changed_uses GROUP BY 1, 2) AS changed
        WHERE asset.organization_id = changed.organization_id AND asset.id = changed.asset_id;
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION app.count_approved_comments() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        PERFORM FROM public.content_items AS item
        WHERE (item.organization_id, item.id) IN (SELECT organization_id, content_id FROM added)
        ORDER BY item.id FOR NO KEY UPDATE;
        UPDATE public.content_items AS item SET comment_count = item.comment_count + changed.amount
        FROM (SELECT organization_id, content_id, count(*)::integer AS amount FROM added
              WHERE status = 'APPROVED' GROUP BY 1, 2) AS changed
        WHERE item.organization_id = changed.organization_id AND item.id = changed.content_id;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        PERFORM FROM public.content_items AS item
        WHERE (item.organization_id, item.id) IN (SELECT organization_id, content_id FROM removed)
        ORDER BY item.id FOR NO KEY UPDATE;
        UPDATE public.content_items AS item SET comment_count = greatest(item.comment_count - changed.amount, 0)
        FROM (SELECT organization_id, content_id, count(*)::integer AS amount FROM removed
              WHERE status = 'APPROVED' GROUP BY 1, 2) AS changed
        WHERE item.organization_id = changed.organization_id AND item.id = changed.content_id;
    END IF;
    RETURN NULL;
END
$$;

-- The newest of a category, without reading the whole category: what stands below every article of the site.
CREATE INDEX idx_content_org_category_live ON content_items (organization_id, category_id, published_at DESC, id DESC)
    WHERE status = 'PUBLISHED';
