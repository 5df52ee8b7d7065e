//! The pages of contacts.

mod bulk;
mod input;
mod listing;
mod one;

use kernel::access::Permission;
use kernel::doors::{Access, Pages};

pub use listing::ListParams;

pub fn routes() -> Pages {
    let access = || Access::Member(Permission::CampaignsManage);
    Pages::new()
        .get("/admin/{org}/audience", access(), listing::list)
        .post("/admin/{org}/audience", access(), one::create)
        .get("/admin/{org}/audience/new", access(), one::new)
        .post("/admin/{org}/audience/bulk", access(), bulk::change)
        .post("/admin/{org}/audience/export.csv", access(), super::csv::export)
        .get("/admin/{org}/audience/contacts/{id}", access(), one::show)
        .post("/admin/{org}/audience/contacts/{id}", access(), one::save)
        .get("/admin/{org}/audience/contacts/{id}/export.json", access(), one::export)
        .post("/admin/{org}/audience/contacts/{id}/delete", access(), one::delete)
        .post("/admin/{org}/audience/contacts/{id}/erase", access(), one::erase)
}
