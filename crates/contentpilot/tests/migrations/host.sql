-- A small host platform's database, in the shape of a Prisma-managed one, with a few rows.
CREATE TYPE "UserRole" AS ENUM ('SUPER_ADMIN', 'ADMIN', 'MODERATOR', 'USER');
CREATE TYPE "OrgRole" AS ENUM ('OWNER', 'ADMIN', 'MEMBER', 'VIEWER');
CREATE TYPE "SubscriptionTier" AS ENUM ('FREE', 'CUSTOM', 'STARTER', 'GROWTH', 'ELITE', 'ENTERPRISE');
CREATE TYPE "SubscriptionStatus" AS ENUM ('ACTIVE', 'INACTIVE', 'TRIAL', 'CANCELLED');
CREATE TYPE "ContentType" AS ENUM ('PAGE', 'BLOG_POST', 'DOCUMENTATION', 'TEMPLATE');
CREATE TYPE "ContentStatus" AS ENUM ('DRAFT', 'PUBLISHED', 'ARCHIVED');
CREATE TABLE organizations (
    id text PRIMARY KEY, name text NOT NULL, slug text NOT NULL UNIQUE, description text, settings jsonb,
    subscription_status "SubscriptionStatus" NOT NULL DEFAULT 'TRIAL', billing_email text,
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, updated_at timestamp(3) NOT NULL
);
CREATE TABLE users (
    id text PRIMARY KEY, clerk_user_id text UNIQUE, email text NOT NULL UNIQUE, name text, avatar_url text,
    role "UserRole" NOT NULL DEFAULT 'USER', subscription_tier "SubscriptionTier" NOT NULL DEFAULT 'STARTER',
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, updated_at timestamp(3) NOT NULL
);
CREATE TABLE organization_members (
    id text PRIMARY KEY,
    user_id text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    role "OrgRole" NOT NULL DEFAULT 'MEMBER', permissions jsonb,
    joined_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE (user_id, organization_id)
);
CREATE TABLE content (
    id text PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    title text NOT NULL, slug text NOT NULL, content_type "ContentType" NOT NULL, content text NOT NULL, excerpt text,
    status "ContentStatus" NOT NULL DEFAULT 'DRAFT',
    author_id text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    published_at timestamp(3), seo_meta jsonb,
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, updated_at timestamp(3) NOT NULL,
    UNIQUE (organization_id, slug)
);
CREATE TABLE invoices (id text PRIMARY KEY, organization_id text NOT NULL REFERENCES organizations (id), total numeric);
ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
CREATE TABLE _prisma_migrations (
    id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz,
    migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
    started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0
);
INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name)
VALUES ('m1', repeat('a', 64), now(), '20250101000000_init');
INSERT INTO organizations (id, name, slug, updated_at) VALUES ('org1', 'Lantern Books', 'lantern', now()),
    ('org2', 'Kite Works', 'kite', now());
INSERT INTO users (id, email, updated_at) VALUES ('user1', 'ines@lantern.example', now()),
    ('user2', 'tom@kite.example', now());
INSERT INTO organization_members (id, user_id, organization_id, role) VALUES ('m1', 'user1', 'org1', 'OWNER'),
    ('m2', 'user2', 'org2', 'OWNER');
INSERT INTO content (id, organization_id, title, slug, content_type, content, author_id, updated_at)
VALUES ('c1', 'org1', 'About', 'about', 'PAGE', '<p>Books & lamps — ñ</p>', 'user1', now()),
    ('c2', 'org2', 'About', 'about', 'PAGE', 'Kites.', 'user2', now());
INSERT INTO invoices VALUES ('i1', 'org1', 12.50);
