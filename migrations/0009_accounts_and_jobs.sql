-- Tables that belong to no single tenant: who may come in, what is to be done, what is to be mailed.
-- They are reached by the kernel and the accounts feature only, before an organization is known.

CREATE TABLE app.credentials (
    user_id       text PRIMARY KEY REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
    password_hash text NOT NULL,
    updated_at    timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON app.credentials
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();

CREATE TABLE app.sessions (
    token_hash      bytea PRIMARY KEY,
    user_id         text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
    organization_id text REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE SET NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    last_seen_at    timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL,
    ip              text,
    user_agent      text
);
CREATE INDEX sessions_user_id_idx ON app.sessions (user_id);
CREATE INDEX sessions_organization_id_idx ON app.sessions (organization_id);

CREATE TABLE app.api_keys (
    id              text PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    role            "OrgRole" NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('api', 'ghost_content')),
    token_hash      bytea NOT NULL UNIQUE,
    token_hint      text NOT NULL,
    -- NULL for a key made on the command line, and when its maker has left.
    created_by      text REFERENCES users (id) ON UPDATE CASCADE ON DELETE SET NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    last_used_at    timestamptz,
    expires_at      timestamptz,
    revoked_at      timestamptz
);
CREATE INDEX api_keys_organization_id_idx ON app.api_keys (organization_id);
CREATE INDEX api_keys_created_by_idx ON app.api_keys (created_by);

CREATE TABLE app.invitations (
    id              text PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    email           text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 320),
    role            "OrgRole" NOT NULL,
    token_hash      bytea NOT NULL UNIQUE,
    invited_by      text REFERENCES users (id) ON UPDATE CASCADE ON DELETE SET NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL,
    accepted_at     timestamptz,
    revoked_at      timestamptz
);
CREATE INDEX invitations_organization_id_idx ON app.invitations (organization_id);
CREATE INDEX invitations_invited_by_idx ON app.invitations (invited_by);

CREATE TABLE app.password_resets (
    token_hash bytea PRIMARY KEY,
    user_id    text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX password_resets_user_id_idx ON app.password_resets (user_id);

CREATE TABLE app.sign_in_attempts (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email     text NOT NULL,
    ip        text NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    succeeded boolean NOT NULL
);
CREATE INDEX sign_in_attempts_email_at_idx ON app.sign_in_attempts (email, at);
CREATE INDEX sign_in_attempts_ip_at_idx ON app.sign_in_attempts (ip, at);

CREATE TABLE app.mails (
    id              text PRIMARY KEY,
    organization_id text REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    recipient       text NOT NULL,
    subject         text NOT NULL,
    body_text       text NOT NULL,
    body_html       text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    sent_at         timestamptz,
    attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    last_error      text
);
CREATE INDEX mails_organization_id_idx ON app.mails (organization_id);
CREATE INDEX mails_created_at_idx ON app.mails (created_at DESC);

CREATE TABLE app.jobs (
    id              text PRIMARY KEY,
    organization_id text REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    kind            text NOT NULL,
    payload         jsonb NOT NULL DEFAULT '{}',
    run_at          timestamptz NOT NULL DEFAULT now(),
    attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    max_attempts    integer NOT NULL DEFAULT 20 CHECK (max_attempts >= 1),
    lease_token     text,
    lease_until     timestamptz,
    finished_at     timestamptz,
    failed_at       timestamptz,
    last_error      text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    unique_key      text
);
CREATE INDEX jobs_organization_id_idx ON app.jobs (organization_id);
CREATE INDEX jobs_claimable_idx ON app.jobs (run_at, id) WHERE finished_at IS NULL AND failed_at IS NULL;
-- While a job waits or runs, a second one with its key is not queued: ON CONFLICT needs this predicate written out.
CREATE UNIQUE INDEX jobs_unique_key_idx ON app.jobs (unique_key) WHERE finished_at IS NULL AND failed_at IS NULL;

CREATE TABLE app.domains (
    domain          text PRIMARY KEY CHECK (domain = lower(domain) AND char_length(domain) BETWEEN 1 AND 253),
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX domains_organization_id_idx ON app.domains (organization_id);

GRANT SELECT, INSERT, UPDATE, DELETE
    ON app.credentials, app.sessions, app.api_keys, app.invitations, app.password_resets,
       app.mails, app.jobs, app.domains
    TO contentpilot_app;
GRANT SELECT, INSERT, DELETE ON app.sign_in_attempts TO contentpilot_app;
GRANT SELECT ON app.migrations TO contentpilot_app;
