//! The library as people use it: the screen, one file, folders, and the dialog in which other pages choose files.

mod asset;
mod changes;
mod file;
mod folders;
mod library;
mod params;
mod picker;
mod send;
mod shown;

use kernel::Error;
use kernel::access::Permission;
use kernel::doors::{Access, Pages};
use kernel::session::PageCaller;
use ui::FieldErrors;

pub use params::LibraryParams;

pub fn routes() -> Pages {
    const READ: Access = Access::Member(Permission::ContentRead);
    const EDIT: Access = Access::Member(Permission::ContentEdit);
    const PUBLISH: Access = Access::Member(Permission::ContentPublish);
    Pages::new()
        .get("/admin/{org}/media", READ, library::show)
        .post("/admin/{org}/media", EDIT, send::upload)
        .post("/admin/{org}/media/import", EDIT, send::import)
        .post("/admin/{org}/media/bulk", EDIT, changes::change)
        .post("/admin/{org}/media/undo", EDIT, changes::undo)
        .get("/admin/{org}/media/picker", READ, picker::show)
        .post("/admin/{org}/media/folders", EDIT, folders::create)
        .get("/admin/{org}/media/folders/{id}", EDIT, folders::show)
        .post("/admin/{org}/media/folders/{id}", EDIT, folders::save)
        .post("/admin/{org}/media/folders/{id}/delete", PUBLISH, folders::delete)
        .get("/admin/{org}/media/{id}", READ, asset::show)
        .post("/admin/{org}/media/{id}", EDIT, asset::save)
        .post("/admin/{org}/media/{id}/edit", EDIT, file::edit)
        .post("/admin/{org}/media/{id}/replace", EDIT, file::replace)
        .post("/admin/{org}/media/{id}/undo", EDIT, file::undo)
        .post("/admin/{org}/media/{id}/sign", READ, asset::sign)
        .get("/admin/{org}/media/{id}/delete", PUBLISH, asset::confirm_deletion)
        .post("/admin/{org}/media/{id}/delete", PUBLISH, asset::delete)
        .post("/admin/{org}/media/{id}/restore", PUBLISH, asset::restore)
}

/// The address of the library, with a folder where one is named.
fn address(page: &PageCaller, folder_id: Option<&str>) -> String {
    let list = format!("/admin/{}/media", page.caller.organization.slug);
    match folder_id {
        Some(id) => format!("{list}?folder={id}"),
        None => list,
    }
}

/// What a refused form is shown again with; an error that no form can show stays an error.
fn refusal(error: Error) -> kernel::Result<(http::StatusCode, FieldErrors)> {
    let status = error.status();
    let mut errors = FieldErrors::none();
    match error {
        Error::Invalid(problems) => problems.into_iter().for_each(|problem| errors.add(problem.field, problem.message)),
        Error::Taken(problem) => errors.add(problem.field, problem.message),
        Error::Conflict(words)
        | Error::PlanLimit(words)
        | Error::TooLarge(words)
        | Error::UnsupportedMediaType(words) => {
            errors.add("", words);
        }
        Error::StaleVersion(_) => {
            errors.add("", "Somebody else changed this in the meantime. What you typed is still here; saving again replaces theirs.");
            return Ok((http::StatusCode::CONFLICT, errors));
        }
        other => return Err(other),
    }
    Ok((status, errors))
}

/// The words of a refusal as one text.
fn words(errors: &FieldErrors) -> String {
    errors.iter().map(|(_, message)| message).collect::<Vec<_>>().join(" ")
}
