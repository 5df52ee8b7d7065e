-- The site's logo is a file in use like any other, whoever sets it. A logo that stands already is noted when the settings are
-- saved the next time.
ALTER TABLE app.media_uses DROP CONSTRAINT media_uses_kind_check;
ALTER TABLE app.media_uses ADD CONSTRAINT media_uses_kind_check
    CHECK (kind IN ('content', 'email', 'social_post', 'campaign', 'site'));

CREATE FUNCTION app.note_site_logo() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- An address is /media/{organization}/{token}/{name}, on whichever host.
    wanted text := split_part(split_part(NEW.logo_url, '/media/' || NEW.organization_id || '/', 2), '/', 1);
BEGIN
    DELETE FROM app.media_uses AS used USING public.media_assets AS asset
        WHERE used.organization_id = NEW.organization_id AND used.kind = 'site' AND asset.organization_id = used.organization_id
          AND asset.id = used.asset_id AND asset.token IS DISTINCT FROM wanted;
    INSERT INTO app.media_uses (organization_id, asset_id, kind, entity_id)
        SELECT NEW.organization_id, asset.id, 'site', 'logo' FROM public.media_assets AS asset
        WHERE asset.organization_id = NEW.organization_id AND asset.token = wanted
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION app.note_site_logo() FROM PUBLIC;
CREATE TRIGGER note_site_logo AFTER INSERT OR UPDATE OF logo_url ON app.site_settings
    FOR EACH ROW EXECUTE FUNCTION app.note_site_logo();
