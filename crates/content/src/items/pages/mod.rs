//! The content library and the editor.

mod bulk;
mod changes;
mod comparison;
mod editor;
mod input;
mod library;
mod panels;
mod params;
mod previews;
mod refused;
mod release;
mod subject;

use kernel::access::Permission;
use kernel::doors::{Access, Pages};

use super::model::Move;

pub use params::LibraryParams;

pub fn routes() -> Pages {
    of_items().merge(of_changes())
}

/// What can be done to draft changes of a published item.
fn of_changes() -> Pages {
    const READ: Access = Access::Member(Permission::ContentRead);
    const EDIT: Access = Access::Member(Permission::ContentEdit);
    const PUBLISH: Access = Access::Member(Permission::ContentPublish);
    Pages::new()
        .get("/admin/{org}/content/{id}/changes", READ, comparison::show)
        .post("/admin/{org}/content/{id}/changes", EDIT, changes::save)
        .post("/admin/{org}/content/{id}/changes/discard", EDIT, changes::discard)
        .post("/admin/{org}/content/{id}/changes/submit", EDIT, move |page, id, headers, form| {
            changes::make_move(page, id, (headers, Move::Submit), form)
        })
        .post("/admin/{org}/content/{id}/changes/approve", PUBLISH, move |page, id, headers, form| {
            changes::make_move(page, id, (headers, Move::Approve), form)
        })
        .post("/admin/{org}/content/{id}/changes/request-changes", PUBLISH, move |page, id, headers, form| {
            changes::make_move(page, id, (headers, Move::RequestChanges), form)
        })
        .post("/admin/{org}/content/{id}/changes/publish", PUBLISH, move |page, id, headers, form| {
            changes::make_move(page, id, (headers, Move::Publish), form)
        })
        .post("/admin/{org}/content/{id}/changes/unpublish", PUBLISH, move |page, id, headers, form| {
            changes::make_move(page, id, (headers, Move::Unpublish), form)
        })
        .post("/admin/{org}/content/{id}/changes/schedule", PUBLISH, changes::schedule)
}

fn of_items() -> Pages {
    const READ: Access = Access::Member(Permission::ContentRead);
    const EDIT: Access = Access::Member(Permission::ContentEdit);
    const PUBLISH: Access = Access::Member(Permission::ContentPublish);
    Pages::new()
        .get("/admin/{org}/content", READ, library::show)
        .post("/admin/{org}/content", EDIT, editor::create)
        .post("/admin/{org}/content/bulk", EDIT, bulk::change)
        .post("/admin/{org}/content/bulk/{id}/undo", EDIT, bulk::undo)
        .get("/admin/{org}/content/new", EDIT, editor::show_new)
        .get("/admin/{org}/content/{id}", READ, editor::show)
        .post("/admin/{org}/content/{id}", EDIT, editor::save)
        .get("/admin/{org}/content/{id}/delete", PUBLISH, editor::confirm_deletion)
        .post("/admin/{org}/content/{id}/delete", PUBLISH, editor::delete)
        .post("/admin/{org}/content/{id}/duplicate", EDIT, editor::duplicate)
        .get("/admin/{org}/content/{id}/previews", EDIT, previews::show)
        .post("/admin/{org}/content/{id}/previews", EDIT, previews::create)
        .post("/admin/{org}/content/{id}/previews/{preview}/revoke", EDIT, previews::revoke)
        .post("/admin/{org}/content/{id}/submit", EDIT, move |page, id, headers, form| {
            editor::make_move(page, id, (headers, Move::Submit), form)
        })
        .post("/admin/{org}/content/{id}/approve", PUBLISH, move |page, id, headers, form| {
            editor::make_move(page, id, (headers, Move::Approve), form)
        })
        .post("/admin/{org}/content/{id}/request-changes", PUBLISH, move |page, id, headers, form| {
            editor::make_move(page, id, (headers, Move::RequestChanges), form)
        })
        .post("/admin/{org}/content/{id}/publish", PUBLISH, move |page, id, headers, form| {
            editor::make_move(page, id, (headers, Move::Publish), form)
        })
        .post("/admin/{org}/content/{id}/schedule", PUBLISH, editor::schedule)
        .post("/admin/{org}/content/{id}/release", PUBLISH, release::change)
        .post("/admin/{org}/content/{id}/unpublish", PUBLISH, move |page, id, headers, form| {
            editor::make_move(page, id, (headers, Move::Unpublish), form)
        })
        .post("/admin/{org}/content/{id}/archive", PUBLISH, move |page, id, headers, form| {
            editor::make_move(page, id, (headers, Move::Archive), form)
        })
        .post("/admin/{org}/content/{id}/restore", PUBLISH, move |page, id, headers, form| {
            editor::make_move(page, id, (headers, Move::Restore), form)
        })
}
