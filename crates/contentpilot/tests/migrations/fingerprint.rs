//! The catalogue in words, so that two databases can be compared.

use crate::database::text;
use tokio_postgres::Client;

const SCHEMA: &str = "
    WITH ours AS (SELECT oid, nspname FROM pg_namespace WHERE nspname IN ('public', 'app')),
    lines AS (
        SELECT format('relation %s %s rls=%s forced=%s acl=%s', c.relkind, c.oid::regclass, relrowsecurity,
                      relforcerowsecurity, (SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(relacl) AS a)) AS line
        FROM pg_class AS c JOIN ours ON ours.oid = relnamespace
        UNION ALL
        SELECT format('column %s.%s %s notnull=%s default=%s', attrelid::regclass, attname, format_type(atttypid, atttypmod),
                      attnotnull, pg_get_expr(adbin, adrelid))
        FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid JOIN ours ON ours.oid = relnamespace
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attnum > 0 AND NOT attisdropped
        UNION ALL
        SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(c.oid))
        FROM pg_constraint AS c JOIN ours ON ours.oid = connamespace
        UNION ALL
        SELECT format('index %s valid=%s', pg_get_indexdef(indexrelid), indisvalid)
        FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid JOIN ours ON ours.oid = relnamespace
        UNION ALL
        SELECT format('policy %s %s %s %s %s', polrelid::regclass, polname, polcmd, pg_get_expr(polqual, polrelid),
                      pg_get_expr(polwithcheck, polrelid)) FROM pg_policy
        UNION ALL
        SELECT format('trigger %s %s', tgrelid::regclass, pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL
        SELECT format('function %s acl=%s %s', p.oid::regprocedure, proacl, md5(pg_get_functiondef(p.oid)))
        FROM pg_proc AS p JOIN ours ON ours.oid = pronamespace WHERE prokind IN ('f', 'p')
        UNION ALL
        SELECT format('enum %s %s', enumtypid::regtype, string_agg(enumlabel, ' ' ORDER BY enumsortorder))
        FROM pg_enum GROUP BY enumtypid
    )
    SELECT string_agg(line, E'\n' ORDER BY line) FROM lines";

/// Everything in our two schemas, one line a thing, and the ledger.
pub async fn of_schema(client: &Client) -> String {
    let ledger =
        "SELECT string_agg(format('%s %s %s', version, name, checksum), E'\n' ORDER BY version) FROM app.migrations";
    format!("{}\n{}", text(client, SCHEMA).await, text(client, ledger).await)
}

/// The columns, keys, indexes and rows of the host's own tables.
pub async fn of_host(client: &Client) -> String {
    let tables = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                  AND relname IN ('organizations', 'users', 'organization_members', 'content', 'customers', 'invoices',
                                  '_prisma_migrations') ORDER BY 1";
    let mut lines = Vec::new();
    for row in client.query(tables, &[]).await.unwrap() {
        let table: String = row.get(0);
        let rows =
            format!("SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t.id), '')) FROM public.\"{table}\" AS t");
        let shape = format!(
            "SELECT (SELECT string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull,
                            pg_get_expr(adbin, adrelid)), ', ' ORDER BY attnum)
                     FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
                     WHERE attrelid = oid AND attnum > 0)
                 || (SELECT string_agg(pg_get_indexdef(indexrelid), ', ' ORDER BY indexrelid) FROM pg_index WHERE indrelid = oid)
                 || coalesce((SELECT string_agg(pg_get_constraintdef(k.oid), ', ' ORDER BY k.oid) FROM pg_constraint AS k
                     WHERE conrelid = c.oid), '')
                 || relrowsecurity || relforcerowsecurity || relfilenode
             FROM pg_class AS c WHERE oid = 'public.\"{table}\"'::regclass"
        );
        lines.push(format!("{table} {} {}", text(client, &rows).await, text(client, &shape).await));
    }
    lines.join("\n")
}
