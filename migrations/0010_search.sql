-- Text search beside the items. Beneath a policy the @@ operator never enters an index (it is not leakproof), so the
-- vectors live in a table without grants that only two functions read and write; both take the organization from the
-- setting themselves and refuse to work without one.

-- With btree_gin one index holds organization and words; where the extension cannot be had, words alone must do.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'btree_gin') THEN
        CREATE EXTENSION btree_gin SCHEMA app;
    END IF;
EXCEPTION
    WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
        RAISE NOTICE 'btree_gin cannot be installed here: search uses an index on the words alone';
END
$$;

CREATE TABLE app.search_documents (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    content_id      text NOT NULL,
    -- The name of a text search configuration; the type regconfig would stand in the way of pg_upgrade.
    language        text NOT NULL,
    is_published    boolean NOT NULL,
    -- The title alone: small enough to be looked through for old items that newer, weaker matches would push out.
    title           tsvector NOT NULL,
    vector          tsvector NOT NULL,
    PRIMARY KEY (organization_id, content_id),
    CONSTRAINT search_documents_content_fkey FOREIGN KEY (organization_id, content_id)
        REFERENCES content_items (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
-- Kept inside the row: the planner does not count what reading it from elsewhere costs, and would read them all.
ALTER TABLE app.search_documents ALTER COLUMN vector SET STORAGE MAIN;
-- Finds the languages an organization uses. Over an expression, so that a search for words cannot take it as its way
-- in: it would lead to every row.
CREATE INDEX idx_search_documents_language ON app.search_documents (organization_id, (language || ''));
-- Not forced: the owner, as whom the functions run, may read it; nobody else holds any right on it.
ALTER TABLE app.search_documents ENABLE ROW LEVEL SECURITY;

-- Every search reads the whole list of what is not yet merged into the index, so that list is kept short.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'btree_gin') THEN
        CREATE INDEX idx_search_documents_vector ON app.search_documents USING gin (organization_id, vector) WITH (gin_pending_list_limit = 256);
        CREATE INDEX idx_search_documents_title ON app.search_documents USING gin (organization_id, title) WITH (gin_pending_list_limit = 256);
    ELSE
        CREATE INDEX idx_search_documents_vector ON app.search_documents USING gin (vector) WITH (gin_pending_list_limit = 256);
        CREATE INDEX idx_search_documents_title ON app.search_documents USING gin (title) WITH (gin_pending_list_limit = 256);
    END IF;
END
$$;

-- The text search configuration for a language tag such as en or pt-BR.
CREATE FUNCTION app.search_configuration(language text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE split_part(replace(lower(language), '_', '-'), '-', 1)
        WHEN 'ar' THEN 'arabic' WHEN 'ca' THEN 'catalan' WHEN 'da' THEN 'danish' WHEN 'de' THEN 'german'
        WHEN 'el' THEN 'greek' WHEN 'en' THEN 'english' WHEN 'es' THEN 'spanish' WHEN 'eu' THEN 'basque'
        WHEN 'fi' THEN 'finnish' WHEN 'fr' THEN 'french' WHEN 'ga' THEN 'irish' WHEN 'hi' THEN 'hindi'
        WHEN 'hu' THEN 'hungarian' WHEN 'hy' THEN 'armenian' WHEN 'id' THEN 'indonesian' WHEN 'it' THEN 'italian'
        WHEN 'lt' THEN 'lithuanian' WHEN 'nb' THEN 'norwegian' WHEN 'ne' THEN 'nepali' WHEN 'nl' THEN 'dutch'
        WHEN 'nn' THEN 'norwegian' WHEN 'no' THEN 'norwegian' WHEN 'pt' THEN 'portuguese' WHEN 'ro' THEN 'romanian'
        WHEN 'ru' THEN 'russian' WHEN 'sr' THEN 'serbian' WHEN 'sv' THEN 'swedish' WHEN 'ta' THEN 'tamil'
        WHEN 'tr' THEN 'turkish' WHEN 'yi' THEN 'yiddish' ELSE 'simple' END;
REVOKE ALL ON FUNCTION app.search_configuration(text) FROM PUBLIC;

-- Writes the vectors of one item: title weighs most, then excerpt, keywords and tags, then the body.
-- An item that is gone is no error: the job that calls this may come late.
CREATE FUNCTION app.index_content(content_id text) RETURNS void
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

    INSERT INTO app.search_documents AS document (organization_id, content_id, language, is_published, title, vector)
        VALUES (organization, index_content.content_id, configuration, item.is_published, title_words, words)
        ON CONFLICT ON CONSTRAINT search_documents_pkey DO UPDATE
        SET language = excluded.language, is_published = excluded.is_published,
            title = excluded.title, vector = excluded.vector
        WHERE (document.language, document.is_published, document.vector)
            IS DISTINCT FROM (excluded.language, excluded.is_published, excluded.vector);
    UPDATE public.content_items AS i SET search_vector = words
        WHERE i.organization_id = organization AND i.id = index_content.content_id
          AND i.search_vector IS DISTINCT FROM words;
END
$$;
REVOKE ALL ON FUNCTION app.index_content(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.index_content(text) TO contentpilot_app;

-- What a visitor typed, as a query in one configuration. The last word also matches as the beginning of a word,
-- unless it is excluded or inside quotation marks.
CREATE FUNCTION app.search_query(configuration text, query text) RETURNS tsquery
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET client_min_messages = warning
AS $$
DECLARE
    whole tsquery := websearch_to_tsquery(configuration::regconfig, query);
    last_word text := substring(query FROM '(?:^|\s)([[:alnum:]]+)$');
    before tsquery;
    beginning tsquery;
BEGIN
    IF last_word IS NULL OR (length(query) - length(replace(query, '"', ''))) % 2 = 1 THEN
        RETURN whole;
    END IF;
    beginning := to_tsquery(configuration::regconfig, last_word || ':*');
    before := websearch_to_tsquery(configuration::regconfig, left(query, length(query) - length(last_word)));
    IF numnode(beginning) = 0 THEN
        RETURN whole;
    END IF;
    IF numnode(before) > 0 THEN
        beginning := before && beginning;
    END IF;
    RETURN CASE WHEN numnode(whole) = 0 THEN beginning ELSE whole || beginning END;
END
$$;
REVOKE ALL ON FUNCTION app.search_query(text, text) FROM PUBLIC;

-- The items of this organization that match, best first. Only the newest matches, and the newest that match by title,
-- are ranked: ranking reads every vector, so its cost must not grow with the organization.
CREATE FUNCTION app.search_content(query text, published_only boolean, max_results integer)
    RETURNS TABLE (content_id text, rank real)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET enable_seqscan = off
AS $$
DECLARE
    organization text := app.current_org();
    typed text := btrim(left(query, 200));
    configuration text := '';
    wanted tsquery;
    ids text[] := '{}';
    ranks real[] := '{}';
    more_ids text[];
    more_ranks real[];
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
        SELECT array_agg(candidate.content_id), array_agg(ts_rank(candidate.vector, wanted))
            INTO more_ids, more_ranks
            FROM app.search_documents AS candidate
            WHERE candidate.organization_id = organization AND candidate.content_id IN (
                (SELECT document.content_id FROM app.search_documents AS document
                 WHERE document.organization_id = organization AND document.vector @@ wanted
                   AND document.language = configuration AND (document.is_published OR NOT published_only)
                 ORDER BY document.content_id DESC LIMIT ranked_at_most)
                UNION
                (SELECT document.content_id FROM app.search_documents AS document
                 WHERE document.organization_id = organization AND document.title @@ wanted
                   AND document.language = configuration AND (document.is_published OR NOT published_only)
                 ORDER BY document.content_id DESC LIMIT ranked_at_most));
        ids := ids || more_ids;
        ranks := ranks || more_ranks;
    END LOOP;
    RETURN QUERY
        SELECT found.id, found.rank FROM unnest(ids, ranks) AS found (id, rank)
        ORDER BY found.rank DESC, found.id DESC
        LIMIT max_results;
END
$$;
REVOKE ALL ON FUNCTION app.search_content(text, boolean, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.search_content(text, boolean, integer) TO contentpilot_app;
