-- no transaction
-- The queue of an email without the recipients' ids: nearly all are due at the same moment, and PostgreSQL keeps equal keys
-- once. Half a million recipients are made the faster.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_email_recipients_next ON app.email_recipients (organization_id, email_id, due_at)
    WHERE state IN ('queued', 'sending');
