-- Searches fetch the vectors they rank where the rows lie. A row of more than two kilobytes had its vector moved out of
-- line, so that each was put together from pieces found in another index. Rows that are written from now on keep it up to
-- a page; older ones follow when they are indexed again.
ALTER TABLE app.search_documents SET (toast_tuple_target = 8160);

CREATE OR REPLACE FUNCTION app.search_content(query text, published_only boolean, max_results integer)
    RETURNS TABLE (content_id text, rank real)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    -- A guess, so that the items it finds are looked up and not all items read beside it.
    ROWS 25
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET enable_seqscan = off
AS $$
DECLARE
    organization text := app.current_org();
    typed text := btrim(left(query, 200));
    configuration text := '';
    wanted tsquery;
    found tid[];
    newest text;
    ids text[] := '{}';
    ranks real[] := '{}';
    ranked_at_most CONSTANT integer := 250;
BEGIN
    IF organization IS NULL THEN
        RAISE EXCEPTION 'no organization is set: set app.current_org_id in this transaction first'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- An item is stemmed in its own language, so each language that the organization uses is asked in its own words.
    -- Hopping from one to the next in the index does not read every row.
    LOOP
        SELECT document.language || '' INTO configuration FROM app.search_documents AS document
            WHERE document.organization_id = organization AND document.language || '' > configuration
            ORDER BY document.language || '' LIMIT 1;
        EXIT WHEN configuration IS NULL;
        wanted := app.search_query(configuration, typed);
        CONTINUE WHEN numnode(wanted) = 0;
        -- Where rows lie is sorted by their ids, and vectors are fetched for those that are left: to sort the vectors
        -- along would copy each. Rows do not move within a statement's snapshot.
        SELECT array_agg(chosen.ctid), min(chosen.content_id) INTO found, newest FROM (
            SELECT document.ctid, document.content_id FROM app.search_documents AS document
            WHERE document.organization_id = organization AND document.vector @@ wanted
              AND document.language = configuration AND (document.is_published OR NOT published_only)
            ORDER BY document.content_id DESC LIMIT ranked_at_most) AS chosen;
        -- The words of a title are words of the item, so who has every match has those too.
        IF cardinality(found) = ranked_at_most THEN
            found := found || ARRAY(
                SELECT document.ctid FROM app.search_documents AS document
                WHERE document.organization_id = organization AND document.title @@ wanted
                  AND document.vector @@ wanted AND document.content_id < newest
                  AND document.language = configuration AND (document.is_published OR NOT published_only)
                ORDER BY document.content_id DESC LIMIT ranked_at_most);
        END IF;
        SELECT ids || array_agg(document.content_id), ranks || array_agg(ts_rank(document.vector, wanted))
            INTO ids, ranks
            FROM app.search_documents AS document WHERE document.ctid = ANY (found);
    END LOOP;
    RETURN QUERY
        SELECT best.id, best.rank FROM unnest(ids, ranks) AS best (id, rank)
        ORDER BY best.rank DESC, best.id DESC
        LIMIT max_results;
END
$$;
