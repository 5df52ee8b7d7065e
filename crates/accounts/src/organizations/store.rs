use jiff::Timestamp;
use kernel::Result;
use kernel::access::Role;
use kernel::db::{Statements, Tenant};

/// Makes the organization of this transaction, unless its slug is taken; says whether it did.
pub async fn insert(tx: &Tenant, name: &str, slug: &str, now: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO organizations (id, name, slug, created_at, updated_at)
               VALUES ($1, $2, $3, $4::timestamptz AT TIME ZONE 'UTC', $4::timestamptz AT TIME ZONE 'UTC')
               ON CONFLICT DO NOTHING";
    Ok(tx.execute(sql, &[&tx.organization().as_str(), &name, &slug, &now]).await? == 1)
}

/// Gives the organization of this transaction its settings with their defaults, unless it has them.
pub async fn insert_settings(tx: &Tenant, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO app.site_settings (organization_id, updated_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    tx.execute(sql, &[&tx.organization().as_str(), &now]).await?;
    Ok(())
}

/// Makes a user a member, unless they are one; says whether it did.
pub async fn insert_member(tx: &Tenant, user_id: &str, role: Role, now: Timestamp) -> Result<bool> {
    let sql = r#"INSERT INTO organization_members (id, user_id, organization_id, role, joined_at, created_at)
                 VALUES ($1, $2, $3, $4::"OrgRole", $5::timestamptz AT TIME ZONE 'UTC', $5::timestamptz AT TIME ZONE 'UTC')
                 ON CONFLICT DO NOTHING"#;
    let id = kernel::id::new(now);
    let organization = tx.organization().as_str();
    Ok(tx.execute(sql, &[&id, &user_id, &organization, &role.as_str(), &now]).await? == 1)
}

/// Of how many organizations a user is an owner.
pub async fn owned_by(tx: &impl Statements, user_id: &str) -> Result<i64> {
    let sql = "SELECT count(*) AS owned FROM organization_members WHERE user_id = $1 AND role = 'OWNER'";
    Ok(tx.one(sql, &[&user_id]).await?.get("owned"))
}
