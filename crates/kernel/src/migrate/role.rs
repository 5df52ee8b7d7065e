//! The role the server works as: it owns nothing and the policies hold for it.

use super::Error;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

/// The role every pooled connection acts as.
pub const APP_ROLE: &str = "contentpilot_app";

const CREATE: &str = "CREATE ROLE contentpilot_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE \
                      NOREPLICATION NOINHERIT";
/// Roles belong to the whole cluster, so another database's migration may be granting at the same moment.
const MOST_ATTEMPTS: u32 = 10;

/// Makes the app role where it is missing and lets this login act as it; refuses one that is not safe.
pub async fn ensure_app_role(client: &Client) -> Result<(), Error> {
    if !exists(client).await? {
        create(client).await?;
    }
    refuse_unsafe(client, APP_ROLE).await?;
    grant_to_login(client).await
}

/// Refuses when the current role (after any `SET ROLE`) could see or change another organization's rows.
///
/// The server calls this for its pool before it serves anything.
pub async fn check_safe_role(client: &Client) -> Result<(), Error> {
    let role: String = client.query_one("SELECT current_user::text", &[]).await?.get(0);
    refuse_unsafe(client, &role).await
}

/// Looks at the role without changing anything: a missing one is fine when this login could make it.
pub(super) async fn check_or_explain(client: &Client) -> Result<(), Error> {
    if exists(client).await? {
        return refuse_unsafe(client, APP_ROLE).await;
    }
    let may = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user";
    if client.query_one(may, &[]).await?.get(0) {
        return Ok(());
    }
    let login = login(client).await?;
    let sql = administrator_sql(&login);
    Err(Error::RoleMissing { login, sql })
}

/// Why a role is not safe, in one row a reason. `$1` is the role's name.
///
/// Tenant tables are those with an `organization_id` among our schemas. Being a member of a role is as good as being
/// it, since a member can `SET ROLE`.
const REASONS: &str = r#"
    WITH RECURSIVE reachable AS (
        SELECT oid FROM pg_roles WHERE rolname = $1
        UNION
        SELECT member.roleid FROM pg_auth_members AS member JOIN reachable ON reachable.oid = member.member
    )
    SELECT format('%s is a superuser', quote_ident(rolname)) FROM pg_roles JOIN reachable USING (oid) WHERE rolsuper
    UNION ALL
    SELECT format('%s has BYPASSRLS', quote_ident(rolname)) FROM pg_roles JOIN reachable USING (oid) WHERE rolbypassrls
    UNION ALL
    SELECT format('%s may create roles', quote_ident(rolname)) FROM pg_roles JOIN reachable USING (oid)
    WHERE rolcreaterole AND NOT rolsuper
    UNION ALL
    SELECT format('it can act as %s, which owns the table %s', pg_get_userbyid(min(relowner::bigint)::oid), min(relname))
    FROM pg_class
    JOIN reachable ON reachable.oid = relowner
    JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'organization_id' AND NOT attisdropped
    WHERE relkind IN ('r', 'p') AND relnamespace IN (to_regnamespace('public'), to_regnamespace('app'))
    HAVING count(*) > 0"#;

async fn refuse_unsafe(client: &Client, role: &str) -> Result<(), Error> {
    match client.query(REASONS, &[&role]).await?.first() {
        Some(row) => Err(Error::UnsafeRole { role: role.to_owned(), reason: row.get(0) }),
        None => Ok(()),
    }
}

async fn exists(client: &Client) -> Result<bool, Error> {
    Ok(client.query_opt("SELECT FROM pg_roles WHERE rolname = $1", &[&APP_ROLE]).await?.is_some())
}

async fn create(client: &Client) -> Result<(), Error> {
    match client.batch_execute(CREATE).await {
        Ok(()) => Ok(()),
        // Somebody else made it between the question and now.
        Err(error) if is_code(&error, &[SqlState::DUPLICATE_OBJECT, SqlState::UNIQUE_VIOLATION]) => Ok(()),
        Err(error) if is_code(&error, &[SqlState::INSUFFICIENT_PRIVILEGE]) => {
            let login = login(client).await?;
            let sql = administrator_sql(&login);
            Err(Error::RoleMissing { login, sql })
        }
        Err(error) => Err(error.into()),
    }
}

async fn grant_to_login(client: &Client) -> Result<(), Error> {
    let login = login(client).await?;
    for _ in 0..MOST_ATTEMPTS {
        if can_act_as_app(client).await? {
            return Ok(());
        }
        match client.batch_execute(&grant_sql(client, &login).await?).await {
            Ok(()) => {}
            Err(error) if is_code(&error, &[SqlState::UNIQUE_VIOLATION, SqlState::INTERNAL_ERROR]) => {}
            Err(error) if is_code(&error, &[SqlState::INSUFFICIENT_PRIVILEGE]) => {
                let sql = grant_sql(client, &login).await?;
                return Err(Error::RoleNotGranted { login, sql });
            }
            Err(error) => return Err(error.into()),
        }
    }
    let sql = grant_sql(client, &login).await?;
    Err(Error::RoleNotGranted { login, sql })
}

async fn can_act_as_app(client: &Client) -> Result<bool, Error> {
    // Since 16 being a member and being allowed to SET ROLE are two things; the maker of a role is only its keeper.
    let privilege = if is_16_or_newer(client).await? { "SET" } else { "MEMBER" };
    let sql = "SELECT pg_has_role(session_user, $1::text::name, $2::text)";
    Ok(client.query_one(sql, &[&APP_ROLE, &privilege]).await?.get(0))
}

async fn grant_sql(client: &Client, login: &str) -> Result<String, Error> {
    let options = if is_16_or_newer(client).await? { " WITH SET TRUE, INHERIT FALSE" } else { "" };
    Ok(format!("GRANT {APP_ROLE} TO {login}{options};"))
}

fn administrator_sql(login: &str) -> String {
    format!("{CREATE};\nGRANT {APP_ROLE} TO {login};")
}

async fn is_16_or_newer(client: &Client) -> Result<bool, Error> {
    let sql = "SELECT current_setting('server_version_num')::integer >= 160000";
    Ok(client.query_one(sql, &[]).await?.get(0))
}

/// The login's name, quoted where SQL needs it.
async fn login(client: &Client) -> Result<String, Error> {
    Ok(client.query_one("SELECT quote_ident(session_user)", &[]).await?.get(0))
}

fn is_code(error: &tokio_postgres::Error, codes: &[SqlState]) -> bool {
    error.code().is_some_and(|code| codes.contains(code))
}
