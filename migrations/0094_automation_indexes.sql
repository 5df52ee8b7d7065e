-- no transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_email_campaigns_org_automation ON email_campaigns (organization_id, automation_id);
-- next
-- An email of an automation goes to the same contact once for each way through it, such as every birthday.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS email_recipients_once_a_run ON app.email_recipients (organization_id, email_id, contact_id, run_number);
