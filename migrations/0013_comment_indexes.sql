-- no transaction
-- The moderation queue, the newest first.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_comments_org_created
    ON content_comments (organization_id, created_at DESC, id DESC);
-- next
-- Counts by status are answered from the index alone.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_comments_org_status ON content_comments (organization_id, status);
-- next
-- How often an address wrote lately.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_comments_org_ip
    ON content_comments (organization_id, author_ip, created_at) WHERE author_ip IS NOT NULL;
-- next
-- Whether a visitor's comments were approved before.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_comments_org_email
    ON content_comments (organization_id, author_email) WHERE author_email IS NOT NULL;
