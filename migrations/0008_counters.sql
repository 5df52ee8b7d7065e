-- Counters that follow their rows. Each statement is counted once, however many rows it changed, so that importing a
-- thousand comments updates each item once. When an item or an organization goes by cascade the counted rows are gone
-- already or about to go, and the update finds nothing or does no harm.

CREATE FUNCTION app.count_tag_usage() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        UPDATE public.content_tags AS tag SET usage_count = tag.usage_count + changed.amount
        FROM (SELECT organization_id, tag_id, count(*)::integer AS amount FROM added GROUP BY 1, 2) AS changed
        WHERE tag.organization_id = changed.organization_id AND tag.id = changed.tag_id;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        UPDATE public.content_tags AS tag SET usage_count = greatest(tag.usage_count - changed.amount, 0)
        FROM (SELECT organization_id, tag_id, count(*)::integer AS amount FROM removed GROUP BY 1, 2) AS changed
        WHERE tag.organization_id = changed.organization_id AND tag.id = changed.tag_id;
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION app.count_approved_comments() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        UPDATE public.content_items AS item SET comment_count = item.comment_count + changed.amount
        FROM (SELECT organization_id, content_id, count(*)::integer AS amount FROM added
              WHERE status = 'APPROVED' GROUP BY 1, 2) AS changed
        WHERE item.organization_id = changed.organization_id AND item.id = changed.content_id;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        UPDATE public.content_items AS item SET comment_count = greatest(item.comment_count - changed.amount, 0)
        FROM (SELECT organization_id, content_id, count(*)::integer AS amount FROM removed
              WHERE status = 'APPROVED' GROUP BY 1, 2) AS changed
        WHERE item.organization_id = changed.organization_id AND item.id = changed.content_id;
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION app.count_tag_usage() FROM PUBLIC;
REVOKE ALL ON FUNCTION app.count_approved_comments() FROM PUBLIC;

CREATE TRIGGER count_tag_usage_added AFTER INSERT ON app.content_item_tags
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.count_tag_usage();
CREATE TRIGGER count_tag_usage_changed AFTER UPDATE ON app.content_item_tags
    REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.count_tag_usage();
CREATE TRIGGER count_tag_usage_removed AFTER DELETE ON app.content_item_tags
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION app.count_tag_usage();

CREATE TRIGGER count_approved_added AFTER INSERT ON content_comments
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.count_approved_comments();
CREATE TRIGGER count_approved_changed AFTER UPDATE ON content_comments
    REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION app.count_approved_comments();
CREATE TRIGGER count_approved_removed AFTER DELETE ON content_comments
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION app.count_approved_comments();
