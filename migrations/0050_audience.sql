-- People an organization writes to: contacts with the record of their consent, their tags, segments, and addresses that
-- are never written to.

CREATE TABLE app.contacts (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    -- As the person writes it, and as it is compared: lower case, the domain in its ASCII form.
    email           text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 320),
    email_key       text NOT NULL CHECK (char_length(email_key) BETWEEN 3 AND 320),
    name            text CHECK (char_length(name) <= 200),
    company         text CHECK (char_length(company) <= 200),
    language        text CHECK (char_length(language) <= 35),
    timezone        text CHECK (char_length(timezone) <= 64),
    fields          jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(fields) = 'object'),
    status          text NOT NULL DEFAULT 'subscribed'
                    CHECK (status IN ('pending', 'subscribed', 'unsubscribed', 'bounced', 'complained')),
    consent_source  text CHECK (char_length(consent_source) <= 200),
    consent_at      timestamptz,
    consent_wording text CHECK (char_length(consent_wording) <= 2000),
    unsubscribed_at timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT contacts_email_key UNIQUE (organization_id, email_key)
);
CREATE INDEX idx_contacts_org_status ON app.contacts (organization_id, status, id);

CREATE TABLE app.contact_tags (
    organization_id text NOT NULL,
    contact_id      text NOT NULL,
    tag             text NOT NULL CHECK (char_length(tag) BETWEEN 1 AND 100),
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, contact_id, tag),
    CONSTRAINT contact_tags_contact_fkey FOREIGN KEY (organization_id, contact_id)
        REFERENCES app.contacts (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_contact_tags_org_tag ON app.contact_tags (organization_id, tag, contact_id);

-- A rule under a name; who belongs to it is asked each time.
CREATE TABLE app.segments (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    rule            jsonb NOT NULL,
    created_by      text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT segments_name_key UNIQUE (organization_id, name)
);
CREATE INDEX idx_segments_created_by ON app.segments (created_by);

-- Addresses that are never written to, whatever list they come in with. An erased person leaves only the hash.
CREATE TABLE app.suppressions (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    -- Keyed hash of the address as it is compared.
    email_hash      bytea NOT NULL CHECK (octet_length(email_hash) <= 32),
    email           text CHECK (char_length(email) <= 320),
    reason          text NOT NULL CHECK (reason IN ('unsubscribed', 'hard_bounce', 'soft_bounces', 'complaint', 'erased', 'manual')),
    details         text CHECK (char_length(details) <= 1000),
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, email_hash)
);
CREATE INDEX idx_suppressions_org_created ON app.suppressions (organization_id, created_at);

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON app.contacts FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON app.segments FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();

CALL app.isolate('app.contacts');
CALL app.isolate('app.contact_tags');
CALL app.isolate('app.segments');
CALL app.isolate('app.suppressions');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.contacts, app.contact_tags, app.segments, app.suppressions TO contentpilot_app;
