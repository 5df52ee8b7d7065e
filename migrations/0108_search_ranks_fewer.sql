-- Fewer items are ranked, so that it takes less time to find and to rank them; and of each language the best come back. To cut all
-- languages together had left nothing of one whose words another has as well.

-- The items that match best, at most so many. Of matches more than are ranked, the newest are, and those with the words in
-- their title. Filters that are left out are no conditions.
CREATE OR REPLACE FUNCTION app.search_content(
        query text, published_only boolean, max_results integer,
        kinds text[] DEFAULT NULL, standing text DEFAULT NULL, category text DEFAULT NULL, tag text DEFAULT NULL,
        author text DEFAULT NULL)
    RETURNS TABLE (content_id text, rank real)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    -- A guess, so that the items it finds are looked up and not all items read beside it.
    ROWS 25
    SET search_path = pg_catalog, pg_temp
    SET enable_seqscan = off
    -- So that an entry of the index is not remembered by pages, whose rows would have to be looked at again.
    SET work_mem = '32MB'
AS $$
#variable_conflict use_variable
DECLARE
    organization text := app.current_org();
    typed text := btrim(left(query, 200));
    mark text := app.search_mark(app.current_org());
    is_filtered boolean := kinds IS NOT NULL OR standing IS NOT NULL OR category IS NOT NULL OR tag IS NOT NULL
        OR author IS NOT NULL;
    configuration text := '';
    wanted tsquery;
    marked tsquery;
    of_title tsquery;
    is_exact boolean;
    categories text[];
    tags text[];
    found text[];
    ids text[] := '{}';
    ranks real[] := '{}';
    ranked_at_most CONSTANT integer := 150;
    -- The newest items tell how frequent something is; what is frequent is found among some more of them. They are enough to
    -- find all that are ranked, also where the newest told a little too much: otherwise both ways would be gone.
    looked_at CONSTANT integer := 400;
    frequent_from CONSTANT integer := 32;
    walked_at_most CONSTANT integer := 2700;
    -- Titles among those that were found, from which on older ones are not looked for: to find them all takes longest where
    -- there are many.
    titles_enough CONSTANT integer := 20;
    titles_at_most CONSTANT integer := 60;
    -- Executed, so that it is planned for the words and filters at hand: conditions of filters that are left out are none. The
    -- organization is no way in, so that the words alone lead to rows, and these are put in order.
    lookup CONSTANT text := 'SELECT ARRAY(
        SELECT place.content_id FROM app.search_words AS place
        WHERE place.words @@ $2 AND (place.organization_id = $1) IS TRUE
          AND place.language = $3 AND (place.is_published OR NOT $4)
          AND ($5 IS NULL OR place.content_id COLLATE "C" < $5)
          AND ($6 OR EXISTS (
            SELECT FROM app.search_documents AS document
            WHERE document.organization_id = $1 AND document.content_id = place.content_id AND document.vector @@ $7))
          AND (NOT $8 OR EXISTS (
            SELECT FROM public.content_items AS item
            WHERE item.organization_id = $1 AND item.id = place.content_id
              AND ($9 IS NULL OR item.type::text = ANY ($9)) AND ($10 IS NULL OR item.status::text = $10)
              AND ($11 IS NULL OR item.category_id = ANY ($11)) AND ($12 IS NULL OR item.author_id = $12)
              AND ($13 IS NULL OR EXISTS (SELECT FROM app.content_item_tags AS link
                                          WHERE link.organization_id = $1 AND link.content_id = item.id
                                            AND link.tag_id = ANY ($13)))))
        ORDER BY place.content_id COLLATE "C" DESC LIMIT $14)';
    in_titles text[];
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
    -- An item is stemmed in its own language, so each language that the organization uses is asked in its own words.
    -- Hopping from one to the next in the index does not read every row.
    LOOP
        SELECT document.language || '' INTO configuration FROM app.search_documents AS document
            WHERE document.organization_id = organization AND document.language || '' > configuration
            ORDER BY document.language || '' LIMIT 1;
        EXIT WHEN configuration IS NULL;
        wanted := app.search_query(configuration, typed);
        CONTINUE WHEN numnode(wanted) = 0;
        marked := app.search_marked(wanted, mark);
        of_title := app.search_marked(wanted, mark || '^');
        -- Words that are not wanted, or side by side, are asked of the vector.
        is_exact := wanted::text !~ '[!<]';
        found := '{}';
        -- Without a word that is wanted there is nothing to look up.
        IF marked IS NULL OR NOT is_filtered AND frequent_from <= (
            SELECT count(*) FROM (
                SELECT FROM (SELECT document.vector, document.language FROM app.search_documents AS document
                             WHERE document.organization_id = organization
                             ORDER BY document.content_id DESC LIMIT looked_at) AS newest
                WHERE newest.vector @@ wanted AND newest.language = configuration
                LIMIT frequent_from) AS matching)
        THEN
            found := ARRAY(
                SELECT newest.content_id FROM (
                    SELECT document.content_id, document.vector, document.language, document.is_published
                    FROM app.search_documents AS document WHERE document.organization_id = organization
                    ORDER BY document.content_id DESC
                    LIMIT CASE WHEN marked IS NOT NULL THEN walked_at_most END) AS newest
                WHERE newest.vector @@ wanted AND newest.language = configuration
                  AND (newest.is_published OR NOT published_only)
                  AND (NOT is_filtered OR EXISTS (
                    SELECT FROM public.content_items AS item
                    WHERE item.organization_id = organization AND item.id = newest.content_id
                      AND (kinds IS NULL OR item.type::text = ANY (kinds)) AND (standing IS NULL OR item.status::text = standing)
                      AND (categories IS NULL OR item.category_id = ANY (categories)) AND (author IS NULL OR item.author_id = author)
                      AND (tags IS NULL OR EXISTS (SELECT FROM app.content_item_tags AS link
                                                   WHERE link.organization_id = organization AND link.content_id = item.id
                                                     AND link.tag_id = ANY (tags)))))
                LIMIT ranked_at_most);
        END IF;
        IF marked IS NOT NULL AND cardinality(found) < ranked_at_most THEN
            EXECUTE lookup INTO found
                USING organization, marked, configuration, published_only, NULL::text, is_exact, wanted, is_filtered, kinds,
                      standing, categories, author, tags, ranked_at_most;
        END IF;
        -- The words of a title are words of the item, so who has every match has those too.
        IF cardinality(found) = ranked_at_most AND of_title IS NOT NULL AND titles_enough > (
            SELECT count(*) FROM app.search_documents AS document
            WHERE document.organization_id = organization AND document.content_id = ANY (found)
              AND ts_filter(document.vector, '{a}') @@ wanted)
        THEN
            EXECUTE lookup INTO in_titles
                USING organization, of_title, configuration, published_only, found[ranked_at_most], is_exact, wanted, is_filtered,
                      kinds, standing, categories, author, tags, titles_at_most;
            found := found || in_titles;
        END IF;
        SELECT ids || array_agg(best.content_id), ranks || array_agg(best.weight)
            INTO ids, ranks
            FROM (SELECT document.content_id, ts_rank(document.vector, wanted) AS weight
                  FROM app.search_documents AS document
                  WHERE document.organization_id = organization AND document.content_id = ANY (found)
                  ORDER BY weight DESC, document.content_id DESC LIMIT ranked_at_most) AS best;
    END LOOP;
    RETURN QUERY
        SELECT best.id, best.rank FROM unnest(ids, ranks) AS best (id, rank)
        ORDER BY best.rank DESC, best.id DESC
        LIMIT max_results;
END
$$;
