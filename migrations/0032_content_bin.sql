-- What was deleted and can be brought back, and what many items were before they were changed together.

-- A deleted item lies here with everything that belonged to it, so no list, feed or search has to know of deletion.
CREATE TABLE app.content_bin (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    -- The item's own id.
    id              text NOT NULL,
    title           text NOT NULL,
    slug            text NOT NULL,
    item            jsonb NOT NULL,
    -- Rows of other tables, by the table's name.
    belongings      jsonb NOT NULL DEFAULT '{}',
    deleted_by_name text NOT NULL DEFAULT '',
    deleted_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX idx_content_bin_org_deleted ON app.content_bin (organization_id, deleted_at DESC, id DESC);

CREATE TABLE app.content_bulk_changes (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    -- What each item was, and the version it got by the change.
    entries         jsonb NOT NULL,
    created_by      text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX idx_content_bulk_changes_created_by ON app.content_bulk_changes (created_by);
CREATE INDEX idx_content_bulk_changes_org_created ON app.content_bulk_changes (organization_id, created_at);

CALL app.isolate('app.content_bin');
CALL app.isolate('app.content_bulk_changes');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.content_bin, app.content_bulk_changes TO contentpilot_app;
