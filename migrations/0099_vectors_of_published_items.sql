-- Searches of the program read app.search_documents. The vector beside an item is for whoever searches the table itself, such as
-- a host platform, and such searches are for readers: it is written for what is published alone. A draft is saved every few
-- seconds while somebody writes, and each time its vector moved the whole row in every index.
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

    INSERT INTO app.search_documents AS document (organization_id, content_id, language, is_published, title, vector)
        VALUES (organization, index_content.content_id, configuration, item.is_published, title_words, words)
        ON CONFLICT ON CONSTRAINT search_documents_pkey DO UPDATE
        SET language = excluded.language, is_published = excluded.is_published,
            title = excluded.title, vector = excluded.vector
        WHERE (document.language, document.is_published, document.vector)
            IS DISTINCT FROM (excluded.language, excluded.is_published, excluded.vector);
    shown := CASE WHEN item.is_published THEN words END;
    UPDATE public.content_items AS i SET search_vector = shown
        WHERE i.organization_id = organization AND i.id = index_content.content_id
          AND i.search_vector IS DISTINCT FROM shown;
END
$$;
