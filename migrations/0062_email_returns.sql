-- What comes back of emails: bounces and complaints find their way to the row they are about.

-- Which organizations sent an email of this id: the mark in a return path has no room for that. Ids alone; the signature of
-- the mark tells whose it is.
CREATE TABLE app.return_paths (
    organization_id text NOT NULL,
    email_id        text NOT NULL,
    PRIMARY KEY (organization_id, email_id),
    CONSTRAINT return_paths_email_fkey FOREIGN KEY (organization_id, email_id)
        REFERENCES email_campaigns (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
-- Mail servers may change the case of an address.
CREATE INDEX idx_return_paths_email ON app.return_paths (lower(email_id));
GRANT SELECT, INSERT, UPDATE, DELETE ON app.return_paths TO contentpilot_app;

-- A refusal for the sender's or the message's sake says nothing about the address, so it is no bounce.
ALTER TABLE app.email_events DROP CONSTRAINT email_events_kind_check;
ALTER TABLE app.email_events ADD CONSTRAINT email_events_kind_check
    CHECK (kind IN ('delivered', 'open', 'click', 'bounce', 'soft_bounce', 'refusal', 'complaint', 'unsubscribe')) NOT VALID;
