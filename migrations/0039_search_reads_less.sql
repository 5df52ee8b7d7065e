-- Searches read less, and writing an item's search vector costs less.

-- A row longer than two kilobytes first had its short title moved out of line, so that looking through titles fetched
-- each from elsewhere. Rows that are written from now on keep it; older ones follow when they are indexed again.
ALTER TABLE app.search_documents ALTER COLUMN title SET STORAGE MAIN;

-- Compares whole rows, so it is called only where a column is set that people edit: counters and the search vector are
-- not among them.
CREATE OR REPLACE TRIGGER touch_updated_at
    BEFORE UPDATE OF title, slug, excerpt, content, type, status, language, meta_title, meta_description, keywords,
        canonical_url, featured_image, gallery, video_url, audio_url, published_at, scheduled_for, expires_at, featured,
        comments_enabled, word_count, author_id, category_id, version, updated_at ON content_items
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at(
        'view_count', 'share_count', 'like_count', 'comment_count', 'analytics_data', 'search_vector');

-- The items of this organization that match, best first. Only the newest matches, and the newest that match by title,
-- are ranked: ranking reads every vector, so its cost must not grow with the organization. Each statement is a simple
-- one, for it is planned anew each time.
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
    found text[];
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
        -- Ids are sorted, and vectors fetched for those that are left: to sort the vectors along would copy each.
        found := ARRAY(
            SELECT document.content_id FROM app.search_documents AS document
            WHERE document.organization_id = organization AND document.vector @@ wanted
              AND document.language = configuration AND (document.is_published OR NOT published_only)
            ORDER BY document.content_id DESC LIMIT ranked_at_most);
        -- The words of a title are words of the item, so who has every match has those too.
        IF cardinality(found) = ranked_at_most THEN
            found := found || ARRAY(
                SELECT document.content_id FROM app.search_documents AS document
                WHERE document.organization_id = organization AND document.title @@ wanted
                  AND document.vector @@ wanted AND document.content_id < found[ranked_at_most]
                  AND document.language = configuration AND (document.is_published OR NOT published_only)
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
