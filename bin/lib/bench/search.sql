-- Fills a database for `bin/bench search`: one organization with :items items of 300 words, and fifty others that share
-- :others items of 40 words. Words are as frequent as in a language (the k-th about 1/k as often as the first), from a
-- vocabulary of 20,000. The rows are what the program would have written; its triggers are off while they come.
SET session_replication_role = replica;
SET synchronous_commit = off;
SET work_mem = '128MB';
SELECT setseed(0.42);

INSERT INTO organizations (id, name, slug, updated_at)
SELECT 'other-' || n, 'Other ' || n, 'other-' || n, now() FROM generate_series(1, 50) AS n;

CREATE TEMP TABLE vocabulary AS
SELECT k AS rank, syllables[1 + k % 41] || syllables[1 + k / 41 % 41] || syllables[1 + k / 1681 % 41] AS word
FROM generate_series(1, 20000) AS k, (SELECT string_to_array(
    'ba ke di lo mu fra ste pri gno clu va re ti so nu bra cle dri flo gru ha je ki lu mo nar pel quin ros sim tav ul vor wex yan zol chi sho tha wha qua', ' ')
    AS syllables) AS s;
ANALYZE vocabulary;

CREATE TEMP TABLE fresh (number integer, id text, organization_id text, title text, body text);

-- Writes the items of these numbers, each with a title of six words and a text of so many.
CREATE PROCEDURE pg_temp.write(first integer, last integer, words integer, organization text, author text)
    LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE fresh;
    INSERT INTO fresh
    SELECT number, 'item-' || lpad(number::text, 8, '0'), coalesce(organization, 'other-' || (1 + number % 50)),
           string_agg(word, ' ') FILTER (WHERE place <= 6), string_agg(word, ' ') FILTER (WHERE place > 6)
    FROM (SELECT number, place, floor(exp(random() * ln(20000)))::integer AS drawn
          FROM generate_series(first, last) AS number, generate_series(1, words + 6) AS place) AS places
    JOIN vocabulary ON vocabulary.rank = drawn
    GROUP BY number;
    INSERT INTO content_items (organization_id, id, title, slug, type, status, published_at, author_id, content, word_count)
    SELECT organization_id, id, title, id, 'ARTICLE', 'PUBLISHED', now() - number * interval '1 second', author,
           '<p>' || body || '</p>', words
    FROM fresh;
    INSERT INTO app.search_documents (organization_id, content_id, language, is_published, vector)
    SELECT organization_id, id, 'english', true,
           setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'C')
    FROM fresh;
    INSERT INTO app.search_words (organization_id, content_id, language, is_published, words)
    SELECT fresh.organization_id, id, 'english', true,
           app.search_words_of(fresh.organization_id, to_tsvector('english', fresh.title), vector)
    FROM fresh JOIN app.search_documents AS document
      ON document.organization_id = fresh.organization_id AND document.content_id = fresh.id;
END
$$;

CREATE PROCEDURE pg_temp.write_all(items integer, others integer, organization text, author text)
    LANGUAGE plpgsql AS $$
DECLARE
    portion CONSTANT integer := 20000;
BEGIN
    FOR beginning IN 1 .. items BY portion LOOP
        CALL pg_temp.write(beginning, least(beginning + portion - 1, items), 300, organization, author);
        COMMIT;
    END LOOP;
    FOR beginning IN items + 1 .. items + others BY portion LOOP
        CALL pg_temp.write(beginning, least(beginning + portion - 1, items + others), 40, NULL, author);
        COMMIT;
    END LOOP;
END
$$;
CALL pg_temp.write_all(:items, :others, :'organization', :'author');

SET session_replication_role = origin;
VACUUM ANALYZE content_items;
VACUUM ANALYZE app.search_documents;
VACUUM ANALYZE app.search_words;
