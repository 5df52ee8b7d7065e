-- Whose sending domains are, among all organizations, and what a report tells of openings and clicks.

-- An organization that has shown that a domain is its own is the only one that sends from it.
CREATE TABLE app.sending_domain_owners (
    domain          text PRIMARY KEY CHECK (char_length(domain) BETWEEN 1 AND 253),
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_sending_domain_owners_org ON app.sending_domain_owners (organization_id);
GRANT SELECT, INSERT, DELETE ON app.sending_domain_owners TO contentpilot_app;

-- What an opening or a click came from: phone, tablet or computer, as far as it tells.
ALTER TABLE app.email_events ADD COLUMN device text CHECK (char_length(device) <= 20);
