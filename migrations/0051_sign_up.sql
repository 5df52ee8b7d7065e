-- Signing up: what the pages of a site offer, and how limits find earlier requests.

ALTER TABLE app.site_settings
    -- The form that the pages of the site show, as they show it: {"form": slug, "title", "intro"}.
    ADD COLUMN newsletter jsonb CONSTRAINT site_settings_newsletter_check CHECK (jsonb_typeof(newsletter) = 'object');

CREATE INDEX idx_subscribe_requests_email ON app.subscribe_requests (organization_id, email_hash, created_at);
CREATE INDEX idx_subscribe_requests_network ON app.subscribe_requests (organization_id, network, created_at);
