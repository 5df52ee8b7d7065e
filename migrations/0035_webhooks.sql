-- Webhooks: who is told of what happens, what was said, and how each delivery went.

CREATE TABLE app.webhook_endpoints (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    url             text NOT NULL CHECK (char_length(url) BETWEEN 1 AND 2000),
    description     text NOT NULL DEFAULT '' CHECK (char_length(description) <= 200),
    -- Kinds of events; none stands for all.
    events          text[] NOT NULL DEFAULT '{}',
    -- Encrypted with the program's key.
    secret          bytea NOT NULL,
    previous_secret bytea,
    -- Until then both secrets sign.
    previous_until  timestamptz,
    is_active       boolean NOT NULL DEFAULT true,
    -- Why the program switched it off.
    disabled_reason text CHECK (disabled_reason IN ('gone', 'failing')),
    -- When the failures began that no success has followed.
    failing_since   timestamptz,
    created_by      text REFERENCES users (id) ON UPDATE CASCADE ON DELETE SET NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT webhook_endpoints_rotation_is_whole CHECK ((previous_secret IS NULL) = (previous_until IS NULL))
);
CREATE INDEX idx_webhook_endpoints_creator ON app.webhook_endpoints (created_by);

CREATE TABLE app.webhook_messages (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    kind            text NOT NULL CHECK (char_length(kind) BETWEEN 1 AND 100),
    -- The very bytes that are signed and sent.
    payload         text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX idx_webhook_messages_age ON app.webhook_messages (organization_id, created_at);

CREATE TABLE app.webhook_deliveries (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    endpoint_id     text NOT NULL,
    message_id      text NOT NULL,
    status          text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
    -- Of the round that began with the event or the last replay.
    attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_attempt_at timestamptz,
    -- A node is sending it until then.
    lease_until     timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    finished_at     timestamptz,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT webhook_deliveries_once UNIQUE (organization_id, message_id, endpoint_id),
    CONSTRAINT webhook_deliveries_endpoint_fkey FOREIGN KEY (organization_id, endpoint_id)
        REFERENCES app.webhook_endpoints (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT webhook_deliveries_message_fkey FOREIGN KEY (organization_id, message_id)
        REFERENCES app.webhook_messages (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_webhook_deliveries_endpoint ON app.webhook_deliveries (organization_id, endpoint_id, id);
CREATE INDEX idx_webhook_deliveries_due ON app.webhook_deliveries (organization_id, next_attempt_at)
    WHERE status = 'pending';

CREATE TABLE app.webhook_attempts (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    delivery_id     text NOT NULL,
    at              timestamptz NOT NULL DEFAULT now(),
    duration_ms     integer NOT NULL DEFAULT 0,
    -- With the signature left out.
    request_headers jsonb NOT NULL DEFAULT '{}',
    response_status integer,
    -- The beginning of it.
    response_body   text,
    -- Why there was no answer.
    failure         text,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT webhook_attempts_delivery_fkey FOREIGN KEY (organization_id, delivery_id)
        REFERENCES app.webhook_deliveries (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_webhook_attempts_delivery ON app.webhook_attempts (organization_id, delivery_id, id);

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON app.webhook_endpoints
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at('failing_since');

CALL app.isolate('app.webhook_endpoints');
CALL app.isolate('app.webhook_messages');
CALL app.isolate('app.webhook_deliveries');
CALL app.isolate('app.webhook_attempts');
GRANT SELECT, INSERT, UPDATE, DELETE
    ON app.webhook_endpoints, app.webhook_messages, app.webhook_deliveries, app.webhook_attempts TO contentpilot_app;
