use axum::http::HeaderMap;
use axum::response::Response;
use kernel::access::Permission;
use kernel::api::Query;
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::{Result, organization, web};
use serde::{Deserialize, Serialize};
use ui::{Breadcrumb, Flash, Pager, Section};

use super::cards::cards;
use crate::comments::list::{self, CommentQuery, Listed};
use crate::comments::model::CommentStatus;
use crate::comments::{actions, store};
use crate::items;
use crate::views::{CommentsDeletePage, CommentsPage, StatusTab};

/// Comments on one page.
const ROWS: i64 = 25;
/// The most comments that are decided about at once.
const DECIDED_AT_ONCE: usize = 100;
/// Characters of a comment that the list shows.
const TEXT_SHOWN: usize = 1_000;
/// Characters of a comment that is about to be deleted.
const TEXT_REMINDED: usize = 200;
/// The value of `status` that shows all comments.
const EVERY_STATUS: &str = "ALL";

/// What the address bar says. Without a status, the comments that wait are shown.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ModerationParams {
    #[serde(skip_serializing_if = "String::is_empty")]
    status: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    content: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    cursor: String,
}

impl ModerationParams {
    fn status(&self) -> Option<CommentStatus> {
        match self.status.as_str() {
            EVERY_STATUS => None,
            status => Some(status.parse().unwrap_or(CommentStatus::Pending)),
        }
    }

    fn query(&self) -> Result<CommentQuery> {
        let content_id = Some(self.content.clone()).filter(|content| !content.is_empty());
        let query = CommentQuery {
            status: self.status(),
            content_id,
            searches_mail: true,
            limit: ROWS,
            ..CommentQuery::default()
        };
        query.with(Some(&self.q), Some(self.cursor.as_str()).filter(|cursor| !cursor.is_empty()))
    }

    fn written(&self) -> String {
        serde_urlencoded::to_string(self).unwrap_or_default()
    }

    fn address(&self, page: &PageCaller) -> String {
        let query = self.written();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("/admin/{}/comments{mark}{query}", page.caller.organization.slug)
    }
}

pub async fn show(page: PageCaller, headers: HeaderMap, Query(params): Query<ModerationParams>) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::TaxonomyManage)?;
    let query = params.query()?;
    let (listed, counts, settings) = futures_util::try_join!(
        list::read(&caller.tx, &query),
        list::counts(&caller.tx),
        organization::site_settings(&caller.tx)
    )?;
    if listed.comments.is_empty() && !params.cursor.is_empty() {
        // Everything on this page was decided; the list begins anew.
        let first = ModerationParams { cursor: String::new(), ..params };
        return Ok(web::see_other(&first.address(&page)));
    }
    let item = match &query.content_id {
        Some(id) => items::store::find(&caller.tx, id).await?,
        None => None,
    };
    let pager = pager(&page, &params, &listed);
    let view = CommentsPage {
        tabs: tabs(&page, &params, counts),
        comments: cards(caller, listed.comments, TEXT_SHOWN, &settings.zone()).await?,
        pager,
        back: params.written(),
        content_title: item.map(|item| item.title).unwrap_or_default(),
        status: params.status,
        search: params.q,
        content_id: params.content,
        frame: ui::frame_for(&page, &headers, "Comments", Section::Comments),
    };
    Ok(ui::html(&view))
}

fn tabs(page: &PageCaller, params: &ModerationParams, counts: [i64; 4]) -> Vec<StatusTab> {
    let shown = params.status();
    let tab = |label, name: &str, (count, is_current)| {
        let params = ModerationParams { status: name.to_owned(), cursor: String::new(), ..params.clone() };
        StatusTab { label, count, href: params.address(page), is_current }
    };
    let each = CommentStatus::ALL.into_iter().zip(counts);
    let mut tabs: Vec<StatusTab> =
        each.map(|(status, count)| tab(status.label(), status.as_str(), (count, shown == Some(status)))).collect();
    tabs.push(tab("All", EVERY_STATUS, (counts.iter().sum(), shown.is_none())));
    tabs
}

