//! Who asks, for which organization, and what they may do. The one table of permissions is here.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::{OrganizationId, Tenant};
use crate::organization::{self, Organization};
use crate::{App, Error, Result};

/// A member's role in one organization, weakest first (`"OrgRole"` in the database).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Role {
    Viewer,
    Member,
    Admin,
    Owner,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Member, Self::Admin, Self::Owner];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "VIEWER",
            Self::Member => "MEMBER",
            Self::Admin => "ADMIN",
            Self::Owner => "OWNER",
        }
    }

    /// The role as a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer",
            Self::Member => "Member",
            Self::Admin => "Admin",
            Self::Owner => "Owner",
        }
    }

    pub fn may(self, permission: Permission) -> bool {
        self >= permission.least_role()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| {
            Error::invalid("role", "unknown_value", "Choose one of the roles VIEWER, MEMBER, ADMIN and OWNER.")
        })
    }
}

/// One thing that a role may or may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Read content, media and the calendar.
    ContentRead,
    /// Create and edit drafts, submit them for review, comment, create tags.
    ContentEdit,
    /// Approve, request changes, publish, schedule, unpublish, archive and delete.
    ContentPublish,
    /// Arrange categories, rename and merge tags, moderate comments.
    TaxonomyManage,
    /// Campaigns, emails, social posts, contacts, analytics and exports.
    CampaignsManage,
    /// Invite and remove members, change their roles.
    MembersManage,
    ApiKeysManage,
    WebhooksManage,
    SettingsManage,
    AuditLogRead,
    /// Delete the organization, transfer its ownership, make and unmake owners.
    OrganizationOwn,
}

impl Permission {
    pub const ALL: [Self; 11] = [
        Self::ContentRead,
        Self::ContentEdit,
        Self::ContentPublish,
        Self::TaxonomyManage,
        Self::CampaignsManage,
        Self::MembersManage,
        Self::ApiKeysManage,
        Self::WebhooksManage,
        Self::SettingsManage,
        Self::AuditLogRead,
        Self::OrganizationOwn,
    ];

    /// The weakest role that may do it.
    pub fn least_role(self) -> Role {
        match self {
            Self::ContentRead => Role::Viewer,
            Self::ContentEdit => Role::Member,
            Self::ContentPublish
            | Self::TaxonomyManage
            | Self::CampaignsManage
            | Self::MembersManage
            | Self::ApiKeysManage
            | Self::WebhooksManage
            | Self::SettingsManage
            | Self::AuditLogRead => Role::Admin,
            Self::OrganizationOwn => Role::Owner,
        }
    }
}

/// What kind of actor asks; the audit log keeps the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorKind {
    User,
    ApiKey,
    /// The program itself: a job, an import, a command of the operator.
    System,
}

impl ActorKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::ApiKey => "api_key",
            Self::System => "system",
        }
    }
}

/// Who asks.
#[derive(Debug, Clone)]
pub struct Actor {
    pub kind: ActorKind,
    /// The user's, key's or job's own id.
    pub id: String,
    /// What the audit log calls them.
    pub name: String,
    /// The user in whose name rows are written: for an API key, the one who made it.
    pub user_id: String,
}

/// Somebody asking something of one organization, with the transaction in which it will be done.
///
/// Every write goes through one of these; [`must`](Self::must) is where permissions are enforced.
pub struct Caller {
    pub app: App,
    pub tx: Tenant,
    pub organization: Organization,
    pub actor: Actor,
    pub role: Role,
    pub now: Timestamp,
    /// The id of the request in the log; empty for jobs and commands.
    pub request_id: String,
}

impl Caller {
    /// The program itself, acting in an organization with an owner's rights: a job, an import, a command. `id` and `name`
    /// are what the audit log says; rows are written in the name of the organization's
    /// [steward](organization::steward), or of whoever is put there instead.
    ///
    /// [`Error::NotFound`] when the organization is gone, [`Error::Conflict`] when nobody in it may sign in.
    pub async fn program(app: &App, id: &OrganizationId, (actor, name): (&str, &str), now: Timestamp) -> Result<Self> {
        let tx = app.database.tenant(id).await?;
        let (organization, steward) =
            futures_util::try_join!(organization::by_id(&tx, id), organization::steward(&tx, id))?;
        let organization = organization.ok_or(Error::NotFound)?;
        let user_id = steward.ok_or_else(|| {
            let name = &organization.name;
            Error::Conflict(format!(
                "{name} has no member who may sign in, and what is written needs one. Add an owner first: contentpilot user \
                 create --email … --name … --org {} --role OWNER",
                organization.slug
            ))
        })?;
        let actor = Actor { kind: ActorKind::System, id: actor.to_owned(), name: name.to_owned(), user_id };
        let (app, request_id) = (app.clone(), String::new());
        Ok(Self { app, tx, organization, actor, role: Role::Owner, now, request_id })
    }

    /// Refuses unless the caller's role has the permission.
    pub fn must(&self, permission: Permission) -> Result<()> {
        if self.role.may(permission) {
            return Ok(());
        }
        let least = permission.least_role();
        let higher = if least == Role::Owner { "" } else { " or higher" };
        let least = least.label().to_lowercase();
        let mine = self.role.label().to_lowercase();
        Err(Error::Forbidden(format!(
            "This takes the role of {article} {least}{higher}; yours in {organization} is {mine}. Ask an owner or admin.",
            article = if least.starts_with(['a', 'o']) { "an" } else { "a" },
            organization = self.organization.name,
        )))
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.role.may(permission)
    }

    pub fn new_id(&self) -> String {
        crate::id::new(self.now)
    }

    pub fn organization_id(&self) -> &str {
        self.tx.organization().as_str()
    }

    /// Gives up what was done so far and begins anew, to show a form again after it was refused.
    pub async fn start_over(&mut self) -> Result<()> {
        self.tx = self.app.database.tenant(&self.organization.id).await?;
        Ok(())
    }

    /// Makes permanent what was done so far and goes on with a new transaction: before something long, such as receiving
    /// a file, during which no transaction may stay open.
    pub async fn commit_and_continue(&mut self) -> Result<()> {
        let next = self.app.database.tenant(&self.organization.id).await?;
        std::mem::replace(&mut self.tx, next).commit().await
    }

    /// Makes everything permanent. The one visible line at the end of a handler that writes.
    pub async fn commit(self) -> Result<()> {
        self.tx.commit().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the contract, row by row: viewer, member, admin, owner.
    #[test]
    fn each_role_may_do_what_the_table_says() {
        let table = [
            (Permission::ContentRead, [true, true, true, true]),
            (Permission::ContentEdit, [false, true, true, true]),
            (Permission::ContentPublish, [false, false, true, true]),
            (Permission::TaxonomyManage, [false, false, true, true]),
            (Permission::CampaignsManage, [false, false, true, true]),
            (Permission::MembersManage, [false, false, true, true]),
            (Permission::ApiKeysManage, [false, false, true, true]),
            (Permission::WebhooksManage, [false, false, true, true]),
            (Permission::SettingsManage, [false, false, true, true]),
            (Permission::AuditLogRead, [false, false, true, true]),
            (Permission::OrganizationOwn, [false, false, false, true]),
        ];
        assert_eq!(table.len(), Permission::ALL.len());
        for (permission, expected) in table {
            assert_eq!(Role::ALL.map(|role| role.may(permission)), expected, "{permission:?}");
        }
    }
}
