-- Categories, tags, items, revisions and comments.

CREATE TABLE content_categories (
    organization_id  text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id               text NOT NULL,
    name             text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    slug             text NOT NULL CHECK (slug ~ '^[a-z0-9-]{1,200}$'),
    description      text CHECK (char_length(description) <= 2000),
    color            text CHECK (char_length(color) <= 32),
    is_active        boolean NOT NULL DEFAULT true,
    sort_order       integer NOT NULL DEFAULT 0,
    meta_title       text CHECK (char_length(meta_title) <= 200),
    meta_description text CHECK (char_length(meta_description) <= 500),
    parent_id        text,
    created_by       text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    version          integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT content_categories_organization_id_slug_key UNIQUE (organization_id, slug),
    CONSTRAINT content_categories_parent_fkey FOREIGN KEY (organization_id, parent_id)
        REFERENCES content_categories (organization_id, id) ON DELETE SET NULL (parent_id),
    CONSTRAINT content_categories_parent_is_another CHECK (parent_id <> id)
);
CREATE INDEX idx_categories_org_parent ON content_categories (organization_id, parent_id);
CREATE INDEX idx_categories_created_by ON content_categories (created_by, organization_id);

CREATE TABLE content_tags (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    slug            text NOT NULL CHECK (slug ~ '^[a-z0-9-]{1,200}$'),
    color           text CHECK (char_length(color) <= 32),
    usage_count     integer NOT NULL DEFAULT 0 CHECK (usage_count >= 0),
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT content_tags_organization_id_slug_key UNIQUE (organization_id, slug)
);

CREATE TABLE content_items (
    organization_id  text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id               text NOT NULL,
    title            text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
    slug             text NOT NULL CHECK (slug ~ '^[a-z0-9-]{1,200}$'),
    excerpt          text CHECK (char_length(excerpt) <= 500),
    content          text NOT NULL DEFAULT '',
    type             "ContentType" NOT NULL,
    status           "ContentStatus" NOT NULL DEFAULT 'DRAFT',
    language         text NOT NULL DEFAULT 'en' CHECK (char_length(language) BETWEEN 1 AND 35),
    meta_title       text CHECK (char_length(meta_title) <= 200),
    meta_description text CHECK (char_length(meta_description) <= 500),
    keywords         text[] NOT NULL DEFAULT '{}',
    canonical_url    text CHECK (char_length(canonical_url) <= 2048),
    featured_image   text CHECK (char_length(featured_image) <= 2048),
    gallery          text[] NOT NULL DEFAULT '{}',
    video_url        text CHECK (char_length(video_url) <= 2048),
    audio_url        text CHECK (char_length(audio_url) <= 2048),
    published_at     timestamptz,
    scheduled_for    timestamptz,
    expires_at       timestamptz,
    featured         boolean NOT NULL DEFAULT false,
    comments_enabled boolean NOT NULL DEFAULT true,
    word_count       integer NOT NULL DEFAULT 0 CHECK (word_count >= 0),
    view_count       integer NOT NULL DEFAULT 0 CHECK (view_count >= 0),
    share_count      integer NOT NULL DEFAULT 0 CHECK (share_count >= 0),
    like_count       integer NOT NULL DEFAULT 0 CHECK (like_count >= 0),
    comment_count    integer NOT NULL DEFAULT 0 CHECK (comment_count >= 0),
    analytics_data   jsonb,
    -- Written by app.index_content() after the edit, so that a save does not pay for it.
    search_vector    tsvector,
    author_id        text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    category_id      text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    version          integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT content_items_organization_id_slug_key UNIQUE (organization_id, slug),
    CONSTRAINT content_items_category_fkey FOREIGN KEY (organization_id, category_id)
        REFERENCES content_categories (organization_id, id) ON DELETE SET NULL (category_id)
);
CREATE INDEX idx_content_org_category ON content_items (organization_id, category_id, published_at DESC);
CREATE INDEX idx_content_author ON content_items (author_id, organization_id);

CREATE TABLE content_revisions (
    organization_id text NOT NULL,
    id              text NOT NULL,
    content_id      text NOT NULL,
    title           text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
    content_body    text NOT NULL,
    excerpt         text CHECK (char_length(excerpt) <= 500),
    version         integer NOT NULL CHECK (version >= 1),
    comment         text CHECK (char_length(comment) <= 500),
    created_by      text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    -- Also the index of the foreign key, and of "the newest fifty".
    CONSTRAINT content_revisions_content_version_key UNIQUE (organization_id, content_id, version),
    CONSTRAINT content_revisions_content_fkey FOREIGN KEY (organization_id, content_id)
        REFERENCES content_items (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_revisions_created_by ON content_revisions (created_by, organization_id);

CREATE TABLE content_comments (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    content_id      text NOT NULL,
    comment         text NOT NULL CHECK (char_length(comment) BETWEEN 1 AND 20000),
    status          "CommentStatus" NOT NULL DEFAULT 'PENDING',
    parent_id       text,
    -- NULL for a visitor's comment, which carries the name and address the visitor gave.
    author_id       text REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    author_name     text CHECK (char_length(author_name) <= 200),
    author_email    text CHECK (char_length(author_email) <= 320),
    author_url      text CHECK (char_length(author_url) <= 2048),
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT content_comments_content_fkey FOREIGN KEY (organization_id, content_id)
        REFERENCES content_items (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT content_comments_parent_fkey FOREIGN KEY (organization_id, parent_id)
        REFERENCES content_comments (organization_id, id) ON DELETE SET NULL (parent_id),
    CONSTRAINT content_comments_parent_is_another CHECK (parent_id <> id)
);
CREATE INDEX idx_comments_org_content ON content_comments (organization_id, content_id, created_at);
CREATE INDEX idx_comments_org_parent ON content_comments (organization_id, parent_id);
CREATE INDEX idx_comments_author ON content_comments (author_id, organization_id);

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON content_categories
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON content_tags
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at('usage_count');
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON content_items
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at(
        'view_count', 'share_count', 'like_count', 'comment_count', 'analytics_data', 'search_vector');
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON content_comments
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();

CALL app.isolate('content_categories');
CALL app.isolate('content_tags');
CALL app.isolate('content_items');
CALL app.isolate('content_revisions');
CALL app.isolate('content_comments');

GRANT SELECT, INSERT, UPDATE, DELETE
    ON content_categories, content_tags, content_items, content_revisions, content_comments TO contentpilot_app;
