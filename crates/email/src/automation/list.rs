//! Who went through an automation: filtered, searched, a page at a time.

use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::store::{Run, State};

/// Which ways.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub state: Option<State>,
    /// Words in the contact's address or name.
    pub words: Option<String>,
}

/// `$1` to `$3` of both statements below.
const FROM: &str = "FROM app.automation_runs AS r
    LEFT JOIN app.contacts AS c ON c.organization_id = r.organization_id AND c.id = r.contact_id
    WHERE r.automation_id = $1 AND ($2::text IS NULL OR r.state = $2)
      AND ($3::text IS NULL OR strpos(c.email_key, lower($3)) > 0 OR strpos(c.name_key, lower($3)) > 0)";

const COLUMNS: &str =
    "r.id, r.number, r.contact_id, c.email AS contact_email, c.name AS contact_name, r.state, r.step, r.wake_at,
    r.reason, r.email_id, r.entered_at, r.ended_at";

/// The newest first, from before one.
pub async fn page(
    tx: &Tenant,
    automation: &str,
    filter: &Filter,
    (before, limit): (Option<i64>, i64),
) -> Result<Vec<Run>> {
    let sql =
        format!("SELECT {COLUMNS} {FROM} AND ($4::bigint IS NULL OR r.number < $4) ORDER BY r.number DESC LIMIT $5");
    let state = filter.state.map(State::as_str);
    let rows = tx.rows(&sql, &[&automation, &state, &filter.words, &before, &limit]).await?;
    Ok(rows.iter().map(Run::from_row).collect())
}

pub async fn count(tx: &Tenant, automation: &str, filter: &Filter) -> Result<i64> {
    let sql = format!("SELECT count(*) AS count {FROM}");
    let state = filter.state.map(State::as_str);
    Ok(tx.one(&sql, &[&automation, &state, &filter.words]).await?.get("count"))
}

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Run>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM app.automation_runs AS r
         LEFT JOIN app.contacts AS c ON c.organization_id = r.organization_id AND c.id = r.contact_id WHERE r.id = $1"
    );
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(Run::from_row))
}

/// An automation that a contact is or was in.
pub struct Membership {
    pub id: String,
    pub name: String,
    pub state: State,
}

/// What an automation is called.
pub async fn name_of(tx: &Tenant, automation: &str) -> Result<Option<String>> {
    let row = tx.row("SELECT name FROM app.automations WHERE id = $1", &[&automation]).await?;
    Ok(row.map(|row| row.get("name")))
}

/// The last ways of a contact, the newest first.
pub async fn of_contact(tx: &Tenant, contact: &str, limit: i64) -> Result<Vec<Membership>> {
    let sql = "SELECT a.id, a.name, r.state FROM app.automation_runs AS r
               JOIN app.automations AS a ON a.organization_id = r.organization_id AND a.id = r.automation_id
               WHERE r.contact_id = $1 ORDER BY r.number DESC LIMIT $2";
    let rows = tx.rows(sql, &[&contact, &limit]).await?;
    let read = |row: &kernel::db::Row| Membership {
        id: row.get("id"),
        name: row.get("name"),
        state: State::parse(row.get("state")).unwrap_or(State::Failed),
    };
    Ok(rows.iter().map(read).collect())
}

/// An email of the line, and how it stands.
pub struct EmailOfLine {
    pub id: String,
    pub subject: String,
    pub is_draft: bool,
    pub is_paused: bool,
    pub is_composed: bool,
    pub sent: i64,
    pub opened: i64,
    pub clicked: i64,
}

/// The emails that belong to an automation.
pub async fn emails_of(tx: &Tenant, automation: &str) -> Result<Vec<EmailOfLine>> {
    let sql = "SELECT id, subject, status = 'DRAFT' AS is_draft, paused_at IS NOT NULL AS is_paused,
                 composition IS NOT NULL AS is_composed, sent::bigint AS sent, opened::bigint AS opened, clicked::bigint AS clicked
               FROM email_campaigns WHERE organization_id = $1 AND automation_id = $2";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &automation]).await?;
    let read = |row: &kernel::db::Row| EmailOfLine {
        id: row.get("id"),
        subject: row.get("subject"),
        is_draft: row.get("is_draft"),
        is_paused: row.get("is_paused"),
        is_composed: row.get("is_composed"),
        sent: row.get("sent"),
        opened: row.get("opened"),
        clicked: row.get("clicked"),
    };
    Ok(rows.iter().map(read).collect())
}
