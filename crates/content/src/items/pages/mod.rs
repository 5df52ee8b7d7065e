//! The content library and the editor.

mod bulk;
mod editor;
mod input;
mod library;
mod panels;

use kernel::access::Permission;
use kernel::doors::{Access, Pages};

use super::model::Move;

pub fn routes() -> Pages {
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
