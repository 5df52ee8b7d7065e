-- The index of the file before took its place.
ALTER TABLE app.email_recipients DROP CONSTRAINT email_recipients_once_each;
ALTER TABLE email_campaigns VALIDATE CONSTRAINT email_campaigns_automation_fkey;
