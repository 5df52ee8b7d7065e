-- The media library: how an asset's file is addressed and known, its tags and uses, uploads under way, and what an
-- organization may have. No program before this one wrote assets, so the checks find nothing to look at.

ALTER TABLE media_assets
    -- Names the folder of its files in the store; nobody can guess it.
    ADD COLUMN token text CHECK (token ~ '^[A-Za-z0-9_-]{20,64}$'),
    -- Of the bytes as they were sent, to know them again.
    ADD COLUMN sha256 bytea CHECK (octet_length(sha256) = 32),
    -- Counts the files that stood under the same address.
    ADD COLUMN revision integer NOT NULL DEFAULT 1 CHECK (revision >= 1),
    ADD COLUMN is_private boolean NOT NULL DEFAULT false,
    -- What crops keep, from 0 to 1 from the left and from the top.
    ADD COLUMN focal_x real CHECK (focal_x BETWEEN 0 AND 1),
    ADD COLUMN focal_y real CHECK (focal_y BETWEEN 0 AND 1),
    -- In the bin until then, and for a while longer.
    ADD COLUMN deleted_at timestamptz,
    ADD CONSTRAINT media_assets_focal_point_is_whole CHECK ((focal_x IS NULL) = (focal_y IS NULL));

CREATE TABLE app.media_asset_tags (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    asset_id        text NOT NULL,
    tag             text NOT NULL CHECK (char_length(tag) BETWEEN 1 AND 100),
    PRIMARY KEY (organization_id, asset_id, tag),
    CONSTRAINT media_asset_tags_asset_fkey FOREIGN KEY (organization_id, asset_id)
        REFERENCES media_assets (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_media_tags_org_tag ON app.media_asset_tags (organization_id, tag, asset_id);

-- Where an asset is used: an item, an email, a post.
CREATE TABLE app.media_uses (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    asset_id        text NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('content', 'email', 'social_post', 'campaign')),
    entity_id       text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, asset_id, kind, entity_id),
    CONSTRAINT media_uses_asset_fkey FOREIGN KEY (organization_id, asset_id)
        REFERENCES media_assets (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_media_uses_org_entity ON app.media_uses (organization_id, kind, entity_id);

-- A file on its way in. The row is there before the first byte, so bytes without an asset are known and swept.
CREATE TABLE app.media_uploads (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    token           text NOT NULL,
    file_name       text NOT NULL CHECK (char_length(file_name) BETWEEN 1 AND 1000),
    -- What the sender says it is; empty when nothing is said.
    declared_type   text NOT NULL DEFAULT '' CHECK (char_length(declared_type) <= 255),
    folder_id       text,
    alt             text CHECK (char_length(alt) <= 1000),
    -- Of a resumable upload: its whole length, what has arrived, and the names of the parts that hold it.
    length          bigint CHECK (length >= 0),
    received        bigint NOT NULL DEFAULT 0 CHECK (received >= 0),
    parts           text[] NOT NULL DEFAULT '{}',
    -- What became of it: an asset, or a reason why not.
    asset_id        text,
    is_duplicate    boolean NOT NULL DEFAULT false,
    refusal         jsonb,
    created_by      text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT media_uploads_folder_fkey FOREIGN KEY (organization_id, folder_id)
        REFERENCES media_folders (organization_id, id) ON DELETE SET NULL (folder_id)
);
CREATE INDEX idx_media_uploads_org_expires ON app.media_uploads (organization_id, expires_at);
CREATE INDEX idx_media_uploads_org_folder ON app.media_uploads (organization_id, folder_id);
CREATE INDEX idx_media_uploads_created_by ON app.media_uploads (created_by);

-- What an organization's plan allows; the operator sets it. NULL and no row at all: as much as it likes. Whoever adds
-- what is limited locks the row first, so that two who add at once count one after the other.
CREATE TABLE app.plan_limits (
    organization_id text PRIMARY KEY REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    plan            "SubscriptionTier" NOT NULL DEFAULT 'CUSTOM',
    media_assets    bigint CHECK (media_assets >= 0),
    media_bytes     bigint CHECK (media_bytes >= 0),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION app.count_media_uses() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE public.media_assets AS asset
        SET usage_count = asset.usage_count + changed.amount, last_used = greatest(asset.last_used, changed.at)
        FROM (SELECT organization_id, asset_id, count(*)::integer AS amount, max(created_at) AS at FROM changed_uses GROUP BY 1, 2) AS changed
        WHERE asset.organization_id = changed.organization_id AND asset.id = changed.asset_id;
    ELSE
        UPDATE public.media_assets AS asset SET usage_count = greatest(asset.usage_count - changed.amount, 0)
        FROM (SELECT organization_id, asset_id, count(*)::integer AS amount FROM changed_uses GROUP BY 1, 2) AS changed
        WHERE asset.organization_id = changed.organization_id AND asset.id = changed.asset_id;
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION app.count_media_uses() FROM PUBLIC;
CREATE TRIGGER count_media_uses_added AFTER INSERT ON app.media_uses
    REFERENCING NEW TABLE AS changed_uses FOR EACH STATEMENT EXECUTE FUNCTION app.count_media_uses();
CREATE TRIGGER count_media_uses_removed AFTER DELETE ON app.media_uses
    REFERENCING OLD TABLE AS changed_uses FOR EACH STATEMENT EXECUTE FUNCTION app.count_media_uses();

-- What is deleted uses nothing any more, whoever deletes it and however.
CREATE FUNCTION app.forget_media_uses() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM app.media_uses AS used USING gone
    WHERE used.organization_id = gone.organization_id AND used.kind = TG_ARGV[0] AND used.entity_id = gone.id;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION app.forget_media_uses() FROM PUBLIC;
CREATE TRIGGER forget_media_uses AFTER DELETE ON content_items
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION app.forget_media_uses('content');
CREATE TRIGGER forget_media_uses AFTER DELETE ON email_campaigns
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION app.forget_media_uses('email');
CREATE TRIGGER forget_media_uses AFTER DELETE ON social_media_posts
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION app.forget_media_uses('social_post');
CREATE TRIGGER forget_media_uses AFTER DELETE ON campaigns
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION app.forget_media_uses('campaign');

CALL app.isolate('app.media_asset_tags');
CALL app.isolate('app.media_uses');
CALL app.isolate('app.media_uploads');
CALL app.isolate('app.plan_limits');
GRANT SELECT, INSERT, UPDATE, DELETE
    ON app.media_asset_tags, app.media_uses, app.media_uploads, app.plan_limits TO contentpilot_app;
