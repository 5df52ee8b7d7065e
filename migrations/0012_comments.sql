-- What moderation needs: from where a visitor wrote, and what each organization does not want to see.

-- The visitor's address, an IPv6 one cut to its network; the program forgets it after a month.
ALTER TABLE content_comments ADD COLUMN author_ip text;

-- Forgetting an address is no change of the comment.
CREATE OR REPLACE TRIGGER touch_updated_at BEFORE UPDATE ON content_comments
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at('author_ip');

CREATE TABLE app.comment_blocklist (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('word', 'email', 'ip')),
    -- Lower-case: words as they stand in a text, a mail address or its @domain, an address or a network.
    value           text NOT NULL CHECK (char_length(value) BETWEEN 1 AND 320),
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT comment_blocklist_value_key UNIQUE (organization_id, kind, value)
);
CALL app.isolate('app.comment_blocklist');
GRANT SELECT, INSERT, DELETE ON app.comment_blocklist TO contentpilot_app;
