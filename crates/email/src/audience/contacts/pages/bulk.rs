//! Changing the chosen contacts together.

use axum::response::Response;
use http::HeaderMap;
use kernel::access::{Caller, Permission};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use ui::Flash;

use crate::audience::contacts::actions::{self, AT_ONCE};
use crate::audience::contacts::views::DeletePage;
use crate::audience::views::{address, frame};

/// The list's form: the chosen contacts, what to do, and what it takes.
#[derive(Default)]
struct Wanted {
    ids: Vec<String>,
    what: String,
    tags: Vec<String>,
    is_confirmed: bool,
    back: String,
}

fn read(fields: Vec<(String, String)>) -> Wanted {
    let mut wanted = Wanted::default();
    for (name, value) in fields {
        match name.as_str() {
            "id" if kernel::id::is_well_formed(&value) && wanted.ids.len() < AT_ONCE => wanted.ids.push(value),
            "do" => wanted.what = value,
            "tags" => wanted.tags = value.split(',').map(|tag| tag.trim().to_owned()).collect(),
            "confirmed" => wanted.is_confirmed = true,
            "back" => wanted.back = value,
            _ => {}
        }
    }
    wanted.tags.retain(|tag| !tag.is_empty());
    wanted
}

pub async fn change(
    page: PageCaller,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let wanted = read(fields);
    let back = match wanted.back.as_str() {
        "" => address(&page, ""),
        query => format!("{}?{query}", address(&page, "")),
    };
    if wanted.ids.is_empty() {
        let words = "Nobody is chosen. Tick some contacts, then say what to do with them.";
        return Ok(Flash::error(words).redirect(&back));
    }
    if wanted.what == "delete" && !wanted.is_confirmed {
        let frame = frame(&page, &headers, "Delete contacts", &[]);
        return Ok(ui::html(&DeletePage { frame, ids: wanted.ids, back: wanted.back }));
    }
    match apply(&page.caller, &wanted).await {
        Ok(words) => {
            page.caller.commit().await?;
            Ok(Flash::success(words).redirect(&back))
        }
        Err(Error::Invalid(problems)) => {
            let words: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
            Ok(Flash::error(words.join(" ")).redirect(&back))
        }
        Err(error) => Err(error),
    }
}

/// Does what is wanted, and says what was done.
async fn apply(caller: &Caller, wanted: &Wanted) -> Result<String> {
    let (ids, tags) = (&wanted.ids, wanted.tags.as_slice());
    match wanted.what.as_str() {
        "tag" | "untag" if tags.is_empty() => Err(Error::invalid("tags", "required", "Type at least one tag.")),
        "tag" => Ok(told(actions::tag_many(caller, ids, (tags, &[])).await?, "added")),
        "untag" => Ok(told(actions::tag_many(caller, ids, (&[], tags)).await?, "removed")),
        "unsubscribe" => Ok(match actions::unsubscribe_many(caller, ids).await? {
            0 => "None of them was subscribed.".to_owned(),
            1 => "One contact is unsubscribed.".to_owned(),
            count => format!("{count} contacts are unsubscribed."),
        }),
        "delete" => Ok(match actions::delete(caller, ids).await? {
            1 => "One contact is deleted.".to_owned(),
            count => format!("{count} contacts are deleted."),
        }),
        _ => Err(Error::invalid("do", "required", "Choose what to do with the contacts.")),
    }
}

fn told(count: u64, verb: &str) -> String {
    match count {
        0 => "Nothing changed.".to_owned(),
        1 => format!("One tag {verb}."),
        count => format!("{count} tags {verb}."),
    }
}
