-- How many revisions of an item an organization keeps.
ALTER TABLE app.site_settings
    ADD COLUMN revisions_kept integer NOT NULL DEFAULT 50
        CONSTRAINT site_settings_revisions_kept_check CHECK (revisions_kept BETWEEN 1 AND 500);
