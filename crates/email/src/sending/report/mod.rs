//! The report of an email: what became of it, when, where and on what, beside the emails before.

pub mod api;
mod click_map;
pub mod figures;
pub mod pages;
mod store;

use kernel::Result;
use kernel::db::Tenant;
use serde::Serialize;
use utoipa::ToSchema;

use super::emails::Email;
use super::trial;
use figures::{Answer, LinkCount, Rate, Sums};

/// Hours after sending began that are told one by one; what comes later is told together.
pub const HOURS: i32 = 48;
/// How many emails before are compared with.
const COMPARED_WITH: i64 = 10;

/// People who opened or clicked for the first time within one hour.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Hour {
    /// Whole hours since sending began.
    pub hour: i32,
    pub opened: i64,
    pub clicked: i64,
}

/// What became of the messages to one domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = EmailReportDomain)]
pub struct Domain {
    pub domain: String,
    pub recipients: i64,
    pub delivered: i64,
    pub opened: i64,
    pub clicked: i64,
    pub bounced: i64,
}

/// People who read on one kind of device. Who uses several counts for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Device {
    /// `phone`, `tablet`, `computer` or `unknown`.
    pub device: String,
    pub opened: i64,
    pub clicked: i64,
}

/// Everything that is told of a sent email.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = EmailReport)]
pub struct Report {
    pub rates: Vec<Rate>,
    /// How many emails before the usual rates are made of: the last ten, or as many as there are.
    pub compared_with: i64,
    /// The first two days, hour by hour, without hours in which nothing happened.
    pub hours: Vec<Hour>,
    /// What came after them; its hour is the first.
    pub later: Hour,
    pub links: Vec<LinkCount>,
    /// The most frequent domains.
    pub domains: Vec<Domain>,
    pub devices: Vec<Device>,
    /// What mail servers answered to those who did not get it, the most frequent first.
    pub answers: Vec<Answer>,
    /// What two subject lines brought, where two were tried.
    pub trial: Option<trial::Standing>,
}

/// The report of an email that began to be sent.
pub async fn of(tx: &Tenant, email: &Email) -> Result<Report> {
    let Some(began) = email.sent_at else { return Err(kernel::Error::NotFound) };
    let (compared_with, before) = store::before(tx, (&email.id, began), COMPARED_WITH).await?;
    let mut hours = store::hours(tx, (&email.id, began)).await?;
    let later = hours.pop_if(|last| last.hour >= HOURS).unwrap_or(Hour { hour: HOURS, ..Hour::default() });
    Ok(Report {
        rates: figures::rates(&Sums::from(&email.counts), &before),
        compared_with,
        hours,
        later,
        links: figures::links(tx, &email.id).await?,
        domains: store::domains(tx, &email.id).await?,
        devices: store::devices(tx, &email.id).await?,
        answers: figures::answers(tx, &email.id).await?,
        trial: trial::standing(tx, email).await?,
    })
}
