-- What belonged to a deleted item, a row for each: gathered in one value, long histories grew past what one can hold.

CREATE TABLE app.content_bin_parts (
    organization_id text NOT NULL,
    -- The item that lies in the bin.
    content_id      text NOT NULL,
    -- The table that the row comes from and goes back to, as SQL names it.
    table_name      text NOT NULL,
    position        bigint NOT NULL,
    part            jsonb NOT NULL,
    PRIMARY KEY (organization_id, content_id, table_name, position),
    CONSTRAINT content_bin_parts_item_fkey FOREIGN KEY (organization_id, content_id)
        REFERENCES app.content_bin (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CALL app.isolate('app.content_bin_parts');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.content_bin_parts TO contentpilot_app;

COMMENT ON COLUMN app.content_bin.belongings IS
    'What belonged to items deleted before app.content_bin_parts was there; a month later it is empty everywhere.';
