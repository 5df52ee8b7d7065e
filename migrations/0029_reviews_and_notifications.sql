-- Working together on content: what reviewers are asked and answer, and who is told of it.

CREATE TABLE app.content_reviews (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    content_id      text NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('submitted', 'approved', 'changes_requested')),
    note            text,
    author_id       text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    -- Whom a request names; nobody in particular when empty.
    assignee_id     text REFERENCES users (id) ON UPDATE CASCADE ON DELETE SET NULL,
    -- A request that waits for its answer.
    is_open         boolean NOT NULL DEFAULT false,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT content_reviews_content_fkey FOREIGN KEY (organization_id, content_id)
        REFERENCES content_items (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_reviews_org_content ON app.content_reviews (organization_id, content_id, created_at);
CREATE UNIQUE INDEX content_reviews_one_open ON app.content_reviews (organization_id, content_id) WHERE is_open;
CREATE INDEX content_reviews_author_id_idx ON app.content_reviews (author_id);
CREATE INDEX content_reviews_assignee_id_idx ON app.content_reviews (assignee_id);
CALL app.isolate('app.content_reviews');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.content_reviews TO contentpilot_app;

CREATE TABLE app.notifications (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    user_id         text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
    kind            text NOT NULL,
    title           text NOT NULL,
    detail          text NOT NULL DEFAULT '',
    -- Where it leads, beneath the organization's pages: content/{id}.
    path            text NOT NULL DEFAULT '',
    created_at      timestamptz NOT NULL DEFAULT now(),
    read_at         timestamptz,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX idx_notifications_org_user ON app.notifications (organization_id, user_id, id DESC);
CREATE INDEX idx_notifications_unread ON app.notifications (organization_id, user_id) WHERE read_at IS NULL;
CREATE INDEX notifications_user_id_idx ON app.notifications (user_id);
CALL app.isolate('app.notifications');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.notifications TO contentpilot_app;

-- A person's own choice, the same in every organization: a row stands for a kind of which they want no mails.
CREATE TABLE app.silenced_mails (
    user_id text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
    kind    text NOT NULL,
    PRIMARY KEY (user_id, kind)
);
GRANT SELECT, INSERT, DELETE ON app.silenced_mails TO contentpilot_app;
