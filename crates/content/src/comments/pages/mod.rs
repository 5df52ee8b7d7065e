//! The moderation queue, one comment, and the blocklist.

mod blocklist;
mod cards;
mod moderation;
mod one;

use kernel::access::Permission;
use kernel::doors::{Access, Pages};

pub fn routes() -> Pages {
    const MODERATE: Access = Access::Member(Permission::TaxonomyManage);
    Pages::new()
        .get("/admin/{org}/comments", MODERATE, moderation::show)
        .post("/admin/{org}/comments", MODERATE, moderation::decide)
        .get("/admin/{org}/comments/blocklist", MODERATE, blocklist::show)
        .post("/admin/{org}/comments/blocklist", MODERATE, blocklist::add)
        .post("/admin/{org}/comments/blocklist/{id}/remove", MODERATE, blocklist::remove)
        .get("/admin/{org}/comments/{id}", MODERATE, one::show)
        .post("/admin/{org}/comments/{id}", MODERATE, one::save)
        .post("/admin/{org}/comments/{id}/reply", MODERATE, one::reply)
}
