-- Tenant tables of our own, in our own schema: tags on content, old addresses, what happened, what was answered,
-- what was imported, and how a site presents itself.

CREATE TABLE app.content_item_tags (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    content_id      text NOT NULL,
    tag_id          text NOT NULL,
    position        integer NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_id, content_id, tag_id),
    CONSTRAINT content_item_tags_content_fkey FOREIGN KEY (organization_id, content_id)
        REFERENCES content_items (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT content_item_tags_tag_fkey FOREIGN KEY (organization_id, tag_id)
        REFERENCES content_tags (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_item_tags_org_tag ON app.content_item_tags (organization_id, tag_id, content_id);

CREATE TABLE app.content_slug_history (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    slug            text NOT NULL CHECK (slug ~ '^[a-z0-9-]{1,200}$'),
    content_id      text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, slug),
    CONSTRAINT content_slug_history_content_fkey FOREIGN KEY (organization_id, content_id)
        REFERENCES content_items (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_slug_history_org_content ON app.content_slug_history (organization_id, content_id);

-- Append-only for the program; rows go only with their organization.
CREATE TABLE app.audit_log (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    at              timestamptz NOT NULL DEFAULT now(),
    actor_kind      text NOT NULL CHECK (char_length(actor_kind) BETWEEN 1 AND 50),
    actor_id        text,
    actor_name      text,
    action          text NOT NULL CHECK (char_length(action) BETWEEN 1 AND 200),
    entity_type     text NOT NULL CHECK (char_length(entity_type) BETWEEN 1 AND 100),
    entity_id       text,
    details         jsonb,
    request_id      text,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX idx_audit_org_at ON app.audit_log (organization_id, at DESC, id);
CREATE INDEX idx_audit_org_entity ON app.audit_log (organization_id, entity_type, entity_id, at DESC);

-- The status stays NULL while the first request with the key is still being answered.
CREATE TABLE app.idempotency_keys (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    key             text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
    principal       text NOT NULL,
    request_hash    bytea NOT NULL,
    status          integer,
    headers         jsonb,
    body            bytea,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, principal, key)
);
CREATE INDEX idx_idempotency_org_created ON app.idempotency_keys (organization_id, created_at);

CREATE TABLE app.import_records (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    source          text NOT NULL,
    kind            text NOT NULL,
    source_id       text NOT NULL,
    target_id       text NOT NULL,
    checksum        text NOT NULL DEFAULT '',
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, source, kind, source_id)
);

CREATE TABLE app.import_attachments (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    source          text NOT NULL,
    source_id       text NOT NULL,
    url             text NOT NULL,
    title           text,
    alt             text,
    caption         text,
    mime_type       text,
    content_id      text,
    asset_id        text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT import_attachments_source_key UNIQUE (organization_id, source, source_id),
    CONSTRAINT import_attachments_content_fkey FOREIGN KEY (organization_id, content_id)
        REFERENCES content_items (organization_id, id) ON DELETE SET NULL (content_id),
    CONSTRAINT import_attachments_asset_fkey FOREIGN KEY (organization_id, asset_id)
        REFERENCES media_assets (organization_id, id) ON DELETE SET NULL (asset_id)
);
CREATE INDEX idx_attachments_org_content ON app.import_attachments (organization_id, content_id);
CREATE INDEX idx_attachments_org_asset ON app.import_attachments (organization_id, asset_id);

CREATE TABLE app.site_settings (
    organization_id text PRIMARY KEY REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    title           text CHECK (char_length(title) <= 200),
    description     text CHECK (char_length(description) <= 1000),
    language        text NOT NULL DEFAULT 'en' CHECK (char_length(language) BETWEEN 1 AND 35),
    timezone        text NOT NULL DEFAULT 'UTC' CHECK (char_length(timezone) BETWEEN 1 AND 64),
    accent_color    text CHECK (char_length(accent_color) <= 32),
    logo_url        text CHECK (char_length(logo_url) <= 2048),
    navigation      jsonb NOT NULL DEFAULT '[]',
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1
);

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON app.import_records
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON app.site_settings
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();

CALL app.isolate('app.content_item_tags');
CALL app.isolate('app.content_slug_history');
CALL app.isolate('app.audit_log');
CALL app.isolate('app.idempotency_keys');
CALL app.isolate('app.import_records');
CALL app.isolate('app.import_attachments');
CALL app.isolate('app.site_settings');

GRANT SELECT, INSERT, UPDATE, DELETE
    ON app.content_item_tags, app.content_slug_history, app.idempotency_keys,
       app.import_records, app.import_attachments, app.site_settings
    TO contentpilot_app;
GRANT SELECT, INSERT ON app.audit_log TO contentpilot_app;
