-- Lists of content that people gave a name, and the one with which each person's library begins.

CREATE TABLE app.content_views (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    owner_id        text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
    name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    -- Search, filters and order as they stand in the library's address.
    query           text NOT NULL DEFAULT '' CHECK (char_length(query) <= 2000),
    is_shared       boolean NOT NULL DEFAULT false,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT content_views_name_key UNIQUE (organization_id, owner_id, name)
);
CREATE INDEX idx_content_views_owner ON app.content_views (owner_id);

CREATE TABLE app.content_default_views (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    user_id         text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
    view_id         text NOT NULL,
    PRIMARY KEY (organization_id, user_id),
    CONSTRAINT content_default_views_view_fkey FOREIGN KEY (organization_id, view_id)
        REFERENCES app.content_views (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_content_default_views_user ON app.content_default_views (user_id);
CREATE INDEX idx_content_default_views_view ON app.content_default_views (organization_id, view_id);

CALL app.isolate('app.content_views');
CALL app.isolate('app.content_default_views');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.content_views, app.content_default_views TO contentpilot_app;
