-- Links in mails that were delivered lead to their places for years, also when the email was deleted here since. So they are
-- bound to their organization alone.
ALTER TABLE app.email_links DROP CONSTRAINT email_links_email_fkey;
ALTER TABLE app.email_links ADD CONSTRAINT email_links_organization_fkey
    FOREIGN KEY (organization_id) REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE;
