-- The new types, and the functions every tenant table stands on.

CREATE TYPE "CampaignType" AS ENUM (
    'CONTENT_MARKETING', 'EMAIL_MARKETING', 'SOCIAL_MEDIA', 'PAID_ADVERTISING',
    'SEO_CAMPAIGN', 'LEAD_GENERATION', 'BRAND_AWARENESS', 'PRODUCT_LAUNCH'
);
CREATE TYPE "CampaignStatus" AS ENUM ('DRAFT', 'PLANNING', 'ACTIVE', 'PAUSED', 'COMPLETED', 'CANCELLED');
CREATE TYPE "EmailStatus" AS ENUM ('DRAFT', 'SCHEDULED', 'SENDING', 'SENT', 'FAILED');
CREATE TYPE "PostStatus" AS ENUM ('DRAFT', 'SCHEDULED', 'PUBLISHED', 'FAILED');
CREATE TYPE "CommentStatus" AS ENUM ('PENDING', 'APPROVED', 'REJECTED', 'SPAM');
CREATE TYPE "SocialPlatform" AS ENUM (
    'FACEBOOK', 'TWITTER', 'INSTAGRAM', 'LINKEDIN', 'YOUTUBE', 'TIKTOK', 'PINTEREST'
);

GRANT USAGE ON SCHEMA app TO contentpilot_app;

-- The organization this transaction works for; NULL when none is set, so that no row is visible.
-- After a transaction that set it the setting is '' and not NULL, hence the NULLIF.
CREATE FUNCTION app.current_org() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('app.current_org_id', true), '');
REVOKE ALL ON FUNCTION app.current_org() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.current_org() TO contentpilot_app;

-- Moves updated_at forward when a person's edit changed the row.
-- The trigger's arguments name the columns that machines write (counters, the search vector); a change in those
-- alone is no edit. An updated_at that the statement itself sets (imports) is kept.
CREATE FUNCTION app.touch_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- Without arguments TG_ARGV is NULL.
    ignored text[] := coalesce(TG_ARGV, '{}');
BEGIN
    IF NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at
       AND (to_jsonb(NEW) - ignored) IS DISTINCT FROM (to_jsonb(OLD) - ignored)
    THEN
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION app.touch_updated_at() FROM PUBLIC;

-- Locks a tenant table: row security on, also for its owner, and one policy a command.
-- The scalar subquery is evaluated once a statement; inlined, a prepared statement can settle on scanning the tenant.
CREATE PROCEDURE app.isolate(tenant_table regclass)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name text := (SELECT relname FROM pg_class WHERE oid = tenant_table);
    own text := 'organization_id = (SELECT app.current_org())';
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY %I ON %s FOR SELECT USING (%s)', name || '_tenant_isolation', tenant_table, own);
    EXECUTE format('CREATE POLICY %I ON %s FOR INSERT WITH CHECK (%s)', name || '_insert', tenant_table, own);
    EXECUTE format(
        'CREATE POLICY %I ON %s FOR UPDATE USING (%s) WITH CHECK (%s)', name || '_update', tenant_table, own, own);
    EXECUTE format('CREATE POLICY %I ON %s FOR DELETE USING (%s)', name || '_delete', tenant_table, own);
END
$$;
REVOKE ALL ON PROCEDURE app.isolate(regclass) FROM PUBLIC;
