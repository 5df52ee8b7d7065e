-- no transaction
-- What lists sorted by status, type and author read in order, and what the calendar reads of draft changes.

CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_content_org_status_name
    ON content_items (organization_id, app.name_of(status), id);
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_content_org_type_name
    ON content_items (organization_id, app.name_of(type), id);
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_content_org_author
    ON content_items (organization_id, author_id, id);
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_content_changes_org_scheduled
    ON app.content_changes (organization_id, scheduled_for) WHERE status = 'SCHEDULED';
