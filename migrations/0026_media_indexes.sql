-- no transaction
-- How files are found by their address, and known again by their bytes.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS idx_media_org_token ON media_assets (organization_id, token);
-- next
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS idx_media_org_sha256
    ON media_assets (organization_id, sha256) WHERE deleted_at IS NULL;
-- next
-- What an organization has is summed from the index alone.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_media_org_size
    ON media_assets (organization_id) INCLUDE (file_size) WHERE deleted_at IS NULL;
