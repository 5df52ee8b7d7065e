-- What the machine's programs tell of a file is nobody's edit, and pages show a still as soon as there is one.

CREATE OR REPLACE TRIGGER touch_updated_at BEFORE UPDATE ON media_assets
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at('usage_count', 'last_used', 'placeholder', 'likeness', 'pages', 'has_poster', 'duration');

CREATE OR REPLACE TRIGGER announce_update AFTER UPDATE ON media_assets
    FOR EACH ROW WHEN ((OLD.revision, OLD.deleted_at, OLD.is_private, OLD.has_poster)
        IS DISTINCT FROM (NEW.revision, NEW.deleted_at, NEW.is_private, NEW.has_poster))
    EXECUTE FUNCTION app.announce_site_change();
