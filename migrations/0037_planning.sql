-- Releases, items that are published together or not at all, and what a person has put away on the dashboard.

CREATE TABLE app.releases (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    note            text CHECK (char_length(note) <= 2000),
    status          text NOT NULL DEFAULT 'DRAFT' CHECK (status IN ('DRAFT', 'SCHEDULED', 'PUBLISHED', 'FAILED')),
    scheduled_for   timestamptz,
    published_at    timestamptz,
    -- Why nothing of it was published at its time.
    failure         text CHECK (char_length(failure) <= 20000),
    created_by      text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX idx_releases_org_updated ON app.releases (organization_id, updated_at DESC, id DESC);
CREATE INDEX idx_releases_org_scheduled ON app.releases (organization_id, scheduled_for) WHERE status = 'SCHEDULED';
CREATE INDEX idx_releases_org_published ON app.releases (organization_id, published_at) WHERE status = 'PUBLISHED';
CREATE INDEX idx_releases_created_by ON app.releases (created_by);
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON app.releases FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();

CREATE TABLE app.release_items (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    release_id      text NOT NULL,
    content_id      text NOT NULL,
    added_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, release_id, content_id),
    CONSTRAINT release_items_release_fkey FOREIGN KEY (organization_id, release_id)
        REFERENCES app.releases (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT release_items_content_fkey FOREIGN KEY (organization_id, content_id)
        REFERENCES content_items (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_release_items_org_content ON app.release_items (organization_id, content_id);

-- A row stands for something that this person does not want to see any more.
CREATE TABLE app.dismissals (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    user_id         text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
    what            text NOT NULL,
    dismissed_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, user_id, what)
);
CREATE INDEX idx_dismissals_user ON app.dismissals (user_id);

CALL app.isolate('app.releases');
CALL app.isolate('app.release_items');
CALL app.isolate('app.dismissals');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.releases, app.release_items, app.dismissals TO contentpilot_app;
