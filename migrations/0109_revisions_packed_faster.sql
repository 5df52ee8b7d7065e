-- Revisions are packed with lz4 where the server was built with it: that takes a twentieth of the time that PostgreSQL's own way
-- does, and every save writes one. They are read seldom, so that they take a third more room does not slow anything down. What is
-- stored already stays as it is.
DO $$
BEGIN
    ALTER TABLE content_revisions ALTER COLUMN content_body SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'this server has no lz4: texts are packed in its own way';
END
$$;
