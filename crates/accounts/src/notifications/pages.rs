use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use kernel::access::Permission;
use kernel::api::{Id, Query, read_cursor};
use kernel::form::Form;
use kernel::notify::{self, Kind};
use kernel::organization::site_settings;
use kernel::session::{PageCaller, Session};
use kernel::{App, Error, Result, web};
use serde::Deserialize;
use serde_json::{Value, json};
use ui::{Flash, Moment, Pager, Section};

use super::store::{self, Notification};
use crate::paging;
use crate::views::{NotificationRow, NotificationsPage};

const ROWS: i64 = 30;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Parameters {
    cursor: Option<String>,
}

pub async fn list(page: PageCaller, Query(parameters): Query<Parameters>, headers: HeaderMap) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::ContentRead)?;
    let before: Option<String> = read_cursor(parameters.cursor.as_deref())?;
    let user = &page.session.user_id;
    let mut told = store::list(&caller.tx, user, before.as_deref(), ROWS + 1).await?;
    let zone = site_settings(&caller.tx).await?.zone();
    let next = paging::cut(&mut told, ROWS, |last: &Notification| last.id.clone())?;
    let address = format!("/admin/{}/notifications", caller.organization.slug);
    let row = |one: Notification| NotificationRow {
        icon: icon(&one.kind),
        at: Moment::new(one.created_at, &zone),
        id: one.id,
        title: one.title,
        detail: one.detail,
        is_read: one.is_read,
    };
    let rows: Vec<NotificationRow> = told.into_iter().map(row).collect();
    Ok(ui::html(&NotificationsPage {
        frame: ui::frame_for(&page, &headers, "Notifications", Section::None),
        pager: Pager {
            previous: before.is_some().then(|| address.clone()),
            next: next.map(|cursor| format!("{address}?cursor={cursor}")),
            summary: format!("{} shown; they are forgotten after 90 days", rows.len()),
        },
        unread: page.unread,
        rows,
    }))
}

fn icon(kind: &str) -> &'static str {
    match Kind::ALL.into_iter().find(|known| known.as_str() == kind) {
        Some(Kind::ReviewRequested) => "eye",
        Some(Kind::Approved) => "check",
        Some(Kind::ChangesRequested) => "undo-2",
        Some(Kind::CommentsWaiting) => "message-square",
        Some(Kind::Published) => "send",
        Some(Kind::EmailSent) => "mail",
        Some(Kind::PublishingFailed | Kind::EmailFailed) => "triangle-alert",
        None => "bell",
    }
}

/// The number on the bell, which a script asks for now and then.
pub async fn unread(page: PageCaller) -> Result<Json<Value>> {
    page.caller.must(Permission::ContentRead)?;
    Ok(Json(json!({ "unread": page.unread })))
}

/// Marks one as read and goes where it leads.
pub async fn open(page: PageCaller, Id(id): Id) -> Result<Response> {
    let caller = page.caller;
    caller.must(Permission::ContentRead)?;
    let path = store::read_one(&caller.tx, &page.session.user_id, &id, caller.now).await?.ok_or(Error::NotFound)?;
    let path = if path.is_empty() { "notifications" } else { &path };
    let address = format!("/admin/{}/{path}", caller.organization.slug);
    caller.commit().await?;
    Ok(web::see_other(&address))
}

pub async fn read_all(page: PageCaller) -> Result<Response> {
    let caller = page.caller;
    caller.must(Permission::ContentRead)?;
    store::read_all(&caller.tx, &page.session.user_id, caller.now).await?;
    let address = format!("/admin/{}/notifications", caller.organization.slug);
    caller.commit().await?;
    Ok(Flash::success("All are marked as read.").redirect(&address))
}

/// Keeps which mails a person wants: a box that is not ticked is not sent, so what is missing is silenced.
pub async fn choose_mails(
    State(app): State<App>,
    session: Session,
    Form(wanted): Form<HashMap<String, String>>,
) -> Result<Response> {
    let unwanted = Kind::ALL.into_iter().map(Kind::as_str).filter(|kind| !wanted.contains_key(*kind));
    let unwanted: Vec<String> = unwanted.map(str::to_owned).collect();
    let tx = app.database.global_transaction().await?;
    store::silence(&tx, &session.user_id, &unwanted).await?;
    tx.commit().await?;
    Ok(Flash::success("Your choice of mails was saved.").redirect("/admin/account"))
}

/// The kinds as the account page offers them: name, words, and whether mails are sent.
pub async fn choices(
    tx: &impl kernel::db::Statements,
    user_id: &str,
) -> Result<Vec<(&'static str, &'static str, bool)>> {
    let silenced = store::silenced(tx, user_id).await?;
    let choice = |kind: notify::Kind| {
        let name = kind.as_str();
        (name, kind.label(), !silenced.iter().any(|silent| silent == name))
    };
    Ok(Kind::ALL.into_iter().map(choice).collect())
}
