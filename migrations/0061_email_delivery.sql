-- How an email is sent: what is frozen of it, what became of each recipient, and counters that follow the rows.

-- Paused, cancelled and troubled emails keep their status; people read why.
ALTER TABLE email_campaigns
    ADD COLUMN paused_at    timestamptz,
    ADD COLUMN cancelled_at timestamptz,
    ADD COLUMN finished_at  timestamptz,
    ADD COLUMN problem      text,
    ADD COLUMN recipients   integer NOT NULL DEFAULT 0,
    ADD COLUMN failed       integer NOT NULL DEFAULT 0,
    ADD COLUMN uncertain    integer NOT NULL DEFAULT 0,
    ADD COLUMN skipped      integer NOT NULL DEFAULT 0,
    ADD COLUMN complained   integer NOT NULL DEFAULT 0,
    ADD COLUMN opened_raw   integer NOT NULL DEFAULT 0,
    ADD COLUMN clicked_raw  integer NOT NULL DEFAULT 0;

-- Only what people or the program's moves write counts as a change; counters change with every message.
DROP TRIGGER touch_updated_at ON email_campaigns;
CREATE TRIGGER touch_updated_at
    BEFORE UPDATE OF campaign_id, subject, preheader, content, plain_text, from_name, from_email, reply_to, audience_segment,
        scheduled_for, status, paused_at, cancelled_at
    ON email_campaigns FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();

-- The first time each thing happened to a recipient; the events themselves are in app.email_events.
ALTER TABLE app.email_recipients
    ADD COLUMN opened_at       timestamptz,
    ADD COLUMN opened_raw_at   timestamptz,
    ADD COLUMN clicked_at      timestamptz,
    ADD COLUMN clicked_raw_at  timestamptz,
    ADD COLUMN unsubscribed_at timestamptz,
    ADD COLUMN complained_at   timestamptz;

