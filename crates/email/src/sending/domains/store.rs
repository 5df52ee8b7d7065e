//! Statements about sending domains.

use jiff::Timestamp;
use kernel::access::Caller;
use kernel::db::{Row, Statements, Tenant};
use kernel::{App, Result};
use serde_json::Value;

use super::PURPOSE;
use super::actions::Key;
use super::model::SendingDomain;
use crate::sending::dkim::Signer;

const COLUMNS: &str =
    "id, domain, selector, public_key, next_selector, next_public_key, return_path, verified_at, checked_at, findings,
    created_at, version";

/// By name, from after one.
pub async fn list(caller: &Caller, after: Option<&str>, limit: i64) -> Result<Vec<SendingDomain>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM app.sending_domains
         WHERE organization_id = $1 AND ($2::text IS NULL OR domain > $2) ORDER BY domain LIMIT $3"
    );
    let rows = caller.tx.rows(&sql, &[&caller.organization_id(), &after, &limit]).await?;
    Ok(rows.iter().map(|row| SendingDomain::from_row(row, caller.app.settings.mail_host())).collect())
}

pub async fn count(tx: &Tenant) -> Result<i64> {
    let sql = "SELECT count(*) AS count FROM app.sending_domains WHERE organization_id = $1";
    Ok(tx.one(sql, &[&tx.organization().as_str()]).await?.get("count"))
}

pub async fn find(caller: &Caller, id: &str) -> Result<Option<SendingDomain>> {
    let tx = &caller.tx;
    let sql = format!("SELECT {COLUMNS} FROM app.sending_domains WHERE organization_id = $1 AND id = $2");
    let row = tx.row(&sql, &[&tx.organization().as_str(), &id]).await?;
    Ok(row.map(|row| SendingDomain::from_row(&row, caller.app.settings.mail_host())))
}

/// Adds a domain; `false` when it is there already.
pub async fn insert(
    tx: &Tenant,
    id: &str,
    (domain, return_path): (&str, Option<&str>),
    key: &Key,
    (by, now): (&str, Timestamp),
) -> Result<bool> {
    let sql = "INSERT INTO app.sending_domains
                 (organization_id, id, domain, return_path, selector, public_key, private_key, created_by, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT (organization_id, domain) DO NOTHING";
    let organization = tx.organization().as_str();
    let added = tx
        .execute(sql, &[&organization, &id, &domain, &return_path, &key.selector, &key.public, &key.sealed, &by, &now])
        .await?;
    Ok(added == 1)
}

pub async fn set_next(tx: &Tenant, id: &str, key: &Key) -> Result<()> {
    let sql = "UPDATE app.sending_domains SET next_selector = $3, next_public_key = $4, next_private_key = $5, version = version + 1
               WHERE organization_id = $1 AND id = $2";
    tx.execute(sql, &[&tx.organization().as_str(), &id, &key.selector, &key.public, &key.sealed]).await?;
    Ok(())
}

pub async fn delete(tx: &Tenant, id: &str) -> Result<()> {
    let sql = "DELETE FROM app.sending_domains WHERE organization_id = $1 AND id = $2";
    tx.execute(sql, &[&tx.organization().as_str(), &id]).await?;
    Ok(())
}

/// What a look at the records found.
pub struct Seen<'a> {
    /// Whether the record of the key in use is right.
    pub signs: bool,
    /// The key that was in use when the question went out; another by now makes the answer worthless.
    pub selector: &'a str,
    /// The next key whose record is right: it alone takes over, and none that was made since.
    pub next_selector: Option<&'a str>,
    pub findings: Value,
}

/// Writes down what was found, and says whether messages are signed now.
pub async fn note(tx: &Tenant, id: &str, seen: &Seen<'_>, now: Timestamp) -> Result<bool> {
    let organization = tx.organization().as_str();
    let mut selector = seen.selector;
    if let Some(next) = seen.next_selector {
        let sql = "UPDATE app.sending_domains SET selector = next_selector, public_key = next_public_key, private_key = next_private_key,
                     next_selector = NULL, next_public_key = NULL, next_private_key = NULL
                   WHERE organization_id = $1 AND id = $2 AND selector = $3 AND next_selector = $4";
        if tx.execute(sql, &[&organization, &id, &seen.selector, &next]).await? == 1 {
            selector = next;
        }
    }
    let signs = seen.signs || selector != seen.selector;
    let sql = "UPDATE app.sending_domains SET checked_at = $3, findings = $4,
                 verified_at = CASE WHEN $5 THEN coalesce(verified_at, $3) END, version = version + 1
               WHERE organization_id = $1 AND id = $2 AND selector = $6";
    tx.execute(sql, &[&organization, &id, &now, &seen.findings, &signs, &selector]).await?;
    Ok(signs)
}

/// Makes a domain this organization's alone, since it showed that it is; `false` when another has shown that before.
pub async fn own(tx: &Tenant, domain: &str) -> Result<bool> {
    let sql = "INSERT INTO app.sending_domain_owners (domain, organization_id) VALUES ($1, $2) ON CONFLICT (domain) DO NOTHING";
    let organization = tx.organization().as_str();
    tx.execute(sql, &[&domain, &organization]).await?;
    let sql = "SELECT FROM app.sending_domain_owners WHERE domain = $1 AND organization_id = $2";
    Ok(tx.row(sql, &[&domain, &organization]).await?.is_some())
}

/// Leaves a domain to whoever shows next that it is theirs.
pub async fn disown(tx: &Tenant, domain: &str) -> Result<()> {
    let sql = "DELETE FROM app.sending_domain_owners WHERE domain = $1 AND organization_id = $2";
    tx.execute(sql, &[&domain, &tx.organization().as_str()]).await?;
    Ok(())
}

/// Whether the domain, or the nearest above it that is anybody's, is another organization's.
pub async fn is_of_another(tx: &Tenant, domain: &str) -> Result<bool> {
    let lower = domain.to_lowercase();
    let labels: Vec<&str> = lower.split('.').collect();
    let above: Vec<String> = (0..labels.len()).map(|first| labels[first..].join(".")).collect();
    let sql = "SELECT organization_id <> $2 AS is_of_another FROM app.sending_domain_owners WHERE domain = ANY ($1)
               ORDER BY char_length(domain) DESC LIMIT 1";
    let row = tx.row(sql, &[&above, &tx.organization().as_str()]).await?;
    Ok(row.is_some_and(|row| row.get("is_of_another")))
}

/// The domain itself or the nearest above it, whose record was seen.
async fn nearest(tx: &Tenant, domain: &str) -> Result<Option<Row>> {
    let sql = "SELECT domain, selector, private_key, return_path FROM app.sending_domains
               WHERE organization_id = $1 AND verified_at IS NOT NULL
                 AND ($2 = domain OR right($2, char_length(domain) + 1) = '.' || domain)
               ORDER BY char_length(domain) DESC LIMIT 1";
    tx.row(sql, &[&tx.organization().as_str(), &domain.to_lowercase()]).await
}

/// Whether messages from this domain are signed.
pub async fn signs(tx: &Tenant, domain: &str) -> Result<bool> {
    Ok(nearest(tx, domain).await?.is_some())
}

/// What signs messages from this domain, and the host that their bounces go to.
pub async fn signer(tx: &Tenant, app: &App, domain: &str) -> Result<(Option<Signer>, Option<String>)> {
    let Some(row) = nearest(tx, domain).await? else { return Ok((None, None)) };
    let key = app.secret_key.open(PURPOSE, row.get("private_key"))?;
    Ok((Some(Signer::new(row.get("domain"), row.get("selector"), &key)?), row.get("return_path")))
}
