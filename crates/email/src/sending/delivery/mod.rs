//! Bringing a frozen email to its recipients, on any number of nodes: claimed, sent, and written down, once each.

mod attempt;
mod crowd;
pub mod frozen;
pub mod letter;
pub mod outcome;
mod patience;
pub mod prepare;
mod refusals;
pub mod store;
pub mod wording;
pub mod worker;

pub use worker::{drain, run};