-- What is sent, as it was when sending began: links are replaced by marks, see app.email_links.
CREATE TABLE app.email_bodies (
    organization_id text NOT NULL,
    -- The email's own id.
    id              text NOT NULL,
    html            text NOT NULL,
    plain_text      text NOT NULL,
    frozen_at       timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT email_bodies_email_fkey FOREIGN KEY (organization_id, id)
        REFERENCES email_campaigns (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CALL app.isolate('app.email_bodies');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.email_bodies TO contentpilot_app;

-- Emails that are being sent, of all organizations: where workers look for work. Ids alone; everything else is asked in the
-- organization's own transaction.
CREATE TABLE app.sending_queue (
    organization_id text NOT NULL,
    email_id        text NOT NULL,
    due_at          timestamptz NOT NULL,
    PRIMARY KEY (organization_id, email_id),
    CONSTRAINT sending_queue_email_fkey FOREIGN KEY (organization_id, email_id)
        REFERENCES email_campaigns (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.sending_queue TO contentpilot_app;

-- Keeps the counters of emails equal to what their recipients' rows say, in the transaction that changes those.
CREATE FUNCTION app.count_email_recipients() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- What some rows count, with the sign that they are counted with.
    counted CONSTANT text := $sql$
        SELECT organization_id, email_id, %1$s * count(*) AS recipients,
               %1$s * count(*) FILTER (WHERE state IN ('sent', 'delivered', 'bounced')) AS sent,
               %1$s * count(*) FILTER (WHERE state IN ('sent', 'delivered')) AS delivered,
               %1$s * count(*) FILTER (WHERE state = 'bounced') AS bounced,
               %1$s * count(*) FILTER (WHERE state = 'failed') AS failed,
               %1$s * count(*) FILTER (WHERE state = 'uncertain') AS uncertain,
               %1$s * count(*) FILTER (WHERE state = 'skipped') AS skipped,
               %1$s * count(opened_at) AS opened, %1$s * count(opened_raw_at) AS opened_raw,
               %1$s * count(clicked_at) AS clicked, %1$s * count(clicked_raw_at) AS clicked_raw,
               %1$s * count(unsubscribed_at) AS unsubscribed, %1$s * count(complained_at) AS complained
        FROM %2$s GROUP BY organization_id, email_id $sql$;
    source text;
BEGIN
    source := CASE TG_OP
        WHEN 'INSERT' THEN format(counted, 1, 'new_rows')
        WHEN 'DELETE' THEN format(counted, -1, 'old_rows')
        ELSE format(counted, 1, 'new_rows') || ' UNION ALL ' || format(counted, -1, 'old_rows') END;
    EXECUTE 'WITH change AS (
            SELECT organization_id, email_id, sum(recipients)::integer AS recipients, sum(sent)::integer AS sent,
                   sum(delivered)::integer AS delivered, sum(bounced)::integer AS bounced, sum(failed)::integer AS failed,
                   sum(uncertain)::integer AS uncertain, sum(skipped)::integer AS skipped, sum(opened)::integer AS opened,
                   sum(opened_raw)::integer AS opened_raw, sum(clicked)::integer AS clicked,
                   sum(clicked_raw)::integer AS clicked_raw, sum(unsubscribed)::integer AS unsubscribed,
                   sum(complained)::integer AS complained
            FROM (' || source || ') AS parts GROUP BY organization_id, email_id)
        UPDATE public.email_campaigns AS email
        SET recipients = email.recipients + change.recipients, sent = email.sent + change.sent,
            delivered = email.delivered + change.delivered, bounced = email.bounced + change.bounced,
            failed = email.failed + change.failed, uncertain = email.uncertain + change.uncertain,
            skipped = email.skipped + change.skipped, opened = email.opened + change.opened,
            opened_raw = email.opened_raw + change.opened_raw, clicked = email.clicked + change.clicked,
            clicked_raw = email.clicked_raw + change.clicked_raw,
            unsubscribed = email.unsubscribed + change.unsubscribed, complained = email.complained + change.complained
        FROM change
        WHERE email.organization_id = change.organization_id AND email.id = change.email_id
          AND (change.recipients, change.sent, change.delivered, change.bounced, change.failed, change.uncertain, change.skipped,
               change.opened, change.opened_raw, change.clicked, change.clicked_raw, change.unsubscribed, change.complained)
              <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)';
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION app.count_email_recipients() FROM PUBLIC;
CREATE TRIGGER count_added AFTER INSERT ON app.email_recipients
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION app.count_email_recipients();
CREATE TRIGGER count_changed AFTER UPDATE ON app.email_recipients
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION app.count_email_recipients();
CREATE TRIGGER count_removed AFTER DELETE ON app.email_recipients
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION app.count_email_recipients();

-- Domains that an organization sends from, with the keys that its messages are signed with. A key signs once the record that
-- tells it was seen; the next one waits for that beside it.
CREATE TABLE app.sending_domains (
    organization_id  text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id               text NOT NULL,
    domain           text NOT NULL CHECK (char_length(domain) BETWEEN 1 AND 253),
    selector         text NOT NULL CHECK (char_length(selector) BETWEEN 1 AND 63),
    public_key       text NOT NULL CHECK (char_length(public_key) <= 2000),
    -- Sealed with the program's key.
    private_key      bytea NOT NULL,
    verified_at      timestamptz,
    next_selector    text CHECK (char_length(next_selector) BETWEEN 1 AND 63),
    next_public_key  text CHECK (char_length(next_public_key) <= 2000),
    next_private_key bytea,
    -- Where bounces go: a host below the domain whose mail comes to this server.
    return_path      text CHECK (char_length(return_path) <= 253),
    checked_at       timestamptz,
    -- What the last look at the records found: a list of {"name", "type", "value", "found", "is_right"}.
    findings         jsonb NOT NULL DEFAULT '[]',
    created_by       text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    version          integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT sending_domains_domain_key UNIQUE (organization_id, domain)
);
CREATE INDEX idx_sending_domains_created_by ON app.sending_domains (created_by);
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON app.sending_domains
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at('checked_at', 'findings');
CALL app.isolate('app.sending_domains');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.sending_domains TO contentpilot_app;

-- What the operator allows; the last two count the messages of the minute that runs, for all nodes together.
ALTER TABLE app.plan_limits
    ADD COLUMN emails_a_month    bigint,
    ADD COLUMN messages_a_minute integer,
    ADD COLUMN sending_minute    timestamptz,
    ADD COLUMN sending_used      integer NOT NULL DEFAULT 0;
