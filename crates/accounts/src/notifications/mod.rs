//! What a member was told, and which mails they want.

pub mod pages;
pub mod store;
