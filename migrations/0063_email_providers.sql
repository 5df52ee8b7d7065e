-- Providers that send for an organization and report what became of it.

ALTER TABLE app.email_events VALIDATE CONSTRAINT email_events_kind_check;

-- A provider whose reports are taken, at an address of its own.
CREATE TABLE app.email_providers (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    provider        text NOT NULL CHECK (provider IN ('ses', 'mailgun', 'postmark', 'sendgrid')),
    -- What its reports are checked with, sealed with the program's key. Amazon's have a certificate instead.
    secret          bytea,
    -- Amazon's topic: that of the first subscription that was confirmed, and no other.
    topic           text CHECK (char_length(topic) <= 300),
    -- Reports that told something new, and the last that did or could not be taken.
    taken           bigint NOT NULL DEFAULT 0,
    taken_at        timestamptz,
    problem         text CHECK (char_length(problem) <= 300),
    problem_at      timestamptz,
    created_by      text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX idx_email_providers_created_by ON app.email_providers (created_by);

-- Signatures that do not cover what they come with hold once each; for as long as they would be believed.
CREATE TABLE app.email_provider_tokens (
    organization_id text NOT NULL,
    provider_id     text NOT NULL,
    token_hash      bytea NOT NULL CHECK (octet_length(token_hash) <= 64),
    at              timestamptz NOT NULL,
    PRIMARY KEY (organization_id, provider_id, token_hash),
    CONSTRAINT email_provider_tokens_provider_fkey FOREIGN KEY (organization_id, provider_id)
        REFERENCES app.email_providers (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_email_provider_tokens_at ON app.email_provider_tokens (organization_id, provider_id, at);

CALL app.isolate('app.email_providers');
CALL app.isolate('app.email_provider_tokens');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.email_providers, app.email_provider_tokens TO contentpilot_app;
