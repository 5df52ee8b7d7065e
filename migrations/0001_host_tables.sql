-- The host platform's tables and types, in the host's own shape.
-- On a host platform's database all of them exist and nothing here does anything;
-- each is looked at separately because a platform may carry only some of the types.

DO $$
BEGIN
    IF to_regtype('public."UserRole"') IS NULL THEN
        CREATE TYPE "UserRole" AS ENUM ('SUPER_ADMIN', 'ADMIN', 'MODERATOR', 'USER');
    END IF;
    IF to_regtype('public."OrgRole"') IS NULL THEN
        CREATE TYPE "OrgRole" AS ENUM ('OWNER', 'ADMIN', 'MEMBER', 'VIEWER');
    END IF;
    IF to_regtype('public."SubscriptionTier"') IS NULL THEN
        CREATE TYPE "SubscriptionTier" AS ENUM ('FREE', 'CUSTOM', 'STARTER', 'GROWTH', 'ELITE', 'ENTERPRISE');
    END IF;
    IF to_regtype('public."SubscriptionStatus"') IS NULL THEN
        CREATE TYPE "SubscriptionStatus" AS ENUM ('ACTIVE', 'INACTIVE', 'TRIAL', 'CANCELLED');
    END IF;
    -- These two begin with the host's values; the next migration adds ours to old and new alike.
    IF to_regtype('public."ContentType"') IS NULL THEN
        CREATE TYPE "ContentType" AS ENUM ('PAGE', 'BLOG_POST', 'DOCUMENTATION', 'TEMPLATE');
    END IF;
    IF to_regtype('public."ContentStatus"') IS NULL THEN
        CREATE TYPE "ContentStatus" AS ENUM ('DRAFT', 'PUBLISHED', 'ARCHIVED');
    END IF;
END
$$;

DO $$
BEGIN
    IF to_regclass('public.organizations') IS NULL THEN
        CREATE TABLE organizations (
            id                  text PRIMARY KEY,
            name                text NOT NULL,
            slug                text NOT NULL,
            description         text,
            settings            jsonb,
            subscription_status "SubscriptionStatus" NOT NULL DEFAULT 'TRIAL',
            billing_email       text,
            created_at          timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            updated_at          timestamp(3) NOT NULL
        );
        CREATE UNIQUE INDEX organizations_slug_key ON organizations (slug);
    END IF;

    IF to_regclass('public.users') IS NULL THEN
        CREATE TABLE users (
            id                text PRIMARY KEY,
            clerk_user_id     text,
            email             text NOT NULL,
            name              text,
            avatar_url        text,
            role              "UserRole" NOT NULL DEFAULT 'USER',
            subscription_tier "SubscriptionTier" NOT NULL DEFAULT 'STARTER',
            is_active         boolean NOT NULL DEFAULT true,
            created_at        timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            updated_at        timestamp(3) NOT NULL
        );
        CREATE UNIQUE INDEX users_email_key ON users (email);
        CREATE UNIQUE INDEX users_clerk_user_id_key ON users (clerk_user_id);
    END IF;

    IF to_regclass('public.organization_members') IS NULL THEN
        CREATE TABLE organization_members (
            id              text PRIMARY KEY,
            user_id         text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
            organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
            role            "OrgRole" NOT NULL DEFAULT 'MEMBER',
            permissions     jsonb,
            joined_at       timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            created_at      timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
        );
        CREATE UNIQUE INDEX organization_members_user_id_organization_id_key
            ON organization_members (user_id, organization_id);
        -- The host has no index on this side; where the table is ours the organization's member list needs one.
        CREATE INDEX organization_members_organization_id_idx ON organization_members (organization_id);
    END IF;
END
$$;

-- On PostgreSQL 15 everybody may use the schema; a host may have taken that away.
DO $$
BEGIN
    IF NOT has_schema_privilege('contentpilot_app', 'public', 'USAGE') THEN
        GRANT USAGE ON SCHEMA public TO contentpilot_app;
    END IF;
END
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON organizations, users, organization_members TO contentpilot_app;

-- The legacy content of a host platform is read by its importer and never written.
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_attribute
        WHERE attrelid = to_regclass('public.content') AND attname = 'organization_id' AND NOT attisdropped
    ) THEN
        GRANT SELECT ON public.content TO contentpilot_app;
    END IF;
END
$$;
