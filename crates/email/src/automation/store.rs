//! Statements about automations and about who stands where in them.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Automation, Status, Step, Trigger};

/// Everything of an automation, as [`Automation::from_row`] reads it.
const SELECT: &str = "SELECT a.id, a.name, a.status, a.trigger, a.steps, a.checked_until, a.next_at, a.created_by, a.created_at, a.updated_at,
    a.version, counted.waiting, counted.done, counted.left, counted.failed
    FROM app.automations AS a, LATERAL (
      SELECT count(*) FILTER (WHERE r.state = 'WAITING') AS waiting, count(*) FILTER (WHERE r.state = 'DONE') AS done,
             count(*) FILTER (WHERE r.state = 'LEFT') AS left, count(*) FILTER (WHERE r.state = 'FAILED') AS failed
      FROM app.automation_runs AS r WHERE r.organization_id = a.organization_id AND r.automation_id = a.id) AS counted";

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Automation>> {
    let sql = format!("{SELECT} WHERE a.id = $1");
    tx.row(&sql, &[&id]).await?.as_ref().map(Automation::from_row).transpose()
}

/// The automation of this id, kept from changing until the transaction ends.
pub async fn lock(tx: &Tenant, id: &str) -> Result<Option<Automation>> {
    let sql = format!("{SELECT} WHERE a.id = $1 FOR UPDATE OF a");
    tx.row(&sql, &[&id]).await?.as_ref().map(Automation::from_row).transpose()
}

/// By name, from after one.
pub async fn list(tx: &Tenant, after: Option<&str>, limit: i64) -> Result<Vec<Automation>> {
    let sql = format!("{SELECT} WHERE $1::text IS NULL OR a.name > $1 ORDER BY a.name LIMIT $2");
    tx.rows(&sql, &[&after, &limit]).await?.iter().map(Automation::from_row).collect()
}

pub async fn count(tx: &Tenant) -> Result<i64> {
    Ok(tx.one("SELECT count(*) AS count FROM app.automations", &[]).await?.get("count"))
}

/// Adds one; `false` when there is one of this name.
pub async fn insert(
    tx: &Tenant,
    (id, name): (&str, &str),
    (trigger, steps): (&Trigger, &[Step]),
    (by, now): (&str, Timestamp),
) -> Result<bool> {
    let sql =
        "INSERT INTO app.automations (organization_id, id, name, trigger, steps, created_by, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (organization_id, name) DO NOTHING";
    let (trigger, steps) = (serde_json::to_value(trigger)?, serde_json::to_value(steps)?);
    Ok(tx.execute(sql, &[&tx.organization().as_str(), &id, &name, &trigger, &steps, &by, &now]).await? == 1)
}

pub async fn update(tx: &Tenant, (id, name): (&str, &str), (trigger, steps): (&Trigger, &[Step])) -> Result<()> {
    let sql = "UPDATE app.automations SET name = $2, trigger = $3, steps = $4, version = version + 1 WHERE id = $1";
    let (trigger, steps) = (serde_json::to_value(trigger)?, serde_json::to_value(steps)?);
    tx.execute(sql, &[&id, &name, &trigger, &steps]).await?;
    Ok(())
}

pub async fn delete(tx: &Tenant, id: &str) -> Result<()> {
    tx.execute("DELETE FROM app.automations WHERE id = $1", &[&id]).await?;
    Ok(())
}

pub async fn set_status(tx: &Tenant, id: &str, status: Status) -> Result<()> {
    let sql = "UPDATE app.automations SET status = $2, version = version + 1 WHERE id = $1";
    tx.execute(sql, &[&id, &status.as_str()]).await?;
    Ok(())
}

/// Notes up to when dates or digests were looked at, and when they are again.
pub async fn set_looked(tx: &Tenant, id: &str, (until, next): (Option<Timestamp>, Option<Timestamp>)) -> Result<()> {
    let sql = "UPDATE app.automations SET checked_until = $2, next_at = $3 WHERE id = $1";
    tx.execute(sql, &[&id, &until, &next]).await?;
    Ok(())
}

/// What somebody walks along.
pub struct Line {
    pub name: String,
    pub status: Status,
    pub steps: Vec<Step>,
}

