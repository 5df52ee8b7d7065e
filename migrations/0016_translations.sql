-- Language variants of an item: all items of one group are the same text in different languages.

CREATE TABLE app.content_translations (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    content_id      text NOT NULL,
    group_id        text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, content_id),
    CONSTRAINT content_translations_content_fkey FOREIGN KEY (organization_id, content_id)
        REFERENCES content_items (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_translations_org_group ON app.content_translations (organization_id, group_id);

-- Each page names the others.
CREATE TRIGGER announce_change AFTER INSERT OR DELETE OR UPDATE ON app.content_translations
    FOR EACH ROW EXECUTE FUNCTION app.announce_site_change();

CALL app.isolate('app.content_translations');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.content_translations TO contentpilot_app;
