-- What is known of pictures beside their size, what stood under an address before, and pages that hear of it.

ALTER TABLE media_assets
    ADD COLUMN is_animated boolean NOT NULL DEFAULT false,
    -- A few bytes that look like the picture from far away.
    ADD COLUMN placeholder text CHECK (char_length(placeholder) <= 4000),
    -- 64 bits that are nearly the same for pictures that look the same.
    ADD COLUMN likeness bigint;

-- The program's own notes are nobody's edit.
CREATE OR REPLACE TRIGGER touch_updated_at BEFORE UPDATE ON media_assets
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at('usage_count', 'last_used', 'placeholder', 'likeness');

-- Pages show a picture under the address of its present revision.
CREATE TRIGGER announce_update AFTER UPDATE ON media_assets
    FOR EACH ROW WHEN ((OLD.revision, OLD.deleted_at, OLD.is_private) IS DISTINCT FROM (NEW.revision, NEW.deleted_at, NEW.is_private))
    EXECUTE FUNCTION app.announce_site_change();

ALTER TABLE media_assets
    -- Of documents, where the machine can count them.
    ADD COLUMN pages integer CHECK (pages >= 0),
    -- Whether a still of a film, or the first page of a document, lies beside it.
    ADD COLUMN has_poster boolean NOT NULL DEFAULT false;

-- Files that stood under an asset's address before it was turned, cropped or replaced; they can be put back.
CREATE TABLE app.media_former_files (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    asset_id        text NOT NULL,
    -- The asset's revision until the change.
    revision        integer NOT NULL CHECK (revision >= 0),
    file_name       text NOT NULL,
    mime_type       text NOT NULL,
    file_size       bigint NOT NULL CHECK (file_size >= 0),
    width           integer CHECK (width >= 0),
    height          integer CHECK (height >= 0),
    duration        integer CHECK (duration >= 0),
    is_animated     boolean NOT NULL DEFAULT false,
    sha256          bytea CHECK (octet_length(sha256) = 32),
    focal_x         real CHECK (focal_x BETWEEN 0 AND 1),
    focal_y         real CHECK (focal_y BETWEEN 0 AND 1),
    -- What was done: turn, crop, replace, undo.
    change          text NOT NULL,
    created_by      text REFERENCES users (id) ON UPDATE CASCADE ON DELETE SET NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, asset_id, revision),
    CONSTRAINT media_former_files_asset_fkey FOREIGN KEY (organization_id, asset_id)
        REFERENCES media_assets (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_media_former_files_created_by ON app.media_former_files (created_by);

-- Why a file of an import could not be fetched.
ALTER TABLE app.import_attachments ADD COLUMN failure text;

CALL app.isolate('app.media_former_files');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.media_former_files TO contentpilot_app;
