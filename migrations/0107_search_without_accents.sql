-- Whoever types "cafe" finds "café", and the other way round: words are kept and asked for without their accents.
--
-- Stemmers know words by their accents ("habitación" loses its end, "habitacion" does not; "für" is passed over, "fur" is not), so
-- a text with accents is kept in both ways: stemmed as it is written, and as it is typed without them. The vector beside an item
-- stays as it was, so that a host platform searches it with the functions of PostgreSQL alone.

-- A text whose accents are part of their letters, as keyboards and files write them either way. Marks that belong to no letter are
-- left out: where they stand alone they would be words of nothing.
CREATE FUNCTION app.composed(words text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    -- Most texts are ASCII alone, and are not looked through.
    RETURN CASE WHEN octet_length(words) = length(words) THEN words ELSE
        translate(normalize(words),
            U&'\0300\0301\0302\0303\0304\0306\0307\0308\0309\030A\030B\030C\031B\0323\0326\0327\0328', '')
    END;
REVOKE ALL ON FUNCTION app.composed(text) FROM PUBLIC;

-- A text without accents, and with the few Latin letters written out that have theirs within. Letters of other scripts lose theirs
-- as well, such as the one of й.
CREATE FUNCTION app.without_accents(words text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN octet_length(words) = length(words) THEN words ELSE
        normalize(translate(
            normalize(replace(replace(replace(words, 'ß', 'ss'), 'œ', 'oe'), 'æ', 'ae'), NFD),
            U&'đøłıĐØŁ\0300\0301\0302\0303\0304\0306\0307\0308\0309\030A\030B\030C\031B\0323\0326\0327\0328', 'doliDOL'))
    END;
REVOKE ALL ON FUNCTION app.without_accents(text) FROM PUBLIC;

-- What a text is found by, in both ways.
CREATE FUNCTION app.search_vector_of(configuration text, words text) RETURNS tsvector
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN octet_length(words) = length(words) THEN to_tsvector(configuration::regconfig, words) ELSE
        app.without_accents(to_tsvector(configuration::regconfig, words)::text)::tsvector
        -- A vector may take one megabyte, and the other way takes most of it where no word is written twice.
        || to_tsvector(configuration::regconfig, app.without_accents(left(words, 100000)))
    END;
REVOKE ALL ON FUNCTION app.search_vector_of(text, text) FROM PUBLIC;

-- What a visitor typed, as a query in one configuration. The last word also matches as the beginning of a word,
-- unless it is excluded or inside quotation marks; a star says no more than that.
CREATE OR REPLACE FUNCTION app.search_query(configuration text, query text) RETURNS tsquery
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET client_min_messages = warning
AS $$
DECLARE
    typed text := btrim(app.composed(replace(query, '*', '')));
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
    noted text;
    body text;
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
    SELECT app.composed(i.title) AS title, i.excerpt, i.keywords, i.content, i.language, i.status = 'PUBLISHED' AS is_published
        INTO item
        FROM public.content_items AS i
        WHERE i.organization_id = organization AND i.id = index_content.content_id
        FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    configuration := app.search_configuration(item.language);
    noted := app.composed(concat_ws(' ', item.excerpt, array_to_string(item.keywords, ' '),
        (SELECT string_agg(tag.name, ' ')
         FROM app.content_item_tags AS used
         JOIN public.content_tags AS tag
           ON tag.organization_id = used.organization_id AND tag.id = used.tag_id
         WHERE used.organization_id = organization AND used.content_id = index_content.content_id)));
    body := app.composed(left(regexp_replace(item.content, '<[^>]*>', ' ', 'g'), longest_body));
    title_words := app.search_vector_of(configuration, item.title);
    words := setweight(title_words, 'A') || setweight(app.search_vector_of(configuration, noted), 'B')
        || setweight(app.search_vector_of(configuration, body), 'C');

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
    shown := CASE WHEN NOT item.is_published THEN NULL
        WHEN octet_length(concat(item.title, noted, body)) = length(concat(item.title, noted, body)) THEN words
        ELSE setweight(to_tsvector(configuration::regconfig, item.title), 'A')
            || setweight(to_tsvector(configuration::regconfig, noted), 'B')
            || setweight(to_tsvector(configuration::regconfig, body), 'C') END;
    UPDATE public.content_items AS i SET search_vector = shown
        WHERE i.organization_id = organization AND i.id = index_content.content_id
          AND i.search_vector IS DISTINCT FROM shown;
END
$$;

-- What is indexed already and holds accents is indexed again by jobs, fifty items each, while everybody goes on.
INSERT INTO app.jobs (id, organization_id, kind, payload)
    SELECT gen_random_uuid()::text, portion.organization_id, 'content.index_items',
           jsonb_build_object('items', jsonb_agg(portion.content_id ORDER BY portion.content_id COLLATE "C"))
    FROM (SELECT document.organization_id, document.content_id,
                 row_number() OVER (PARTITION BY document.organization_id ORDER BY document.content_id) / 50 AS number
          FROM app.search_documents AS document
          WHERE octet_length(document.vector::text) <> length(document.vector::text)) AS portion
    GROUP BY portion.organization_id, portion.number;
