-- Copies each of Harbor's rows of every tenant table {copies} times. What must be unique, and refers to nothing, gets a
-- nth; join tables, whose key is nothing but references, are filled at the end.
UPDATE content_items SET status = 'PUBLISHED', published_at = '2026-02-01', category_id = 'harbor-category'
    WHERE organization_id = 'org-harbor';
INSERT INTO app.notifications (organization_id, id, user_id, kind, title)
    VALUES ('org-harbor', 'harbor-notification', 'user-harbor-owner', 'review_requested', 'Look');

INSERT INTO app.audit_log (organization_id, id, actor_kind, actor_id, actor_name, action, entity_type, entity_id, details)
    VALUES ('org-harbor', 'harbor-entry', 'user', 'user-harbor-owner', 'Harbor Owner', 'content.publish', 'content', 'harbor-item', '{}');
INSERT INTO users SELECT copy.* FROM users AS kept, generate_series(1, {copies}) AS nth,
    jsonb_populate_record(NULL::users, to_jsonb(kept) || jsonb_build_object(
        'id', kept.id || '-' || nth, 'email', nth || '-' || kept.email)) AS copy
    WHERE kept.id = 'user-harbor-viewer';
INSERT INTO organization_members (id, user_id, organization_id, role)
    SELECT 'membership-' || id, id, 'org-harbor', 'ADMIN' FROM users WHERE id LIKE 'user-harbor-viewer-%';

DO $$
DECLARE
    one record;
    changes text;
BEGIN
    FOR one IN
        SELECT part.attrelid AS oid, part.attrelid::regclass AS name,
               array_agg(DISTINCT part.attname) AS unique_columns
        FROM pg_index AS key
        JOIN pg_attribute AS part ON part.attrelid = key.indrelid AND part.attnum = ANY (key.indkey)
        JOIN pg_class AS held ON held.oid = key.indrelid AND held.relkind = 'r'
        JOIN pg_namespace AS place ON place.oid = held.relnamespace AND place.nspname IN ('public', 'app')
        WHERE key.indisunique AND part.attname <> 'organization_id' AND part.attgenerated = ''
          AND EXISTS (SELECT FROM pg_attribute AS tenant
                      WHERE tenant.attrelid = key.indrelid AND tenant.attname = 'organization_id')
          AND NOT EXISTS (SELECT FROM pg_constraint AS reference
                          WHERE reference.contype = 'f' AND reference.conrelid = key.indrelid
                            AND part.attnum = ANY (reference.conkey))
        GROUP BY part.attrelid
    LOOP
        SELECT string_agg(format('%L, %s', one_column.name, CASE
                   WHEN one_column.type IN ('text', 'varchar') THEN format('%I || ''-'' || nth', one_column.name)
                   WHEN one_column.type IN ('int4', 'int8', 'int2') THEN format('%I + nth', one_column.name)
                   WHEN one_column.type = 'bytea' THEN format('%I || decode(lpad(nth::text, 4, ''0''), ''hex'')', one_column.name)
                   WHEN one_column.type IN ('timestamptz', 'timestamp') THEN format('%I + nth * interval ''1 second''', one_column.name)
                   ELSE format('%I', one_column.name) END), ', ')
            INTO changes
            FROM (SELECT attribute.attname AS name, kind.typname AS type
                  FROM pg_attribute AS attribute JOIN pg_type AS kind ON kind.oid = attribute.atttypid
                  WHERE attribute.attrelid = one.oid AND attribute.attname = ANY (one.unique_columns)) AS one_column;
        EXECUTE format(
            'INSERT INTO %1$s (%2$s) SELECT %3$s FROM (SELECT * FROM %1$s WHERE organization_id = ''org-harbor'') AS kept,
                 generate_series(1, {copies}) AS nth,
                 jsonb_populate_record(NULL::%1$s, to_jsonb(kept) || jsonb_build_object(%4$s)) AS copy
             ON CONFLICT DO NOTHING',
            one.name,
            (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
             WHERE attrelid = one.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''),
            (SELECT string_agg('copy.' || quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
             WHERE attrelid = one.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''),
            changes);
    END LOOP;
END
$$;

INSERT INTO app.content_item_tags (organization_id, content_id, tag_id, position)
    SELECT 'org-harbor', item.id, tag.id, 0 FROM content_items AS item, content_tags AS tag
    WHERE item.organization_id = 'org-harbor' AND tag.organization_id = 'org-harbor';
INSERT INTO app.contact_tags (organization_id, contact_id, tag)
    SELECT 'org-harbor', contact.id, word FROM app.contacts AS contact, unnest(ARRAY['one', 'two', 'three']) AS word
    WHERE contact.organization_id = 'org-harbor';
INSERT INTO app.media_asset_tags (organization_id, asset_id, tag)
    SELECT 'org-harbor', asset.id, word FROM media_assets AS asset, unnest(ARRAY['one', 'two', 'three']) AS word
    WHERE asset.organization_id = 'org-harbor';
INSERT INTO campaign_content (organization_id, id, campaign_id, content_id)
    SELECT 'org-harbor', 'attached-' || campaign.id || '-' || item.id, campaign.id, item.id FROM content_items AS item, campaigns AS campaign
    WHERE item.organization_id = 'org-harbor' AND campaign.organization_id = 'org-harbor'
      AND (item.id = 'harbor-item' OR campaign.id = 'harbor-campaign')
    ON CONFLICT DO NOTHING;
SELECT set_config('app.current_org_id', 'org-harbor', false);
SELECT app.index_content(id) FROM content_items WHERE organization_id = 'org-harbor';
