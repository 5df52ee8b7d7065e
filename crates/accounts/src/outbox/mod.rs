//! The development outbox: mails that were kept because no SMTP server is configured.
//!
//! A link in a mail lets its reader in as whoever it was sent to, so the outbox is as narrow as it can be while it
//! still lets one person try everything on their own machine:
//!
//! - It exists only while no SMTP server is configured, and only for the organization's owners. To admins an
//!   invitation of a new owner would be a way to become one.
//! - A mail to a person, such as a password reset, belongs to no organization. It is shown only while nobody but
//!   somebody [at this machine](crate::own_machine) reaches the program, and only if the person belongs to this organization and no other and does not run the platform: they
//!   have nothing that its owner has not got already.

pub mod pages;
mod store;
