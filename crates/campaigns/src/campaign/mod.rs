//! Campaigns themselves: what they are, where they stand, and how they are found.

pub mod actions;
pub mod api;
mod api_moves;
pub mod draft;
pub mod limits;
pub mod list;
pub mod model;
mod status;
pub mod store;
pub mod time;

pub use model::{Campaign, CampaignType, Goal};
pub use status::{Move, Status};
