//! Accounts: organizations, members, invitations, signing in, API keys, settings and the audit log.

mod attempts;
pub mod authors;
mod entry;
mod organizations;
mod password;
mod people;
mod refusal;
pub mod views;
mod visit;

use kernel::access::Permission;
use kernel::doors::{Access, Pages};

/// The application's pages about accounts, with who may pass their doors.
pub fn pages() -> Pages {
    entry_pages().merge(organization_pages())
}

fn entry_pages() -> Pages {
    Pages::new()
        .get("/admin", Access::Public, entry::sign_in::start)
        .get("/admin/setup", Access::Public, entry::setup::page)
        .post("/admin/setup", Access::Public, entry::setup::submit)
        .get("/admin/sign-in", Access::Public, entry::sign_in::page)
        .post("/admin/sign-in", Access::Public, entry::sign_in::submit)
        .post("/admin/sign-out", Access::Public, entry::sign_in::sign_out)
}

fn organization_pages() -> Pages {
    Pages::new()
        .get("/admin/organizations", Access::SignedIn, organizations::pages::list)
        .post("/admin/organizations", Access::SignedIn, organizations::pages::create)
        .get("/admin/{org}", Access::Member(Permission::ContentRead), organizations::pages::choose)
}
