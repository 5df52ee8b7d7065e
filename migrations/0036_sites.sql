-- An organization's site: how it looks and what it allows, the domains it claims, and copies of all it holds.

ALTER TABLE app.site_settings
    ADD COLUMN footer_links   jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN social_links   jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN search_engines boolean NOT NULL DEFAULT true,
    ADD COLUMN ai_crawlers    boolean NOT NULL DEFAULT true,
    ADD COLUMN comments_open  boolean NOT NULL DEFAULT true,
    ADD COLUMN typeface       text NOT NULL DEFAULT 'serif'
        CONSTRAINT site_settings_typeface_check CHECK (typeface IN ('serif', 'sans')),
    ADD COLUMN color_scheme   text NOT NULL DEFAULT 'system'
        CONSTRAINT site_settings_color_scheme_check CHECK (color_scheme IN ('system', 'light', 'dark'));

-- A domain that an organization says is its own. Several may say so; app.domains holds the one that proved it.
CREATE TABLE app.domain_claims (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    domain          text NOT NULL CHECK (domain = lower(domain) AND char_length(domain) BETWEEN 1 AND 253),
    -- What the domain's TXT record must hold.
    token           text NOT NULL CHECK (char_length(token) BETWEEN 1 AND 100),
    checked_at      timestamptz,
    -- What the last look at the record found instead.
    problem         text CHECK (char_length(problem) <= 500),
    proven_at       timestamptz,
    created_by      text REFERENCES users (id) ON UPDATE CASCADE ON DELETE SET NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT domain_claims_once UNIQUE (organization_id, domain)
);
CREATE INDEX idx_domain_claims_creator ON app.domain_claims (created_by);

-- A copy of everything an organization holds, as a file to download for a while.
CREATE TABLE app.exports (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    -- The file in the store; none while it is being made and after it was deleted.
    file_key        text CHECK (char_length(file_key) <= 500),
    file_size       bigint CHECK (file_size >= 0),
    -- How many rows of each kind are in it.
    counts          jsonb NOT NULL DEFAULT '{}',
    failure         text CHECK (char_length(failure) <= 500),
    created_by      text REFERENCES users (id) ON UPDATE CASCADE ON DELETE SET NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    finished_at     timestamptz,
    expires_at      timestamptz,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX idx_exports_creator ON app.exports (created_by);

CALL app.isolate('app.domain_claims');
CALL app.isolate('app.exports');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.domain_claims, app.exports TO contentpilot_app;
