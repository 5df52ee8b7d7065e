-- Two that are asked for at once are one.
UPDATE app.exports AS older SET finished_at = now(), failure = 'Another export was asked for at the same time.'
    WHERE finished_at IS NULL AND EXISTS (
        SELECT FROM app.exports AS newer
        WHERE newer.organization_id = older.organization_id AND newer.finished_at IS NULL AND newer.id > older.id);
CREATE UNIQUE INDEX exports_one_unfinished ON app.exports (organization_id) WHERE finished_at IS NULL;
