-- What is sent to whom, and what comes back.

-- One row a recipient, written in the transaction that freezes the email. Nobody gets an email twice: one row each.
CREATE TABLE app.email_recipients (
    organization_id text NOT NULL,
    id              text NOT NULL,
    email_id        text NOT NULL,
    -- Stays when the contact is erased, without a person behind it.
    contact_id      text,
    email           text NOT NULL CHECK (char_length(email) <= 320),
    state           text NOT NULL DEFAULT 'queued'
                    CHECK (state IN ('queued', 'sending', 'sent', 'delivered', 'bounced', 'failed', 'uncertain', 'skipped')),
    -- The subject line it is sent with, counted from 0, where an email tries several.
    variant         smallint NOT NULL DEFAULT 0,
    attempts        smallint NOT NULL DEFAULT 0,
    due_at          timestamptz,
    lease_until     timestamptz,
    lease_token     text,
    sent_at         timestamptz,
    -- The last answer of the receiving server.
    reply           text CHECK (char_length(reply) <= 1000),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT email_recipients_email_fkey FOREIGN KEY (organization_id, email_id)
        REFERENCES email_campaigns (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT email_recipients_contact_fkey FOREIGN KEY (organization_id, contact_id)
        REFERENCES app.contacts (organization_id, id) ON DELETE SET NULL (contact_id),
    CONSTRAINT email_recipients_once_each UNIQUE (organization_id, email_id, contact_id)
);
CREATE INDEX idx_email_recipients_org_contact ON app.email_recipients (organization_id, contact_id);
CREATE INDEX idx_email_recipients_due ON app.email_recipients (organization_id, email_id, due_at, id) WHERE state IN ('queued', 'sending');

-- The links of a frozen email. They lead where they led for years, so they outlive recipients.
CREATE TABLE app.email_links (
    organization_id text NOT NULL,
    id              text NOT NULL,
    email_id        text NOT NULL,
    url             text NOT NULL CHECK (char_length(url) BETWEEN 1 AND 4000),
    position        integer NOT NULL,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT email_links_email_fkey FOREIGN KEY (organization_id, email_id)
        REFERENCES email_campaigns (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_email_links_org_email ON app.email_links (organization_id, email_id, position);

-- What happened to what was sent. Raw facts with a verdict that can be made anew.
CREATE TABLE app.email_events (
    organization_id text NOT NULL,
    id              text NOT NULL,
    email_id        text NOT NULL,
    recipient_id    text NOT NULL,
    contact_id      text,
    kind            text NOT NULL CHECK (kind IN ('delivered', 'open', 'click', 'bounce', 'soft_bounce', 'complaint', 'unsubscribe')),
    link_id         text,
    at              timestamptz NOT NULL,
    -- A machine did it (a scanner, a privacy proxy), and how that is known.
    is_machine      boolean NOT NULL DEFAULT false,
    verdict         text CHECK (char_length(verdict) <= 100),
    user_agent      text CHECK (char_length(user_agent) <= 300),
    details         text CHECK (char_length(details) <= 1000),
    -- What a provider calls the event, to take it once.
    source_id       text CHECK (char_length(source_id) <= 300),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT email_events_recipient_fkey FOREIGN KEY (organization_id, recipient_id)
        REFERENCES app.email_recipients (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT email_events_contact_fkey FOREIGN KEY (organization_id, contact_id)
        REFERENCES app.contacts (organization_id, id) ON DELETE SET NULL (contact_id)
);
CREATE INDEX idx_email_events_org_recipient ON app.email_events (organization_id, recipient_id, kind);
CREATE INDEX idx_email_events_org_email ON app.email_events (organization_id, email_id, kind, at);
CREATE INDEX idx_email_events_org_contact ON app.email_events (organization_id, contact_id, kind, at);
CREATE UNIQUE INDEX idx_email_events_source ON app.email_events (organization_id, source_id) WHERE source_id IS NOT NULL;

CALL app.isolate('app.email_recipients');
CALL app.isolate('app.email_links');
CALL app.isolate('app.email_events');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.email_recipients, app.email_links, app.email_events TO contentpilot_app;
