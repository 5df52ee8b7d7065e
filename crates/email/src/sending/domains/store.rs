//! Statements about sending domains.

use kernel::db::{Row, Statements, Tenant};
use kernel::{App, Result};

use super::PURPOSE;
use crate::sending::dkim::Signer;

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
