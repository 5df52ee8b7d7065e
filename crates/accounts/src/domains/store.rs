use jiff::Timestamp;
use kernel::db::{Row, Statements, Tenant};
use kernel::{App, Result};

use super::model::{Domain, records};

/// A claim with the secret of its proof.
pub struct Claim {
    pub id: String,
    pub domain: String,
    pub token: String,
    checked_at: Option<Timestamp>,
    problem: Option<String>,
    pub proven_at: Option<Timestamp>,
    created_at: Timestamp,
}

impl Claim {
    fn from_row(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            domain: row.get("domain"),
            token: row.get("token"),
            checked_at: row.get("checked_at"),
            problem: row.get("problem"),
            proven_at: row.get("proven_at"),
            created_at: row.get("created_at"),
        }
    }

    /// As people and programs see it.
    pub fn shown(self, app: &App) -> Domain {
        Domain {
            records: records(app, &self.domain, &self.token),
            id: self.id,
            domain: self.domain,
            is_proven: self.proven_at.is_some(),
            problem: self.problem,
            checked_at: self.checked_at,
            proven_at: self.proven_at,
            created_at: self.created_at,
        }
    }
}

const COLUMNS: &str = "id, domain, token, checked_at, problem, proven_at, created_at";

/// The newest first, from before the one with the id `before`.
pub async fn list(tx: &Tenant, before: Option<&str>, limit: i64) -> Result<Vec<Claim>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM app.domain_claims
         WHERE organization_id = $1 AND ($2::text IS NULL OR id < $2) ORDER BY id DESC LIMIT $3"
    );
    Ok(tx.rows(&sql, &[&tx.organization().as_str(), &before, &limit]).await?.iter().map(Claim::from_row).collect())
}

pub async fn count(tx: &Tenant) -> Result<i64> {
    let sql = "SELECT count(*) AS total FROM app.domain_claims WHERE organization_id = $1";
    Ok(tx.one(sql, &[&tx.organization().as_str()]).await?.get("total"))
}

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Claim>> {
    let sql = format!("SELECT {COLUMNS} FROM app.domain_claims WHERE organization_id = $1 AND id = $2");
    Ok(tx.row(&sql, &[&tx.organization().as_str(), &id]).await?.as_ref().map(Claim::from_row))
}

pub async fn insert(
    tx: &Tenant,
    (id, domain, token): (&str, &str, &str),
    (created_by, now): (Option<&str>, Timestamp),
) -> Result<()> {
    let sql = "INSERT INTO app.domain_claims (organization_id, id, domain, token, created_by, created_at)
               VALUES ($1, $2, $3, $4, $5, $6)";
    tx.execute(sql, &[&tx.organization().as_str(), &id, &domain, &token, &created_by, &now]).await?;
    Ok(())
}

/// Gives the domain to the organization of the transaction; whether it has it now.
pub async fn take(tx: &Tenant, domain: &str) -> Result<bool> {
    let sql = "INSERT INTO app.domains (domain, organization_id) VALUES ($1, $2)
               ON CONFLICT (domain) DO UPDATE SET domain = EXCLUDED.domain WHERE domains.organization_id = $2";
    Ok(tx.execute(sql, &[&domain, &tx.organization().as_str()]).await? == 1)
}

/// Takes the domain away from the organization of the transaction, and from no other.
pub async fn give_up(tx: &Tenant, domain: &str) -> Result<()> {
    let sql = "DELETE FROM app.domains WHERE domain = $1 AND organization_id = $2";
    tx.execute(sql, &[&domain, &tx.organization().as_str()]).await?;
    Ok(())
}

/// Notes what a look at the records found: nothing wrong, or what.
pub async fn note(tx: &Tenant, id: &str, problem: Option<&str>, now: Timestamp) -> Result<()> {
    let sql = "UPDATE app.domain_claims SET checked_at = $3, problem = $4,
                 proven_at = CASE WHEN $4::text IS NULL THEN coalesce(proven_at, $3) END
               WHERE organization_id = $1 AND id = $2";
    tx.execute(sql, &[&tx.organization().as_str(), &id, &now, &problem]).await?;
    Ok(())
}

pub async fn delete(tx: &Tenant, id: &str) -> Result<()> {
    let sql = "DELETE FROM app.domain_claims WHERE organization_id = $1 AND id = $2";
    tx.execute(sql, &[&tx.organization().as_str(), &id]).await?;
    Ok(())
}
