//! Reading the audit log. Writing is the kernel's, in the transaction of what is recorded.

pub mod api;
pub mod pages;
mod store;
mod words;
