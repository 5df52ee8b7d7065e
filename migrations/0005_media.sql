-- Folders and assets.

CREATE TABLE media_folders (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    path            text NOT NULL CHECK (char_length(path) BETWEEN 1 AND 2000),
    parent_id       text,
    created_by      text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT media_folders_organization_id_path_key UNIQUE (organization_id, path),
    CONSTRAINT media_folders_parent_fkey FOREIGN KEY (organization_id, parent_id)
        REFERENCES media_folders (organization_id, id) ON DELETE SET NULL (parent_id),
    CONSTRAINT media_folders_parent_is_another CHECK (parent_id <> id)
);
CREATE INDEX idx_folders_org_parent ON media_folders (organization_id, parent_id);
CREATE INDEX idx_folders_created_by ON media_folders (created_by, organization_id);

CREATE TABLE media_assets (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    original_name   text NOT NULL CHECK (char_length(original_name) BETWEEN 1 AND 1000),
    file_name       text NOT NULL CHECK (char_length(file_name) BETWEEN 1 AND 1000),
    file_url        text NOT NULL CHECK (char_length(file_url) BETWEEN 1 AND 2048),
    mime_type       text NOT NULL CHECK (char_length(mime_type) BETWEEN 1 AND 255),
    file_size       bigint NOT NULL CHECK (file_size >= 0),
    width           integer CHECK (width >= 0),
    height          integer CHECK (height >= 0),
    duration        integer CHECK (duration >= 0),
    alt             text CHECK (char_length(alt) <= 1000),
    caption         text CHECK (char_length(caption) <= 5000),
    folder_id       text,
    usage_count     integer NOT NULL DEFAULT 0 CHECK (usage_count >= 0),
    last_used       timestamptz,
    uploaded_at     timestamptz NOT NULL DEFAULT now(),
    uploaded_by     text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    -- Its index idx_media_org_folder is built with the other named ones.
    CONSTRAINT media_assets_folder_fkey FOREIGN KEY (organization_id, folder_id)
        REFERENCES media_folders (organization_id, id) ON DELETE SET NULL (folder_id)
);
CREATE INDEX idx_media_uploaded_by ON media_assets (uploaded_by, organization_id);

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON media_folders
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON media_assets
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at('usage_count', 'last_used');

CALL app.isolate('media_folders');
CALL app.isolate('media_assets');

GRANT SELECT, INSERT, UPDATE, DELETE ON media_folders, media_assets TO contentpilot_app;
