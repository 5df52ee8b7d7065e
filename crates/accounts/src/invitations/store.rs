use jiff::Timestamp;
use kernel::Result;
use kernel::access::Role;
use kernel::db::{Row, Statements, Tenant};
use kernel::organization::Organization;

use super::model::{Invitation, LINK_LASTS, NewInvitation};

const COLUMNS: &str = "i.id, i.email, i.role::text AS role, i.invited_by,
                       coalesce(nullif(u.name, ''), u.email, '') AS inviter, i.created_at, i.expires_at";
const PENDING: &str = "i.accepted_at IS NULL AND i.revoked_at IS NULL";

fn from_row(row: &Row) -> Result<Invitation> {
    Ok(Invitation {
        id: row.get("id"),
        email: row.get("email"),
        role: row.get::<_, &str>("role").parse()?,
        invited_by: row.get("invited_by"),
        inviter: row.get("inviter"),
        created_at: row.get("created_at"),
        expires_at: row.get("expires_at"),
    })
}

/// The organization's invitations that wait, the newest first, from before the one with the id `before`.
pub async fn pending(tx: &Tenant, before: Option<&str>, limit: i64) -> Result<Vec<Invitation>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM app.invitations i LEFT JOIN users u ON u.id = i.invited_by
         WHERE i.organization_id = $1 AND {PENDING} AND ($2::text IS NULL OR i.id < $2) ORDER BY i.id DESC LIMIT $3"
    );
    tx.rows(&sql, &[&tx.organization().as_str(), &before, &limit]).await?.iter().map(from_row).collect()
}

pub async fn count_pending(tx: &Tenant) -> Result<i64> {
    let sql = format!("SELECT count(*) AS total FROM app.invitations i WHERE i.organization_id = $1 AND {PENDING}");
    Ok(tx.one(&sql, &[&tx.organization().as_str()]).await?.get("total"))
}

/// How many invitations the organization has sent since `since`, and when the first of them was.
pub async fn sent_since(tx: &Tenant, since: Timestamp) -> Result<(i64, Option<Timestamp>)> {
    let sql = "SELECT count(*) AS sent, min(created_at) AS first FROM app.invitations
               WHERE organization_id = $1 AND created_at > $2";
    let row = tx.one(sql, &[&tx.organization().as_str(), &since]).await?;
    Ok((row.get("sent"), row.get("first")))
}

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Invitation>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM app.invitations i LEFT JOIN users u ON u.id = i.invited_by
         WHERE i.organization_id = $1 AND i.id = $2 AND {PENDING}"
    );
    tx.row(&sql, &[&tx.organization().as_str(), &id]).await?.as_ref().map(from_row).transpose()
}

/// The invitation behind the secret of a link, if it still holds.
pub async fn by_token(tx: &impl Statements, hash: &[u8], now: Timestamp) -> Result<Option<(Organization, Invitation)>> {
    let sql = format!(
        "SELECT {COLUMNS}, o.id AS organization_id, o.slug AS organization_slug, o.name AS organization_name
         FROM app.invitations i JOIN organizations o ON o.id = i.organization_id LEFT JOIN users u ON u.id = i.invited_by
         WHERE i.token_hash = $1 AND {PENDING} AND i.expires_at > $2"
    );
    let Some(row) = tx.row(&sql, &[&hash, &now]).await? else { return Ok(None) };
    Ok(Some((Organization::from_row(&row)?, from_row(&row)?)))
}

pub async fn insert(
    tx: &Tenant,
    new: &NewInvitation,
    invited_by: &str,
    token_hash: &[u8],
    now: Timestamp,
) -> Result<Invitation> {
    let sql = format!(
        r#"WITH i AS (
             INSERT INTO app.invitations (id, organization_id, email, role, token_hash, invited_by, created_at, expires_at)
             VALUES ($1, $2, $3, $4::"OrgRole", $5, $6, $7, $8) RETURNING *
           ) SELECT {COLUMNS} FROM i LEFT JOIN users u ON u.id = i.invited_by"#
    );
    let (id, organization) = (kernel::id::new(now), tx.organization().as_str());
    let expires_at = now + LINK_LASTS;
    let row = tx
        .one(&sql, &[&id, &organization, &new.email, &new.role.as_str(), &token_hash, &invited_by, &now, &expires_at])
        .await?;
    from_row(&row)
}

/// Ends what waits for an address; gives the roles it was for.
pub async fn revoke_for(tx: &Tenant, email: &str, now: Timestamp) -> Result<()> {
    let sql = format!(
        "UPDATE app.invitations i SET revoked_at = $3 WHERE i.organization_id = $1 AND i.email = $2 AND {PENDING}"
    );
    tx.execute(&sql, &[&tx.organization().as_str(), &email, &now]).await?;
    Ok(())
}

/// Ends one invitation.
pub async fn revoke(tx: &Tenant, id: &str, now: Timestamp) -> Result<()> {
    let sql = format!(
        "UPDATE app.invitations i SET revoked_at = $3 WHERE i.organization_id = $1 AND i.id = $2 AND {PENDING}"
    );
    tx.execute(&sql, &[&tx.organization().as_str(), &id, &now]).await?;
    Ok(())
}

/// Ends what a user has sent and could not send any more in their role of now; without a role, all of it.
pub async fn revoke_beyond(tx: &Tenant, user_id: &str, role: Option<Role>, now: Timestamp) -> Result<()> {
    let may_invite = |to: Role| match role {
        Some(Role::Owner) => true,
        Some(Role::Admin) => to != Role::Owner,
        _ => false,
    };
    let beyond: Vec<&str> = Role::ALL.into_iter().filter(|to| !may_invite(*to)).map(Role::as_str).collect();
    let sql = format!(
        "UPDATE app.invitations i SET revoked_at = $4
         WHERE i.organization_id = $1 AND i.invited_by = $2 AND i.role::text = ANY($3) AND {PENDING}"
    );
    tx.execute(&sql, &[&tx.organization().as_str(), &user_id, &beyond, &now]).await?;
    Ok(())
}

/// Marks an invitation as accepted; says whether it still held.
pub async fn accept(tx: &Tenant, id: &str, now: Timestamp) -> Result<bool> {
    let sql = format!(
        "UPDATE app.invitations i SET accepted_at = $3
         WHERE i.organization_id = $1 AND i.id = $2 AND {PENDING} AND i.expires_at > $3"
    );
    Ok(tx.execute(&sql, &[&tx.organization().as_str(), &id, &now]).await? == 1)
}
