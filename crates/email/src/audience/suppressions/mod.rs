//! Addresses that are never written to, whatever list they come in with.

pub mod api;
pub mod pages;
pub mod store;

use jiff::Timestamp;
use kernel::access::{Caller, Permission};
use kernel::validate::{Lines, Problems};
use kernel::{Error, Result, audit};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::audience::address::Address;
use crate::audience::contacts::consent;

/// Characters of what is said beside a reason.
const DETAILS_LONGEST: usize = 1000;

/// Why an address is never written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Unsubscribed,
    HardBounce,
    SoftBounces,
    Complaint,
    Erased,
    Manual,
}

impl Reason {
    pub const ALL: [Self; 6] =
        [Self::Unsubscribed, Self::HardBounce, Self::SoftBounces, Self::Complaint, Self::Erased, Self::Manual];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unsubscribed => "unsubscribed",
            Self::HardBounce => "hard_bounce",
            Self::SoftBounces => "soft_bounces",
            Self::Complaint => "complaint",
            Self::Erased => "erased",
            Self::Manual => "manual",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Unsubscribed => "Unsubscribed",
            Self::HardBounce => "Address does not exist",
            Self::SoftBounces => "Could not be reached for weeks",
            Self::Complaint => "Reported as spam",
            Self::Erased => "Erased at their wish",
            Self::Manual => "Blocked by hand",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// One address that is never written to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Suppression {
    /// Hexadecimal digits that stand for the address.
    pub id: String,
    /// None for an erased person.
    pub email: Option<String>,
    pub reason: Reason,
    pub details: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// Blocks an address by hand.
pub async fn add(caller: &Caller, email: &str, details: &str) -> Result<Suppression> {
    caller.must(Permission::CampaignsManage)?;
    let mut problems = Problems::new();
    let details = problems.text("details", "The reason", details, DETAILS_LONGEST, Lines::One);
    let Some(address) = Address::parse(email) else {
        problems.add("email", "not_an_email", "That is no e-mail address. Enter one like name@example.org.");
        return Err(problems.into_error());
    };
    problems.finish(())?;
    let hash = address.hash(&caller.app, caller.tx.organization());
    store::add(&caller.tx, &hash, (Some(&address.email), Reason::Manual, &details), caller.now).await?;
    consent::suppress(&caller.tx, &hash, (Reason::Manual, &details), caller.now).await?;
    audit::record(caller, "suppression.add", ("suppression", &store::id_of(&hash)), json!({})).await?;
    store::find(&caller.tx, &hash).await?.ok_or_else(|| Error::internal("a suppression that was just written is gone"))
}

/// Lifts a block, for a reason that the audit log keeps. The contact stays as it is until somebody records a consent.
pub async fn remove(caller: &Caller, id: &str, details: &str) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    let mut problems = Problems::new();
    let details = problems.text("details", "The reason", details, DETAILS_LONGEST, Lines::One);
    if details.is_empty() {
        problems.add("details", "required", "Say why this address may be written to again.");
    }
    let details = problems.finish(details)?;
    let hash = store::hash_of(id).ok_or(Error::NotFound)?;
    if !store::remove(&caller.tx, &hash).await? {
        return Err(Error::NotFound);
    }
    audit::record(caller, "suppression.remove", ("suppression", id), json!({ "details": details })).await
}
