-- no transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS credentials_email_idx ON app.credentials (email);
-- next
-- What is over is cleared away by its time.
CREATE INDEX CONCURRENTLY IF NOT EXISTS sign_in_attempts_at_idx ON app.sign_in_attempts (at);
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS sessions_expires_at_idx ON app.sessions (expires_at);
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS password_resets_expires_at_idx ON app.password_resets (expires_at);
-- next
CREATE INDEX CONCURRENTLY IF NOT EXISTS mails_sent_at_idx ON app.mails (sent_at) WHERE sent_at IS NOT NULL;
