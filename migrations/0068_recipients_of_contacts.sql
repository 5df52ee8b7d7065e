-- Recipients name their contacts without a foreign key: to check half a million of them locked as many contacts, one by one, and
-- took as long as all the rest of making them. Instead, contacts that go take their name off the recipients, and no email is
-- being given recipients meanwhile.

ALTER TABLE app.email_recipients DROP CONSTRAINT email_recipients_contact_fkey;

-- The file before made another in its place.
DROP INDEX IF EXISTS app.idx_email_recipients_due;

-- The lock that whoever gives an email its recipients holds alone, and that deletions of contacts share.
CREATE FUNCTION app.recipients_lock(organization text) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp
    RETURN hashtextextended('recipients of ' || organization, 0);

CREATE FUNCTION app.forget_contacts_of_recipients() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(app.recipients_lock(each.organization_id))
    FROM (SELECT DISTINCT organization_id FROM gone ORDER BY organization_id) AS each;
    -- A statement of its own: it sees what was committed while the lock was waited for.
    UPDATE app.email_recipients AS recipient SET contact_id = NULL
    FROM gone WHERE recipient.organization_id = gone.organization_id AND recipient.contact_id = gone.id;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION app.recipients_lock(text), app.forget_contacts_of_recipients() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.recipients_lock(text) TO contentpilot_app;
CREATE TRIGGER forget_contacts_of_recipients AFTER DELETE ON app.contacts
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION app.forget_contacts_of_recipients();
