-- The counters of emails are kept by statements that PostgreSQL plans once a connection. The function before put its statement
-- together each time it was called, which is twice for every handful of messages, and to plan it cost more than to run it.

DO $make$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM (VALUES
        ('added', 'INSERT', 'NEW TABLE AS new_rows', 'SELECT 1 AS sign, n.* FROM new_rows AS n'),
        ('removed', 'DELETE', 'OLD TABLE AS old_rows', 'SELECT -1 AS sign, o.* FROM old_rows AS o'),
        ('changed', 'UPDATE', 'OLD TABLE AS old_rows NEW TABLE AS new_rows',
         'SELECT 1 AS sign, n.* FROM new_rows AS n UNION ALL SELECT -1, o.* FROM old_rows AS o')
    ) AS kinds (name, event, tables, source)
    LOOP
        EXECUTE format($text$
            CREATE FUNCTION app.count_%1$s_recipients() RETURNS trigger
                LANGUAGE plpgsql
                SET search_path = pg_catalog, pg_temp
            AS $body$
            BEGIN
                UPDATE public.email_campaigns AS email
                SET recipients = email.recipients + change.recipients, sent = email.sent + change.sent,
                    delivered = email.delivered + change.delivered, bounced = email.bounced + change.bounced,
                    failed = email.failed + change.failed, uncertain = email.uncertain + change.uncertain,
                    skipped = email.skipped + change.skipped, opened = email.opened + change.opened,
                    opened_raw = email.opened_raw + change.opened_raw, clicked = email.clicked + change.clicked,
                    clicked_raw = email.clicked_raw + change.clicked_raw,
                    unsubscribed = email.unsubscribed + change.unsubscribed, complained = email.complained + change.complained
                FROM (
                    SELECT organization_id, email_id, coalesce(sum(sign), 0) AS recipients,
                           coalesce(sum(sign) FILTER (WHERE state IN ('sent', 'delivered', 'bounced')), 0) AS sent,
                           coalesce(sum(sign) FILTER (WHERE state IN ('sent', 'delivered')), 0) AS delivered,
                           coalesce(sum(sign) FILTER (WHERE state = 'bounced'), 0) AS bounced,
                           coalesce(sum(sign) FILTER (WHERE state = 'failed'), 0) AS failed,
                           coalesce(sum(sign) FILTER (WHERE state = 'uncertain'), 0) AS uncertain,
                           coalesce(sum(sign) FILTER (WHERE state = 'skipped'), 0) AS skipped,
                           coalesce(sum(sign) FILTER (WHERE opened_at IS NOT NULL), 0) AS opened,
                           coalesce(sum(sign) FILTER (WHERE opened_raw_at IS NOT NULL), 0) AS opened_raw,
                           coalesce(sum(sign) FILTER (WHERE clicked_at IS NOT NULL), 0) AS clicked,
                           coalesce(sum(sign) FILTER (WHERE clicked_raw_at IS NOT NULL), 0) AS clicked_raw,
                           coalesce(sum(sign) FILTER (WHERE unsubscribed_at IS NOT NULL), 0) AS unsubscribed,
                           coalesce(sum(sign) FILTER (WHERE complained_at IS NOT NULL), 0) AS complained
                    FROM (%4$s) AS signed GROUP BY organization_id, email_id
                ) AS change
                WHERE email.organization_id = change.organization_id AND email.id = change.email_id
                  AND (change.recipients, change.sent, change.delivered, change.bounced, change.failed, change.uncertain,
                       change.skipped, change.opened, change.opened_raw, change.clicked, change.clicked_raw,
                       change.unsubscribed, change.complained) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
                RETURN NULL;
            END
            $body$;
            REVOKE ALL ON FUNCTION app.count_%1$s_recipients() FROM PUBLIC;
            DROP TRIGGER count_%1$s ON app.email_recipients;
            CREATE TRIGGER count_%1$s AFTER %2$s ON app.email_recipients
                REFERENCING %3$s FOR EACH STATEMENT EXECUTE FUNCTION app.count_%1$s_recipients();
            $text$, one.name, one.event, one.tables, one.source);
    END LOOP;
END
$make$;
DROP FUNCTION app.count_email_recipients();
