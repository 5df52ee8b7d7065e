-- Emails at each reader's own time of day, and trials of two subject lines.

ALTER TABLE email_campaigns
    -- At the time of day of scheduled_for, wherever the reader is.
    ADD COLUMN in_local_time boolean NOT NULL DEFAULT false,
    -- {"subject", "share", "hours"}: the second line, recipients in a hundred it is tried on, hours until it is decided.
    ADD COLUMN trial         jsonb,
    -- The line that the rest got: 0 or 1.
    ADD COLUMN trial_chosen  smallint;

DROP TRIGGER touch_updated_at ON email_campaigns;
CREATE TRIGGER touch_updated_at
    BEFORE UPDATE OF campaign_id, subject, preheader, content, plain_text, from_name, from_email, reply_to, audience_segment,
        scheduled_for, in_local_time, trial, status, paused_at, cancelled_at
    ON email_campaigns FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();

ALTER TABLE app.email_recipients
    -- Where it is not written to at once: when it is its turn. Later tries count from then.
    ADD COLUMN begins_at timestamptz,
    -- Whether it is one of those that the lines are tried on.
    ADD COLUMN is_tried  boolean NOT NULL DEFAULT false;
