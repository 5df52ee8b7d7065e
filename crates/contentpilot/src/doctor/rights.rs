//! What the app role may do, and what runs with its owner's rights.

use super::catalogue::{Table, oids, problems};
use super::expected::{DEFINER_FUNCTIONS, OWNER_ONLY};
use super::report::{Check, Report};
use kernel::migrate::APP_ROLE;
use tokio_postgres::{Error, Transaction};

/// Looks at grants, functions that run as their owner, and views.
pub(super) async fn examine(transaction: &Transaction<'_>, tables: &[Table], report: &mut Report) -> Result<(), Error> {
    report.add(grants(transaction, tables).await?);
    report.add(definer_functions(transaction).await?);
    report.add(views(transaction, tables).await?);
    Ok(())
}

async fn grants(transaction: &Transaction<'_>, tables: &[Table]) -> Result<Check, Error> {
    // TRUNCATE, REFERENCES and TRIGGER pass the policies by; so does any right on the tables of search.
    let sql = "
        SELECT format('%s may %s on %s', pg_get_userbyid(acl.grantee), acl.privilege_type, t.oid::regclass)
        FROM pg_class AS t CROSS JOIN aclexplode(t.relacl) AS acl
        WHERE t.oid = ANY ($1)
          AND acl.grantee IN (0, (SELECT oid FROM pg_roles WHERE rolname = $3))
          AND (acl.grantee = 0
               OR acl.privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
               OR t.relnamespace = to_regnamespace('app') AND t.relname = ANY ($2)
               OR t.oid = to_regclass('app.audit_log') AND acl.privilege_type IN ('UPDATE', 'DELETE'))";
    let found = problems(transaction, sql, &[&oids(tables), &OWNER_ONLY, &APP_ROLE]).await?;
    Ok(Check::of("grants", "rows only: no TRUNCATE, nothing for PUBLIC, an append-only audit log", found))
}

async fn definer_functions(transaction: &Transaction<'_>) -> Result<Check, Error> {
    // Extensions bring no such functions of their own into our schema; if one did, it would be named here too.
    let sql = "
        SELECT problem
        FROM pg_proc AS f
        JOIN pg_namespace AS n ON n.oid = f.pronamespace
        CROSS JOIN LATERAL (VALUES
            (n.nspname = 'app' AND f.proname <> ALL ($1), format('%s runs as its owner and is not known', f.oid::regprocedure)),
            (has_function_privilege('public', f.oid, 'EXECUTE'), format('%s may be run by everybody', f.oid::regprocedure)),
            (NOT EXISTS (SELECT FROM unnest(f.proconfig) AS setting WHERE setting LIKE 'search_path=%'),
             format('%s has no fixed search_path', f.oid::regprocedure))
        ) AS look (wrong, problem)
        WHERE f.prosecdef AND n.nspname IN ('public', 'app') AND look.wrong
          AND (n.nspname = 'app' OR pg_get_userbyid(f.proowner) = (
              SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass('public.content_items')))
        UNION ALL
        SELECT format('app.%s is missing or does not run as its owner', name)
        FROM unnest($1::text[]) AS name
        WHERE NOT EXISTS (SELECT FROM pg_proc WHERE pronamespace = to_regnamespace('app') AND proname = name AND prosecdef)";
    let found = problems(transaction, sql, &[&DEFINER_FUNCTIONS]).await?;
    Ok(Check::of("owner's functions", "index_content and search_content, fixed search_path, not for PUBLIC", found))
}

async fn views(transaction: &Transaction<'_>, tables: &[Table]) -> Result<Check, Error> {
    // A view reads with its owner's rights unless told otherwise; a materialized one holds copies without policies.
    let sql = "
        SELECT DISTINCT format('%s reads tenants'' rows with its owner''s rights', v.oid::regclass)
        FROM pg_class AS v
        JOIN pg_rewrite AS r ON r.ev_class = v.oid
        JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
        WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY ($1)
          AND (v.relkind = 'm'
               OR v.relkind = 'v' AND NOT coalesce(v.reloptions && ARRAY['security_invoker=true', 'security_invoker=on'], false))
          AND has_table_privilege($2::text, v.oid, 'SELECT')";
    let role_exists = transaction.query_opt("SELECT FROM pg_roles WHERE rolname = $1", &[&APP_ROLE]).await?.is_some();
    let found = if role_exists { problems(transaction, sql, &[&oids(tables), &APP_ROLE]).await? } else { Vec::new() };
    Ok(Check::of("views", "none that the app role could read past the policies with", found))
}