fn pager(page: &PageCaller, params: &ModerationParams, listed: &Listed) -> Pager {
    let address = |cursor: &String| ModerationParams { cursor: cursor.clone(), ..params.clone() }.address(page);
    let noun = if listed.total == 1 { "comment" } else { "comments" };
    Pager {
        previous: listed.previous.as_ref().map(address),
        next: listed.next.as_ref().map(address),
        summary: format!("{} of {} {noun}", listed.comments.len(), listed.total),
    }
}

/// What the list's form asks for: a deed, and the comments it is about.
#[derive(Debug, Default)]
struct Decision {
    deed: String,
    ids: Vec<String>,
    is_confirmed: bool,
    back: ModerationParams,
}

impl Decision {
    /// A button beside one comment names the deed and the comment, and passes over what else is chosen.
    fn read(fields: Vec<(String, String)>) -> Self {
        let mut decision = Self::default();
        let mut single = None;
        for (name, value) in fields {
            match name.as_str() {
                "id" => decision.ids.push(value),
                "do" => decision.deed = value,
                "confirmed" => decision.is_confirmed = value == "yes",
                "back" => decision.back = serde_urlencoded::from_str(&value).unwrap_or_default(),
                "approve" | "reject" | "spam" | "delete" => single = Some((name, value)),
                _ => {}
            }
        }
        if let Some((deed, id)) = single {
            decision.deed = deed;
            decision.ids = vec![id];
        }
        decision.ids.retain(|id| kernel::id::is_well_formed(id));
        decision.ids.truncate(DECIDED_AT_ONCE);
        decision
    }

    fn status(&self) -> Option<CommentStatus> {
        match self.deed.as_str() {
            "approve" => Some(CommentStatus::Approved),
            "reject" => Some(CommentStatus::Rejected),
            "spam" => Some(CommentStatus::Spam),
            _ => None,
        }
    }
}

pub async fn decide(
    page: PageCaller,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response> {
    page.caller.must(Permission::TaxonomyManage)?;
    let decision = Decision::read(fields);
    let back = decision.back.address(&page);
    if decision.ids.is_empty() {
        return Ok(Flash::error("No comment is chosen. Tick some, then say what to do with them.").redirect(&back));
    }
    let words = match (decision.status(), decision.deed.as_str()) {
        (Some(status), _) => {
            let count = actions::set_status_of_many(&page.caller, &decision.ids, status).await?;
            done(
                count,
                match status {
                    CommentStatus::Approved => "approved",
                    CommentStatus::Rejected => "rejected",
                    _ => "marked as spam",
                },
            )
        }
        (None, "delete") if !decision.is_confirmed => return confirm(&page, &headers, decision).await,
        (None, "delete") => done(actions::delete_many(&page.caller, &decision.ids).await?, "deleted"),
        (None, _) => return Ok(Flash::error("Choose what to do with the comments.").redirect(&back)),
    };
    page.caller.commit().await?;
    Ok(Flash::success(words).redirect(&back))
}

fn done(count: u64, deed: &str) -> String {
    match count {
        0 => "Nothing changed: somebody else was quicker.".to_owned(),
        1 => format!("One comment {deed}."),
        count => format!("{count} comments {deed}."),
    }
}

async fn confirm(page: &PageCaller, headers: &HeaderMap, decision: Decision) -> Result<Response> {
    let caller = &page.caller;
    let comments = store::find_many(&caller.tx, &decision.ids).await?;
    if comments.is_empty() {
        return Ok(Flash::error("These comments are gone already.").redirect(&decision.back.address(page)));
    }
    let zone = organization::site_settings(&caller.tx).await?.zone();
    let mut frame = ui::frame_for(page, headers, "Delete comments", Section::Comments);
    frame.breadcrumbs = vec![Breadcrumb::link("Comments", decision.back.address(page)), Breadcrumb::here("Delete")];
    let view = CommentsDeletePage {
        frame,
        answers: store::count_answers(&caller.tx, &decision.ids).await?,
        comments: cards(caller, comments, TEXT_REMINDED, &zone).await?,
        back: decision.back.written(),
    };
    Ok(ui::html(&view))
}
