-- A search among items of some types, one status, one category, one tag or one author. Only the newest matches are ranked,
-- so what narrows a search is asked before they are chosen: asked afterwards, matches behind the ranked ones would be
-- missed. A parameter that is NULL asks for nothing. It is the search of three parameters otherwise, which stays for those
-- that narrow nothing: they need not look at any item.
CREATE FUNCTION app.search_content(
        query text, published_only boolean, max_results integer,
        kinds text[], standing text, category text, tag text, author text)
    RETURNS TABLE (content_id text, rank real)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    ROWS 25
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET enable_seqscan = off
AS $$
#variable_conflict use_variable
DECLARE
    organization text := app.current_org();
    typed text := btrim(left(query, 200));
    configuration text := '';
    wanted tsquery;
    categories text[];
    tags text[];
    found text[];
    ids text[] := '{}';
    ranks real[] := '{}';
    ranked_at_most CONSTANT integer := 250;
BEGIN
    IF organization IS NULL THEN
        RAISE EXCEPTION 'no organization is set: set app.current_org_id in this transaction first'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF category IS NOT NULL THEN
        categories := ARRAY(SELECT one.id FROM public.content_categories AS one
                            WHERE one.organization_id = organization AND (one.slug = category OR one.id = category));
    END IF;
    IF tag IS NOT NULL THEN
        tags := ARRAY(SELECT one.id FROM public.content_tags AS one
                      WHERE one.organization_id = organization AND one.slug = tag);
    END IF;
    LOOP
        SELECT document.language || '' INTO configuration FROM app.search_documents AS document
            WHERE document.organization_id = organization AND document.language || '' > configuration
            ORDER BY document.language || '' LIMIT 1;
        EXIT WHEN configuration IS NULL;
        wanted := app.search_query(configuration, typed);
        CONTINUE WHEN numnode(wanted) = 0;
        found := ARRAY(
            SELECT document.content_id FROM app.search_documents AS document
            JOIN public.content_items AS item
              ON item.organization_id = document.organization_id AND item.id = document.content_id
            WHERE document.organization_id = organization AND document.vector @@ wanted
              AND document.language = configuration AND (document.is_published OR NOT published_only)
              AND (kinds IS NULL OR item.type::text = ANY (kinds)) AND (standing IS NULL OR item.status::text = standing)
              AND (categories IS NULL OR item.category_id = ANY (categories)) AND (author IS NULL OR item.author_id = author)
              AND (tags IS NULL OR EXISTS (SELECT FROM app.content_item_tags AS link
                                           WHERE link.organization_id = organization AND link.content_id = item.id
                                             AND link.tag_id = ANY (tags)))
            ORDER BY document.content_id DESC LIMIT ranked_at_most);
        -- The words of a title are words of the item, so who has every match has those too.
        IF cardinality(found) = ranked_at_most THEN
            found := found || ARRAY(
                SELECT document.content_id FROM app.search_documents AS document
                JOIN public.content_items AS item
                  ON item.organization_id = document.organization_id AND item.id = document.content_id
                WHERE document.organization_id = organization AND document.title @@ wanted
                  AND document.vector @@ wanted AND document.content_id < found[ranked_at_most]
                  AND document.language = configuration AND (document.is_published OR NOT published_only)
                  AND (kinds IS NULL OR item.type::text = ANY (kinds)) AND (standing IS NULL OR item.status::text = standing)
                  AND (categories IS NULL OR item.category_id = ANY (categories)) AND (author IS NULL OR item.author_id = author)
                  AND (tags IS NULL OR EXISTS (SELECT FROM app.content_item_tags AS link
                                               WHERE link.organization_id = organization AND link.content_id = item.id
                                                 AND link.tag_id = ANY (tags)))
                ORDER BY document.content_id DESC LIMIT ranked_at_most);
        END IF;
        SELECT ids || array_agg(document.content_id), ranks || array_agg(ts_rank(document.vector, wanted))
            INTO ids, ranks
            FROM app.search_documents AS document
            WHERE document.organization_id = organization AND document.content_id = ANY (found);
    END LOOP;
    RETURN QUERY
        SELECT best.id, best.rank FROM unnest(ids, ranks) AS best (id, rank)
        ORDER BY best.rank DESC, best.id DESC
        LIMIT max_results;
END
$$;
REVOKE ALL ON FUNCTION app.search_content(text, boolean, integer, text[], text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.search_content(text, boolean, integer, text[], text, text, text, text) TO contentpilot_app;
