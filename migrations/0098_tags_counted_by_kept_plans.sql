-- The counters of tags are changed by statements that PostgreSQL plans once a connection: a function in SQL is put together
-- and planned anew each time it is called, which cost more than everything else of writing an item. And where nothing
-- changed, as for the half of an INSERT … ON CONFLICT that did not happen, nothing is asked.
CREATE OR REPLACE FUNCTION app.add_tag_usage(organizations text[], tags text[], amounts integer[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
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
        SELECT FROM held WHERE held.organization_id = changed.organization_id AND held.id = changed.tag_id);
END
$$;

CREATE OR REPLACE FUNCTION app.count_tag_usage() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM app.add_tag_usage(array_agg(organization_id), array_agg(tag_id), array_agg(amount))
        FROM (SELECT organization_id, tag_id, count(*)::integer AS amount FROM added GROUP BY 1, 2) AS changed
        HAVING count(*) > 0;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM app.add_tag_usage(array_agg(organization_id), array_agg(tag_id), array_agg(amount))
        FROM (SELECT organization_id, tag_id, -count(*)::integer AS amount FROM removed GROUP BY 1, 2) AS changed
        HAVING count(*) > 0;
    ELSE
        PERFORM app.add_tag_usage(array_agg(organization_id), array_agg(tag_id), array_agg(amount))
        FROM (
            SELECT organization_id, tag_id, sum(amount)::integer AS amount
            FROM (SELECT organization_id, tag_id, 1 AS amount FROM added
                  UNION ALL SELECT organization_id, tag_id, -1 FROM removed) AS every
            GROUP BY 1, 2 HAVING sum(amount) <> 0
        ) AS changed
        HAVING count(*) > 0;
    END IF;
    RETURN NULL;
END
$$;