/// The line of an automation, which nobody changes or pauses until the transaction ends.
pub async fn line(tx: &Tenant, id: &str) -> Result<Option<Line>> {
    let sql = "SELECT name, status, steps FROM app.automations WHERE id = $1 FOR SHARE";
    let Some(row) = tx.row(sql, &[&id]).await? else { return Ok(None) };
    Ok(Some(Line {
        name: row.get("name"),
        status: Status::parse(row.get("status")).unwrap_or(Status::Paused),
        steps: serde_json::from_value(row.get("steps"))?,
    }))
}

/// How far somebody came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schema(as = AutomationRunState)]
pub enum State {
    /// On the way.
    Waiting,
    /// At the end of the line; of a digest, the issue went out.
    Done,
    /// Out before the end: a condition was not met, or the contact left the list.
    Left,
    /// Stopped by a problem.
    Failed,
}

impl State {
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Done, Self::Left, Self::Failed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "WAITING",
            Self::Done => "DONE",
            Self::Left => "LEFT",
            Self::Failed => "FAILED",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// One contact's way through an automation; of a digest, one issue.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AutomationRun)]
pub struct Run {
    pub id: String,
    /// Null for an issue of a digest.
    pub contact_id: Option<String>,
    pub contact_email: Option<String>,
    pub contact_name: Option<String>,
    pub state: State,
    /// The id of the step that was taken last, or is waited at.
    pub step: Option<String>,
    /// When it goes on.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub wake_at: Option<Timestamp>,
    /// Why it left or failed.
    pub reason: Option<String>,
    /// The email that an issue of a digest became.
    pub email_id: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub entered_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    #[serde(skip)]
    pub number: i64,
}

impl Run {
    pub fn from_row(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            contact_id: row.get("contact_id"),
            contact_email: row.get("contact_email"),
            contact_name: row.get("contact_name"),
            state: State::parse(row.get("state")).unwrap_or(State::Failed),
            step: row.get("step"),
            wake_at: row.get("wake_at"),
            reason: row.get("reason"),
            email_id: row.get("email_id"),
            entered_at: row.get("entered_at"),
            ended_at: row.get("ended_at"),
            number: row.get("number"),
        }
    }
}

/// The automation that a way leads through.
pub async fn automation_of(tx: &Tenant, run: &str) -> Result<Option<String>> {
    let sql = "SELECT automation_id FROM app.automation_runs WHERE id = $1";
    Ok(tx.row(sql, &[&run]).await?.map(|row| row.get("automation_id")))
}

/// A way on which somebody is, kept from changing until the transaction ends: number, contact and place.
pub struct Walker {
    pub number: i64,
    pub contact_id: String,
    pub step: Option<String>,
}

/// Who waits on this way, if it is time.
pub async fn lock_due(tx: &Tenant, run: &str, now: Timestamp) -> Result<Option<Walker>> {
    let sql = "SELECT number, contact_id, step FROM app.automation_runs
               WHERE id = $1 AND state = 'WAITING' AND wake_at <= $2 AND contact_id IS NOT NULL FOR UPDATE";
    let row = tx.row(sql, &[&run, &now]).await?;
    Ok(row.map(|row| Walker { number: row.get("number"), contact_id: row.get("contact_id"), step: row.get("step") }))
}

/// Lets somebody wait at a place.
pub async fn wait(tx: &Tenant, run: &str, (place, until): (Option<&str>, Timestamp)) -> Result<()> {
    let sql = "UPDATE app.automation_runs SET step = $2, wake_at = $3 WHERE id = $1";
    tx.execute(sql, &[&run, &place, &until]).await?;
    Ok(())
}

/// Ends a way at a place, with the reason if it is not the line's own end.
pub async fn end(
    tx: &Tenant,
    run: &str,
    (state, place, reason): (State, Option<&str>, Option<&str>),
    now: Timestamp,
) -> Result<()> {
    let sql = "UPDATE app.automation_runs
               SET state = $2, step = coalesce($3, step), reason = left($4, 500), wake_at = NULL, ended_at = $5
               WHERE id = $1 AND state = 'WAITING'";
    tx.execute(sql, &[&run, &state.as_str(), &place, &reason, &now]).await?;
    Ok(())
}

