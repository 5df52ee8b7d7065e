-- no transaction
-- What the calendar and the dashboard read by.

CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_content_org_expires
    ON content_items (organization_id, expires_at) WHERE expires_at IS NOT NULL;
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_content_org_created
    ON content_items (organization_id, created_at DESC, id DESC);
