//! Which tables are tenants', and how they are locked.

use super::expected::{CONDITION, CURRENT_ORG, OWNER_ONLY, TABLES};
use super::report::{Check, Report};
use kernel::migrate::GLOBAL_TABLES;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Transaction};

/// One table that holds tenants' rows.
pub(super) struct Table {
    pub oid: u32,
    pub schema: String,
    pub name: String,
}

impl Table {
    /// The name as SQL takes it; ours are all plain lower-case words.
    pub fn sql(&self) -> String {
        format!("\"{}\".\"{}\"", self.schema, self.name)
    }

    /// Whether nobody but its owner may touch it.
    pub fn is_owner_only(&self) -> bool {
        self.schema == "app" && OWNER_ONLY.contains(&self.name.as_str())
    }
}

/// The eleven in public and every table of schema `app` that is not named as global.
pub(super) async fn tenant_tables(transaction: &Transaction<'_>) -> Result<Vec<Table>, Error> {
    let sql = "
        SELECT t.oid, n.nspname::text, t.relname::text
        FROM pg_class AS t JOIN pg_namespace AS n ON n.oid = t.relnamespace
        WHERE t.relkind IN ('r', 'p')
          AND (n.nspname = 'public' AND t.relname = ANY ($1) OR n.nspname = 'app' AND t.relname <> ALL ($2))
        ORDER BY 2 DESC, 3";
    let rows = transaction.query(sql, &[&TABLES, &GLOBAL_TABLES]).await?;
    Ok(rows.iter().map(|row| Table { oid: row.get(0), schema: row.get(1), name: row.get(2) }).collect())
}

pub(super) fn oids(tables: &[Table]) -> Vec<u32> {
    tables.iter().map(|table| table.oid).collect()
}

/// The first column of every row: each query of the doctor returns what is wrong, in words.
pub(super) async fn problems(
    transaction: &Transaction<'_>,
    sql: &str,
    parameters: &[&(dyn ToSql + Sync)],
) -> Result<Vec<String>, Error> {
    Ok(transaction.query(sql, parameters).await?.iter().map(|row| row.get(0)).collect())
}

/// Looks at columns, row security and policies of every tenant table.
pub(super) async fn examine(transaction: &Transaction<'_>, tables: &[Table], report: &mut Report) -> Result<(), Error> {
    report.add(organization_columns(transaction, tables).await?);
    report.add(row_security(transaction, tables).await?);
    report.add(policies(transaction, tables).await?);
    report.add(current_organization(transaction).await?);
    Ok(())
}

async fn organization_columns(transaction: &Transaction<'_>, tables: &[Table]) -> Result<Check, Error> {
    let sql = "
        SELECT format('%s has no such column and is not listed as global', t.oid::regclass)
        FROM pg_class AS t
        WHERE t.oid = ANY ($1) AND NOT EXISTS (
            SELECT FROM pg_attribute AS a
            WHERE a.attrelid = t.oid AND a.attname = 'organization_id' AND a.attnotnull AND a.atttypid = 'text'::regtype)";
    let found = problems(transaction, sql, &[&oids(tables)]).await?;
    Ok(Check::of("organization columns", "organization_id text NOT NULL on every tenant table", found))
}

async fn row_security(transaction: &Transaction<'_>, tables: &[Table]) -> Result<Check, Error> {
    let sql = "
        SELECT format('%s: row security is %s', oid::regclass,
                      CASE WHEN relrowsecurity THEN 'not forced, so its owner sees every row' ELSE 'off' END)
        FROM pg_class
        WHERE oid = ANY ($1)
          AND NOT (relrowsecurity AND (relforcerowsecurity OR relnamespace = to_regnamespace('app') AND relname = ANY ($2)))";
    let found = problems(transaction, sql, &[&oids(tables), &OWNER_ONLY]).await?;
    let searched = OWNER_ONLY.join(", ");
    let expected = format!("enabled and forced on {} tables ({searched}: enabled, no grants)", tables.len());
    Ok(Check::of("row security", expected, found))
}

/// The four expected rows for each table, compared with what is there in both directions.
const POLICIES: &str = "
    WITH wanted AS (
        SELECT t.oid AS relation, t.relname || suffix AS name, command, condition, checked
        FROM pg_class AS t
        CROSS JOIN (VALUES ('_tenant_isolation', 'r', $3, NULL), ('_insert', 'a', NULL, $3),
                           ('_update', 'w', $3, $3), ('_delete', 'd', $3, NULL)
                   ) AS one (suffix, command, condition, checked)
        WHERE t.oid = ANY ($1) AND NOT (t.relnamespace = to_regnamespace('app') AND t.relname = ANY ($2))
    ), present AS (
        SELECT polrelid AS relation, polname::text AS name, polcmd::text AS command, polpermissive AS permissive,
               polroles = '{0}' AS for_all, pg_get_expr(polqual, polrelid) AS condition,
               pg_get_expr(polwithcheck, polrelid) AS checked
        FROM pg_policy WHERE polrelid = ANY ($1)
    )
    SELECT CASE
        WHEN present.name IS NULL THEN format('%s: policy %s is missing', wanted.relation::regclass, wanted.name)
        WHEN wanted.name IS NULL
            THEN format('%s: policy %s should not be there (FOR %s, %s)', present.relation::regclass, present.name,
                        CASE present.command WHEN '*' THEN 'ALL' WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT'
                            WHEN 'w' THEN 'UPDATE' ELSE 'DELETE' END,
                        concat_ws(', ', 'USING ' || present.condition, 'WITH CHECK ' || present.checked))
        ELSE format('%s: policy %s is not as agreed (%s)', present.relation::regclass, present.name,
                    concat_ws(', ', 'USING ' || present.condition, 'WITH CHECK ' || present.checked))
        END
    FROM wanted FULL JOIN present USING (relation, name)
    WHERE (wanted.command, wanted.condition, wanted.checked, true, true)
        IS DISTINCT FROM (present.command, present.condition, present.checked, present.permissive, present.for_all)";

async fn policies(transaction: &Transaction<'_>, tables: &[Table]) -> Result<Check, Error> {
    let found = problems(transaction, POLICIES, &[&oids(tables), &OWNER_ONLY, &CONDITION]).await?;
    Ok(Check::of("policies", format!("exactly 4 on each table, all on {CONDITION}"), found))
}

async fn current_organization(transaction: &Transaction<'_>) -> Result<Check, Error> {
    let sql = "SELECT pg_get_function_sqlbody(oid), provolatile::text FROM pg_proc
               WHERE oid = to_regprocedure('app.current_org()')";
    let found = match transaction.query_opt(sql, &[]).await? {
        None => vec!["it is missing".to_owned()],
        Some(row) => {
            let body: Option<String> = row.get(0);
            let as_agreed = body.as_deref() == Some(CURRENT_ORG) && row.get::<_, String>(1) == "s";
            if as_agreed { Vec::new() } else { vec![format!("it is {}", body.unwrap_or_default())] }
        }
    };
    Ok(Check::of("app.current_org()", "the setting app.current_org_id, NULL when it is empty; STABLE", found))
}
