-- Where categories and tags were: an address that the public knew leads to the present one.
CREATE TABLE app.former_term_slugs (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    kind            text NOT NULL CHECK (kind IN ('category', 'tag')),
    slug            text NOT NULL CHECK (char_length(slug) BETWEEN 1 AND 200),
    -- The one of the two that the kind says.
    category_id     text,
    tag_id          text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, kind, slug),
    CONSTRAINT former_term_slugs_category_fkey FOREIGN KEY (organization_id, category_id)
        REFERENCES content_categories (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT former_term_slugs_tag_fkey FOREIGN KEY (organization_id, tag_id)
        REFERENCES content_tags (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_former_term_slugs_category ON app.former_term_slugs (organization_id, category_id);
CREATE INDEX idx_former_term_slugs_tag ON app.former_term_slugs (organization_id, tag_id);
CALL app.isolate('app.former_term_slugs');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.former_term_slugs TO contentpilot_app;
