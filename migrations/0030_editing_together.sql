-- What editors do together: preview links, changes of published items that wait, who is at an item right now.

-- Whoever has the link reads the item as it was last saved. Only the token's hash is kept.
CREATE TABLE app.content_previews (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    content_id      text NOT NULL,
    token_hash      bytea NOT NULL,
    created_by      text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT content_previews_token_key UNIQUE (organization_id, token_hash),
    CONSTRAINT content_previews_content_fkey FOREIGN KEY (organization_id, content_id)
        REFERENCES content_items (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_content_previews_org_content ON app.content_previews (organization_id, content_id, expires_at);
CREATE INDEX idx_content_previews_created_by ON app.content_previews (created_by);
CALL app.isolate('app.content_previews');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.content_previews TO contentpilot_app;

-- What is to become of a published item, while the item itself stays as it is on the site. Nothing refers to it.
CREATE TABLE app.content_changes (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    content_id      text NOT NULL,
    -- Each field that is to change, with its new value, as the API takes it.
    fields          jsonb NOT NULL DEFAULT '{}',
    -- The item's version on which the changes were begun.
    base_version    integer NOT NULL DEFAULT 1,
    status          text NOT NULL DEFAULT 'DRAFT' CHECK (status IN ('DRAFT', 'REVIEW', 'APPROVED', 'SCHEDULED')),
    scheduled_for   timestamptz,
    created_by      text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
    updated_by      text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, content_id),
    CONSTRAINT content_changes_content_fkey FOREIGN KEY (organization_id, content_id)
        REFERENCES content_items (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_content_changes_created_by ON app.content_changes (created_by);
CREATE INDEX idx_content_changes_updated_by ON app.content_changes (updated_by);
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON app.content_changes
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();
CALL app.isolate('app.content_changes');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.content_changes TO contentpilot_app;

-- Who has an item open in the editor: a lease that the browser renews while the page is open.
CREATE TABLE app.content_presence (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    content_id      text NOT NULL,
    user_id         text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
    since           timestamptz NOT NULL DEFAULT now(),
    seen_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, content_id, user_id),
    CONSTRAINT content_presence_content_fkey FOREIGN KEY (organization_id, content_id)
        REFERENCES content_items (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_content_presence_user ON app.content_presence (user_id);
CALL app.isolate('app.content_presence');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.content_presence TO contentpilot_app;

-- Both are empty where they do not apply, so that rows that lie in the bin since before come back as they are.
ALTER TABLE content_revisions
    -- When the writing began that saves itself into this revision; empty once it stands for good.
    ADD COLUMN autosaved_since timestamptz,
    -- Whether it is a state of the changes that wait, and not of the item itself.
    ADD COLUMN of_changes boolean;
