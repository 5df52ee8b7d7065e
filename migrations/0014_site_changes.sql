-- Every node hears when something public of an organization changed, and drops the pages it kept in memory. Sent when
-- the transaction commits, once a transaction and organization however many rows changed.

CREATE FUNCTION app.announce_site_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pg_notify('contentpilot_site', coalesce(NEW.organization_id, OLD.organization_id));
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION app.announce_site_change() FROM PUBLIC;

-- Drafts are nobody's pages: writing them announces nothing. Counters and the search vector are shown on no page.
CREATE TRIGGER announce_insert AFTER INSERT ON content_items
    FOR EACH ROW WHEN (NEW.status = 'PUBLISHED') EXECUTE FUNCTION app.announce_site_change();
CREATE TRIGGER announce_update AFTER UPDATE ON content_items
    FOR EACH ROW WHEN ((OLD.status = 'PUBLISHED' OR NEW.status = 'PUBLISHED')
        AND (OLD.version, OLD.updated_at, OLD.content, OLD.comment_count)
            IS DISTINCT FROM (NEW.version, NEW.updated_at, NEW.content, NEW.comment_count))
    EXECUTE FUNCTION app.announce_site_change();
CREATE TRIGGER announce_delete AFTER DELETE ON content_items
    FOR EACH ROW WHEN (OLD.status = 'PUBLISHED') EXECUTE FUNCTION app.announce_site_change();

CREATE TRIGGER announce_insert AFTER INSERT ON content_comments
    FOR EACH ROW WHEN (NEW.status = 'APPROVED') EXECUTE FUNCTION app.announce_site_change();
CREATE TRIGGER announce_update AFTER UPDATE ON content_comments
    FOR EACH ROW WHEN (OLD.status = 'APPROVED' OR NEW.status = 'APPROVED') EXECUTE FUNCTION app.announce_site_change();
CREATE TRIGGER announce_delete AFTER DELETE ON content_comments
    FOR EACH ROW WHEN (OLD.status = 'APPROVED') EXECUTE FUNCTION app.announce_site_change();

CREATE TRIGGER announce_change AFTER INSERT OR DELETE OR UPDATE ON content_categories
    FOR EACH ROW EXECUTE FUNCTION app.announce_site_change();
-- A new tag is on no page yet, and its count of uses is on none.
CREATE TRIGGER announce_change AFTER DELETE OR UPDATE OF name, slug, color ON content_tags
    FOR EACH ROW EXECUTE FUNCTION app.announce_site_change();
CREATE TRIGGER announce_change AFTER INSERT OR DELETE OR UPDATE ON app.site_settings
    FOR EACH ROW EXECUTE FUNCTION app.announce_site_change();
