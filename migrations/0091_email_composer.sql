-- Emails in blocks, and templates to begin one from.

ALTER TABLE email_campaigns
    -- {"style", "blocks"}: what the HTML is made of; null where it was written by hand.
    ADD COLUMN composition   jsonb,
    -- The plain text that is made of the blocks.
    ADD COLUMN composed_text text;

DROP TRIGGER touch_updated_at ON email_campaigns;
CREATE TRIGGER touch_updated_at
    BEFORE UPDATE OF campaign_id, subject, preheader, content, plain_text, composition, from_name, from_email, reply_to,
        audience_segment, scheduled_for, in_local_time, trial, status, paused_at, cancelled_at
    ON email_campaigns FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();

CREATE TABLE app.email_templates (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    composition     jsonb NOT NULL CHECK (jsonb_typeof(composition) = 'object'),
    created_by      text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT email_templates_name_key UNIQUE (organization_id, name)
);
CREATE INDEX idx_email_templates_created_by ON app.email_templates (created_by);
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON app.email_templates FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();

CALL app.isolate('app.email_templates');

GRANT SELECT, INSERT, UPDATE, DELETE ON app.email_templates TO contentpilot_app;
