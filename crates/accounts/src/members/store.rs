use jiff::Timestamp;
use kernel::access::Role;
use kernel::db::{OrganizationId, Row, Statements, Tenant};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A user in an organization.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Member {
    /// The membership's own id.
    pub id: String,
    pub user_id: String,
    pub name: String,
    pub email: String,
    pub role: Role,
    #[schema(value_type = String, format = DateTime)]
    pub joined_at: Timestamp,
}

impl Member {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id"),
            user_id: row.get("user_id"),
            name: row.get("name"),
            email: row.get("email"),
            role: row.get::<_, &str>("role").parse()?,
            joined_at: row.get("joined_at"),
        })
    }

    pub fn shown_name(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }
}

/// Where a page of members ended.
#[derive(Debug, Serialize, Deserialize)]
pub struct Position(Timestamp, String);

impl Position {
    pub fn after(member: &Member) -> Self {
        Self(member.joined_at, member.id.clone())
    }
}

const COLUMNS: &str = "m.id, m.user_id, coalesce(u.name, '') AS name, u.email, m.role::text AS role,
                       m.joined_at AT TIME ZONE 'UTC' AS joined_at
                       FROM organization_members m JOIN users u ON u.id = m.user_id";

/// Members in the order in which they joined.
pub async fn list(tx: &Tenant, role: Option<Role>, after: Option<&Position>, limit: i64) -> Result<Vec<Member>> {
    let sql = format!(
        "SELECT {COLUMNS} WHERE m.organization_id = $1 AND ($2::text IS NULL OR m.role::text = $2)
           AND ($3::timestamptz IS NULL OR (m.joined_at AT TIME ZONE 'UTC', m.id) > ($3, $4::text))
         ORDER BY m.joined_at, m.id LIMIT $5"
    );
    let role = role.map(Role::as_str);
    let (at, id) = (after.map(|position| position.0), after.map(|position| position.1.as_str()));
    let rows = tx.rows(&sql, &[&tx.organization().as_str(), &role, &at, &id, &limit]).await?;
    rows.iter().map(Member::from_row).collect()
}

pub async fn count(tx: &Tenant, role: Option<Role>) -> Result<i64> {
    let sql = "SELECT count(*) AS total FROM organization_members
               WHERE organization_id = $1 AND ($2::text IS NULL OR role::text = $2)";
    Ok(tx.one(sql, &[&tx.organization().as_str(), &role.map(Role::as_str)]).await?.get("total"))
}

/// One member by the membership's id.
pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Member>> {
    let sql = format!("SELECT {COLUMNS} WHERE m.organization_id = $1 AND m.id = $2");
    tx.row(&sql, &[&tx.organization().as_str(), &id]).await?.as_ref().map(Member::from_row).transpose()
}

/// Whether a user is a member of an organization.
pub async fn is_member(tx: &impl Statements, user_id: &str, organization: &OrganizationId) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT FROM organization_members WHERE user_id = $1 AND organization_id = $2) AS is_one";
    Ok(tx.one(sql, &[&user_id, &organization.as_str()]).await?.get("is_one"))
}

/// Whether the organization has a member who is not deactivated.
pub async fn anybody_is_active(tx: &Tenant) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT FROM organization_members m JOIN users u ON u.id = m.user_id
                              WHERE m.organization_id = $1 AND u.is_active) AS anybody";
    Ok(tx.one(sql, &[&tx.organization().as_str()]).await?.get("anybody"))
}

/// Whether somebody with this address is a member.
pub async fn has_email(tx: &Tenant, email: &str) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT FROM organization_members m JOIN users u ON u.id = m.user_id
                              WHERE m.organization_id = $1 AND lower(u.email) = $2) AS has";
    Ok(tx.one(sql, &[&tx.organization().as_str(), &email]).await?.get("has"))
}

/// Makes changes of the organization's members wait for each other, so that two owners cannot unmake one another at
/// the same time and leave none.
pub async fn lock(tx: &Tenant) -> Result<()> {
    let sql = "SELECT FROM organizations WHERE id = $1 FOR NO KEY UPDATE";
    if tx.execute(sql, &[&tx.organization().as_str()]).await? == 0 {
        return Err(Error::NotFound);
    }
    Ok(())
}

pub async fn set_role(tx: &Tenant, id: &str, role: Role) -> Result<()> {
    let sql = r#"UPDATE organization_members SET role = $3::"OrgRole" WHERE organization_id = $1 AND id = $2"#;
    tx.execute(sql, &[&tx.organization().as_str(), &id, &role.as_str()]).await?;
    Ok(())
}

pub async fn delete(tx: &Tenant, id: &str) -> Result<()> {
    let sql = "DELETE FROM organization_members WHERE organization_id = $1 AND id = $2";
    tx.execute(sql, &[&tx.organization().as_str(), &id]).await?;
    Ok(())
}
