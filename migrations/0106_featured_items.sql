-- no transaction
-- The one that leads the home page, however long ago it was published.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_content_items_org_featured
    ON content_items (organization_id, published_at DESC, id DESC) WHERE featured AND status = 'PUBLISHED';
