//! Emails that go out by themselves: a trigger lets contacts in, and each walks a line of steps at its own pace.
//!
//! Where a contact stands is a row of `app.automation_runs`, and what it waits for is a job. A step's effect, the new place
//! and the next job are written in one transaction, so whatever instant a node dies at, nothing is lost or done twice.

pub mod actions;
pub mod api;
mod care;
pub mod check;
pub mod clock;
mod dates;
mod digest;
mod emails;
pub mod enter;
mod list;
pub mod model;
mod pages;
mod run;
pub mod store;
mod tick;
mod views;
pub mod words;

pub use emails::{freeze_anew, must_not_be_written_of_two};
pub use list::{Membership, name_of, of_contact};
pub use model::{Automation, Kind, Status, Step, Trigger};
pub use store::issue_failed;

use kernel::doors::Pages;
use kernel::jobs::Registry;

pub fn pages() -> Pages {
    pages::routes()
}

pub fn jobs(registry: Registry) -> Registry {
    registry.with::<run::TakeSteps>().with::<run::GoOn>().with_on_time::<tick::Tick>().with_daily::<care::Care>()
}
