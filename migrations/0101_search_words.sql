-- Searches look words up in a table of their own. One index over the vectors of everybody leads through the words of all
-- organizations to those of one, the farther the more there are; and each match read a row as wide as its vector.
--
-- Here each word carries the mark of its organization, so that an index entry is one organization's; words of the title stand
-- in it a second time, as such. Rows are narrow, for vectors of this size lie out of line and are not read. What is ranked is
-- read from app.search_documents.
CREATE TABLE app.search_words (
    organization_id text NOT NULL,
    content_id      text NOT NULL,
    language        text NOT NULL,
    is_published    boolean NOT NULL,
    words           tsvector NOT NULL,
    PRIMARY KEY (organization_id, content_id),
    CONSTRAINT search_words_document_fkey FOREIGN KEY (organization_id, content_id)
        REFERENCES app.search_documents (organization_id, content_id) ON UPDATE CASCADE ON DELETE CASCADE
) WITH (toast_tuple_target = 128);
ALTER TABLE app.search_words ALTER COLUMN words SET STORAGE EXTERNAL;
-- Not forced: the owner, as whom the functions run, may read it; nobody else holds any right on it.
ALTER TABLE app.search_words ENABLE ROW LEVEL SECURITY;

-- What an organization's words begin with. Two that share a mark share entries of the index, and nothing else.
CREATE FUNCTION app.search_mark(organization text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN left(md5(organization), 5);
REVOKE ALL ON FUNCTION app.search_mark(text) FROM PUBLIC;

CREATE FUNCTION app.search_words_of(organization text, title tsvector, vector tsvector) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_tsvector(
        ARRAY(SELECT app.search_mark(organization) || word.lexeme FROM unnest(vector) AS word)
        || ARRAY(SELECT app.search_mark(organization) || '^' || word.lexeme FROM unnest(title) AS word));
REVOKE ALL ON FUNCTION app.search_words_of(text, tsvector, tsvector) FROM PUBLIC;

-- What of a query the words can be asked for: those it wants, marked. Nothing is left of what is only not wanted, and words
-- side by side are asked for wherever they stand.
CREATE FUNCTION app.search_marked(wanted tsquery, mark text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN querytree(wanted) NOT IN ('', 'T') THEN regexp_replace(
        regexp_replace(querytree(wanted), '''((?:[^'']|'''')*)''', '''' || mark || '\1''', 'g'),
        '<(?:-|\d+)>', '&', 'g')::tsquery END;
REVOKE ALL ON FUNCTION app.search_marked(tsquery, text) FROM PUBLIC;

INSERT INTO app.search_words (organization_id, content_id, language, is_published, words)
    SELECT document.organization_id, document.content_id, document.language, document.is_published,
           app.search_words_of(document.organization_id, document.title, document.vector)
    FROM app.search_documents AS document;
-- Every search reads the whole list of what is not yet merged into the index, so that list is kept short.
CREATE INDEX idx_search_words ON app.search_words USING gin (words) WITH (gin_pending_list_limit = 256);
DROP INDEX app.idx_search_documents_vector;
DROP INDEX app.idx_search_documents_title;
ALTER TABLE app.search_documents DROP COLUMN title;

CREATE OR REPLACE FUNCTION app.index_content(content_id text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET client_min_messages = warning
AS $$
DECLARE
    organization text := app.current_org();
    item record;
    configuration text;
    title_words tsvector;
    words tsvector;
    shown tsvector;
    -- A vector may take one megabyte; a quarter of that in characters fits whatever their width.
    longest_body CONSTANT integer := 250000;
BEGIN
    IF organization IS NULL THEN
        RAISE EXCEPTION 'no organization is set: set app.current_org_id in this transaction first'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Locked, so that two indexers of one item finish in the order in which they read it.
    SELECT i.title, i.excerpt, i.keywords, i.content, i.language, i.status = 'PUBLISHED' AS is_published
        INTO item
        FROM public.content_items AS i
        WHERE i.organization_id = organization AND i.id = index_content.content_id
        FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    configuration := app.search_configuration(item.language);
    title_words := setweight(to_tsvector(configuration::regconfig, item.title), 'A');
    words := title_words
        || setweight(to_tsvector(configuration::regconfig, concat_ws(' ', item.excerpt,
            array_to_string(item.keywords, ' '),
            (SELECT string_agg(tag.name, ' ')
             FROM app.content_item_tags AS used
             JOIN public.content_tags AS tag
               ON tag.organization_id = used.organization_id AND tag.id = used.tag_id
             WHERE used.organization_id = organization AND used.content_id = index_content.content_id))), 'B')
        || setweight(to_tsvector(configuration::regconfig,
            left(regexp_replace(item.content, '<[^>]*>', ' ', 'g'), longest_body)), 'C');

    INSERT INTO app.search_documents AS document (organization_id, content_id, language, is_published, vector)
        VALUES (organization, index_content.content_id, configuration, item.is_published, words)
        ON CONFLICT ON CONSTRAINT search_documents_pkey DO UPDATE
        SET language = excluded.language, is_published = excluded.is_published, vector = excluded.vector
        WHERE (document.language, document.is_published, document.vector)
            IS DISTINCT FROM (excluded.language, excluded.is_published, excluded.vector);
    -- A word may move between title and text while the vector, but for its places, stays.
    INSERT INTO app.search_words AS found (organization_id, content_id, language, is_published, words)
        VALUES (organization, index_content.content_id, configuration, item.is_published,
                app.search_words_of(organization, title_words, words))
        ON CONFLICT ON CONSTRAINT search_words_pkey DO UPDATE
        SET language = excluded.language, is_published = excluded.is_published, words = excluded.words
        WHERE (found.language, found.is_published, found.words)
            IS DISTINCT FROM (excluded.language, excluded.is_published, excluded.words);
    shown := CASE WHEN item.is_published THEN words END;
    UPDATE public.content_items AS i SET search_vector = shown
        WHERE i.organization_id = organization AND i.id = index_content.content_id
          AND i.search_vector IS DISTINCT FROM shown;
END
$$;

DROP FUNCTION app.search_content(text, boolean, integer);
DROP FUNCTION app.search_content(text, boolean, integer, text[], text, text, text, text);

-- The items that match best, at most so many. Of matches more than are ranked, the newest are, and those with the words in
-- their title. Filters that are left out are no conditions.
CREATE FUNCTION app.search_content(
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
    ranked_at_most CONSTANT integer := 250;
    -- The newest items tell how frequent something is; what is frequent is found among some more of them.
    looked_at CONSTANT integer := 400;
    frequent_from CONSTANT integer := 40;
    walked_at_most CONSTANT integer := 2500;
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
            SELECT count(*) FROM (SELECT document.vector, document.language FROM app.search_documents AS document
                                  WHERE document.organization_id = organization
                                  ORDER BY document.content_id DESC LIMIT looked_at) AS newest
            WHERE newest.vector @@ wanted AND newest.language = configuration)
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
        IF cardinality(found) = ranked_at_most AND of_title IS NOT NULL THEN
            EXECUTE lookup INTO in_titles
                USING organization, of_title, configuration, published_only, found[ranked_at_most], is_exact, wanted, is_filtered,
                      kinds, standing, categories, author, tags, ranked_at_most;
            found := found || in_titles;
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
