//! Signing up: from what somebody typed into a form to a contact who has confirmed it.
//!
//! Whoever signs up gets the same answer, known here or not. Nothing is kept of a person before the mail was answered but
//! the request itself, which is forgotten after a week.

mod confirm;
mod mails;
pub mod pages;
mod requests;
mod sign_up;
mod stamp;

pub use pages::router;
