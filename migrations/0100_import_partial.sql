-- A row of a file may become a contact without some of its values: what could not be read, or was too long. It is told in the
-- report, beside the rows that did not come in at all.
ALTER TABLE app.contact_imports ADD COLUMN partial bigint NOT NULL DEFAULT 0 CHECK (partial >= 0);
ALTER TABLE app.contact_import_refusals ADD COLUMN is_partial boolean NOT NULL DEFAULT false;
