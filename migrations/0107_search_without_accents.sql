-- Whoever types "cafe" finds "café", and the other way round: words are kept and asked for without their accents. These fall
-- after the stemmer has seen them, for it needs them to tell the forms of a word. The vector beside an item keeps them, so that a
-- host platform searches it with the functions of PostgreSQL alone.

-- Words without the marks above and below their letters, and the few Latin letters that have theirs within.
CREATE FUNCTION app.without_accents(words text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    -- Most texts are ASCII alone, and are not looked through.
    RETURN CASE WHEN octet_length(words) = length(words) THEN words ELSE
        normalize(
            translate(
                normalize(words, NFD),
                U&'đøłıĐØŁ\0300\0301\0302\0303\0304\0306\0307\0308\0309\030A\030B\030C\031B\0323\0326\0327\0328',
                'doliDOL'),
            NFC)
    END;
REVOKE ALL ON FUNCTION app.without_accents(text) FROM PUBLIC;

-- What a visitor typed, as a query in one configuration. The last word also matches as the beginning of a word,
-- unless it is excluded or inside quotation marks.
CREATE OR REPLACE FUNCTION app.search_query(configuration text, query text) RETURNS tsquery
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET client_min_messages = warning
AS $$
DECLARE
    -- An accent may be typed as a character of its own, at which a word would end.
    typed text := normalize(query);
    whole tsquery := websearch_to_tsquery(configuration::regconfig, typed);
    last_word text := substring(typed FROM '(?:^|\s)([[:alnum:]]+)$');
    before tsquery;
    beginning tsquery;
BEGIN
    IF last_word IS NOT NULL AND (length(typed) - length(replace(typed, '"', ''))) % 2 = 0 THEN
        beginning := to_tsquery(configuration::regconfig, last_word || ':*');
        before := websearch_to_tsquery(configuration::regconfig, left(typed, length(typed) - length(last_word)));
        IF numnode(beginning) > 0 THEN
            IF numnode(before) > 0 THEN
                beginning := before && beginning;
            END IF;
            whole := CASE WHEN numnode(whole) = 0 THEN beginning ELSE whole || beginning END;
        END IF;
    END IF;
    RETURN app.without_accents(whole::text)::tsquery;
END
$$;

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
    asked_for tsvector;
    shown tsvector;
    -- A vector may take one megabyte; a quarter of that in characters fits whatever their width.
    longest_body CONSTANT integer := 250000;
BEGIN
    IF organization IS NULL THEN
        RAISE EXCEPTION 'no organization is set: set app.current_org_id in this transaction first'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Locked, so that two indexers of one item finish in the order in which they read it.
    SELECT normalize(i.title) AS title, i.excerpt, i.keywords, i.content, i.language, i.status = 'PUBLISHED' AS is_published
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
        || setweight(to_tsvector(configuration::regconfig, normalize(concat_ws(' ', item.excerpt,
            array_to_string(item.keywords, ' '),
            (SELECT string_agg(tag.name, ' ')
             FROM app.content_item_tags AS used
             JOIN public.content_tags AS tag
               ON tag.organization_id = used.organization_id AND tag.id = used.tag_id
             WHERE used.organization_id = organization AND used.content_id = index_content.content_id)))), 'B')
        || setweight(to_tsvector(configuration::regconfig,
            normalize(left(regexp_replace(item.content, '<[^>]*>', ' ', 'g'), longest_body))), 'C');
    asked_for := app.without_accents(words::text)::tsvector;

    INSERT INTO app.search_documents AS document (organization_id, content_id, language, is_published, vector)
        VALUES (organization, index_content.content_id, configuration, item.is_published, asked_for)
        ON CONFLICT ON CONSTRAINT search_documents_pkey DO UPDATE
        SET language = excluded.language, is_published = excluded.is_published, vector = excluded.vector
        WHERE (document.language, document.is_published, document.vector)
            IS DISTINCT FROM (excluded.language, excluded.is_published, excluded.vector);
    -- A word may move between title and text while the vector, but for its places, stays.
    INSERT INTO app.search_words AS found (organization_id, content_id, language, is_published, words)
        VALUES (organization, index_content.content_id, configuration, item.is_published,
                app.search_words_of(organization, app.without_accents(title_words::text)::tsvector, asked_for))
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

-- What is indexed already and holds such words; both tables are made from the content, and anew at its next change.
UPDATE app.search_documents SET vector = app.without_accents(vector::text)::tsvector
    WHERE octet_length(vector::text) <> length(vector::text);
UPDATE app.search_words SET words = app.without_accents(words::text)::tsvector
    WHERE octet_length(words::text) <> length(words::text);