/// How many wait at each step; none is the beginning.
pub async fn standing(tx: &Tenant, automation: &str) -> Result<Vec<(Option<String>, i64)>> {
    let sql = "SELECT step, count(*) AS count FROM app.automation_runs
               WHERE automation_id = $1 AND state = 'WAITING' GROUP BY step";
    Ok(tx.rows(sql, &[&automation]).await?.iter().map(|row| (row.get("step"), row.get("count"))).collect())
}

/// Ways that wait, with when they go on: the next of an automation behind one of them.
pub async fn waiting(tx: &Tenant, (automation, after): (&str, &str), limit: i64) -> Result<Vec<(String, Timestamp)>> {
    let sql = "SELECT id, wake_at FROM app.automation_runs
               WHERE automation_id = $1 AND state = 'WAITING' AND id > $2 ORDER BY id LIMIT $3";
    Ok(tx
        .rows(sql, &[&automation, &after, &limit])
        .await?
        .iter()
        .map(|row| (row.get("id"), row.get("wake_at")))
        .collect())
}

/// Sends who waits at a step that is taken out to another place, from where they go on at once.
pub async fn move_on(
    tx: &Tenant,
    automation: &str,
    (gone, place): (&str, Option<&str>),
    now: Timestamp,
) -> Result<Vec<String>> {
    let sql = "UPDATE app.automation_runs SET step = $3, wake_at = $4
               WHERE automation_id = $1 AND state = 'WAITING' AND step = $2 RETURNING id";
    Ok(tx.rows(sql, &[&automation, &gone, &place, &now]).await?.iter().map(|row| row.get("id")).collect())
}

/// Who walks: whether they may be written to, and by which clock they live.
pub struct Person {
    pub email: String,
    pub is_on_list: bool,
    pub paused_until: Option<Timestamp>,
    /// Their own time zone, else the organization's.
    pub timezone: Option<String>,
}

pub async fn person(tx: &Tenant, contact: &str) -> Result<Option<Person>> {
    let sql = "SELECT c.email, c.paused_until, coalesce(c.timezone, s.timezone) AS timezone,
                 c.status = 'subscribed' AND NOT EXISTS (SELECT FROM app.suppressions AS s
                   WHERE s.organization_id = c.organization_id AND s.email_hash = c.email_hash) AS is_on_list
               FROM app.contacts AS c LEFT JOIN app.site_settings AS s ON s.organization_id = c.organization_id
               WHERE c.id = $1";
    let row = tx.row(sql, &[&contact]).await?;
    Ok(row.map(|row| Person {
        email: row.get("email"),
        is_on_list: row.get("is_on_list"),
        paused_until: row.get("paused_until"),
        timezone: row.get("timezone"),
    }))
}

/// What became of one issue of a digest.
pub struct Issue<'a> {
    /// The period it is for.
    pub entry: &'a str,
    pub state: State,
    pub reason: &'a str,
    pub email_id: Option<&'a str>,
}

/// Writes down that the email of an issue could not be sent after all. Other emails are of no issue.
pub async fn issue_failed(tx: &Tenant, email_id: &str, why: &str) -> Result<()> {
    let sql = "UPDATE app.automation_runs SET state = 'FAILED', reason = left($2, 500) WHERE email_id = $1 AND state = 'DONE'";
    tx.execute(sql, &[&email_id, &why]).await?;
    Ok(())
}

/// Writes down an issue of a digest; `false` when there is one for this period.
pub async fn insert_issue(tx: &Tenant, automation: &str, issue: &Issue<'_>, now: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO app.automation_runs (organization_id, id, automation_id, entry, state, wake_at, reason, email_id, entered_at, ended_at)
               VALUES ($1, $2, $3, $4, $5, NULL, left($6, 500), $7, $8, $8) ON CONFLICT DO NOTHING";
    let Issue { entry, state, reason, email_id } = issue;
    let id = kernel::id::new(now);
    let organization = tx.organization().as_str();
    let params: &[&dyn kernel::db::Param] =
        &[&organization, &id, &automation, entry, &state.as_str(), reason, email_id, &now];
    Ok(tx.execute(sql, params).await? == 1)
}
