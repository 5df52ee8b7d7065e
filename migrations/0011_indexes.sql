-- no transaction
-- What lists and queues read by. Built without blocking writers; each statement can be run again after an
-- interruption, for an invalid index of its name is dropped first.

CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_content_org_status_published
    ON content_items (organization_id, status, published_at DESC);
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_content_search ON content_items USING gin (search_vector);
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_media_org_folder
    ON media_assets (organization_id, folder_id, uploaded_at DESC);
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_campaigns_org_dates
    ON campaigns (organization_id, status, start_date, end_date);
-- next
-- The public site: an enum comparison cannot enter an index beneath a policy, a partial index proves it beforehand.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_content_org_live
    ON content_items (organization_id, published_at DESC, id DESC) WHERE status = 'PUBLISHED';
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_content_org_updated
    ON content_items (organization_id, updated_at DESC, id DESC);
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_content_org_scheduled
    ON content_items (organization_id, scheduled_for) WHERE status = 'SCHEDULED';
-- next
-- Counts by type and status are answered from the index alone.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_content_org_type ON content_items (organization_id, type, status);
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_comments_org_pending
    ON content_comments (organization_id, created_at) WHERE status = 'PENDING';
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_media_org_uploaded
    ON media_assets (organization_id, uploaded_at DESC, id);
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_media_org_mime_type
    ON media_assets (organization_id, mime_type, uploaded_at DESC);
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_campaigns_org_updated
    ON campaigns (organization_id, updated_at DESC, id);
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_emails_org_updated
    ON email_campaigns (organization_id, updated_at DESC, id);
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_emails_org_scheduled
    ON email_campaigns (organization_id, scheduled_for) WHERE status = 'SCHEDULED';
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_posts_org_updated
    ON social_media_posts (organization_id, updated_at DESC, id);
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_posts_org_scheduled
    ON social_media_posts (organization_id, scheduled_for) WHERE status = 'SCHEDULED';
