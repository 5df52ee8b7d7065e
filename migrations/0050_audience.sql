-- People an organization writes to: contacts with the record of their consent, their tags, segments, and addresses that
-- are never written to.

CREATE TABLE app.contacts (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    -- As the person writes it, and as it is compared: lower case, the domain in its ASCII form.
    email           text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 320),
    -- Compared byte by byte, so that the beginning of an address is found through the index.
    email_key       text COLLATE "C" NOT NULL CHECK (char_length(email_key) BETWEEN 3 AND 320),
    -- Keyed hash of email_key: what links in mails name, and what suppressions are compared with.
    email_hash      bytea NOT NULL CHECK (octet_length(email_hash) <= 64),
    name            text CHECK (char_length(name) <= 200),
    name_key        text COLLATE "C" GENERATED ALWAYS AS (lower(name)) STORED,
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
    -- Nothing is sent before; set by the person.
    paused_until    timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT contacts_email_key UNIQUE (organization_id, email_key)
);
CREATE UNIQUE INDEX contacts_email_hash ON app.contacts (organization_id, email_hash);
CREATE INDEX idx_contacts_org_name ON app.contacts (organization_id, name_key, id);
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

-- What happened to a contact: consent, changes of status, edits. Who did it is kept by name.
CREATE TABLE app.contact_history (
    organization_id text NOT NULL,
    id              text NOT NULL,
    contact_id      text NOT NULL,
    at              timestamptz NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('added', 'edited', 'status', 'consent', 'tagged', 'form', 'preferences')),
    words           text NOT NULL CHECK (char_length(words) <= 3000),
    actor           text CHECK (char_length(actor) <= 200),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT contact_history_contact_fkey FOREIGN KEY (organization_id, contact_id)
        REFERENCES app.contacts (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_contact_history_contact ON app.contact_history (organization_id, contact_id, id);

-- Fields that an organization keeps of its contacts beside the fixed ones; values are in contacts.fields under the key.
CREATE TABLE app.contact_fields (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    key             text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 100),
    label           text NOT NULL CHECK (char_length(label) BETWEEN 1 AND 100),
    kind            text NOT NULL DEFAULT 'text' CHECK (kind IN ('text', 'number', 'date', 'boolean', 'choice')),
    choices         text[] NOT NULL DEFAULT '{}',
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT contact_fields_key UNIQUE (organization_id, key)
);

-- A form with which people put themselves on the list.
CREATE TABLE app.subscribe_forms (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    slug            text NOT NULL CHECK (char_length(slug) BETWEEN 1 AND 200),
    title           text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
    intro           text CHECK (char_length(intro) <= 1000),
    asks_name       boolean NOT NULL DEFAULT true,
    asks_company    boolean NOT NULL DEFAULT false,
    tags            text[] NOT NULL DEFAULT '{}',
    consent_wording text NOT NULL CHECK (char_length(consent_wording) BETWEEN 1 AND 2000),
    double_opt_in   boolean NOT NULL DEFAULT true,
    thanks          text CHECK (char_length(thanks) <= 1000),
    redirect_url    text CHECK (char_length(redirect_url) <= 2000),
    created_by      text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT subscribe_forms_slug_key UNIQUE (organization_id, slug)
);
CREATE INDEX idx_subscribe_forms_created_by ON app.subscribe_forms (created_by);

-- Sign-ups that wait for the click in the mail, with what was typed and agreed to. Gone when used or too old.
CREATE TABLE app.subscribe_requests (
    organization_id text NOT NULL,
    id              text NOT NULL,
    form_id         text NOT NULL,
    token_hash      bytea NOT NULL CHECK (octet_length(token_hash) <= 64),
    email_hash      bytea NOT NULL CHECK (octet_length(email_hash) <= 64),
    email           text NOT NULL CHECK (char_length(email) <= 320),
    name            text CHECK (char_length(name) <= 200),
    company         text CHECK (char_length(company) <= 200),
    consent_wording text NOT NULL CHECK (char_length(consent_wording) <= 2000),
    network         text CHECK (char_length(network) <= 64),
    created_at      timestamptz NOT NULL DEFAULT now(),
    confirmed_at    timestamptz,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT subscribe_requests_form_fkey FOREIGN KEY (organization_id, form_id)
        REFERENCES app.subscribe_forms (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_subscribe_requests_form ON app.subscribe_requests (organization_id, form_id);
CREATE INDEX idx_subscribe_requests_created ON app.subscribe_requests (organization_id, created_at);
CREATE UNIQUE INDEX idx_subscribe_requests_token ON app.subscribe_requests (organization_id, token_hash);

-- A CSV file of contacts on its way in, and what became of it.
CREATE TABLE app.contact_imports (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    file_key        text NOT NULL CHECK (char_length(file_key) <= 300),
    file_name       text NOT NULL CHECK (char_length(file_name) <= 300),
    state           text NOT NULL DEFAULT 'uploaded' CHECK (state IN ('uploaded', 'running', 'done', 'failed')),
    -- How it is read: {"encoding", "delimiter", "header", "columns", "status", …}, see the program.
    settings        jsonb NOT NULL DEFAULT '{}',
    rows_read       bigint NOT NULL DEFAULT 0 CHECK (rows_read >= 0),
    created         bigint NOT NULL DEFAULT 0 CHECK (created >= 0),
    updated         bigint NOT NULL DEFAULT 0 CHECK (updated >= 0),
    skipped         bigint NOT NULL DEFAULT 0 CHECK (skipped >= 0),
    refused         bigint NOT NULL DEFAULT 0 CHECK (refused >= 0),
    problem         text CHECK (char_length(problem) <= 1000),
    created_by      text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    created_at      timestamptz NOT NULL DEFAULT now(),
    finished_at     timestamptz,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX idx_contact_imports_created_by ON app.contact_imports (created_by);

-- Rows of a file that did not become contacts, and why.
CREATE TABLE app.contact_import_refusals (
    organization_id text NOT NULL,
    import_id       text NOT NULL,
    line            bigint NOT NULL,
    email           text CHECK (char_length(email) <= 320),
    reason          text NOT NULL CHECK (char_length(reason) <= 500),
    PRIMARY KEY (organization_id, import_id, line),
    CONSTRAINT contact_import_refusals_import_fkey FOREIGN KEY (organization_id, import_id)
        REFERENCES app.contact_imports (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);

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
    email_hash      bytea NOT NULL CHECK (octet_length(email_hash) <= 64),
    email           text CHECK (char_length(email) <= 320),
    reason          text NOT NULL CHECK (reason IN ('unsubscribed', 'hard_bounce', 'soft_bounces', 'complaint', 'erased', 'manual')),
    details         text CHECK (char_length(details) <= 1000),
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, email_hash)
);
CREATE INDEX idx_suppressions_org_created ON app.suppressions (organization_id, created_at);

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON app.contacts FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON app.segments FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON app.subscribe_forms FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();

CALL app.isolate('app.contacts');
CALL app.isolate('app.contact_history');
CALL app.isolate('app.contact_fields');
CALL app.isolate('app.subscribe_forms');
CALL app.isolate('app.subscribe_requests');
CALL app.isolate('app.contact_imports');
CALL app.isolate('app.contact_import_refusals');
CALL app.isolate('app.contact_tags');
CALL app.isolate('app.segments');
CALL app.isolate('app.suppressions');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.contacts, app.contact_tags, app.segments, app.suppressions,
    app.contact_history, app.contact_fields, app.subscribe_forms, app.subscribe_requests, app.contact_imports,
    app.contact_import_refusals TO contentpilot_app;
