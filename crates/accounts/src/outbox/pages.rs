use axum::response::Response;
use http::HeaderMap;
use kernel::access::{Caller, Permission};
use kernel::api::{Id, Query, read_cursor};
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{Breadcrumb, Frame, Moment, Pager, Section};

use super::store;
use crate::views::{OutboxMail, OutboxMailPage, OutboxPage, OutboxRow};
use crate::{own_machine, paging};

const ROWS: i64 = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Parameters {
    cursor: Option<String>,
}

/// The outbox is not there for anybody once mails are sent.
fn must_read(caller: &Caller) -> Result<()> {
    caller.must(Permission::OrganizationOwn)?;
    if caller.app.settings.smtp_url.is_some() { Err(Error::NotFound) } else { Ok(()) }
}

pub async fn list(page: PageCaller, Query(parameters): Query<Parameters>, headers: HeaderMap) -> Result<Response> {
    let caller = &page.caller;
    must_read(caller)?;
    let before: Option<String> = read_cursor(parameters.cursor.as_deref())?;
    let personal = own_machine::is_served(&caller.app.settings);
    let mut mails = store::list(&caller.tx, personal, before.as_deref(), ROWS + 1).await?;
    let zone = site_settings(&caller.tx).await?.zone();
    let next = paging::cut(&mut mails, ROWS, |mail| mail.id.clone())?;
    let address = format!("/admin/{}/outbox", caller.organization.slug);
    let row = |mail: store::KeptMail| OutboxRow {
        id: mail.id,
        to: mail.recipient,
        subject: mail.subject,
        at: Moment::new(mail.created_at, &zone),
    };
    let pager = Pager {
        previous: before.is_some().then(|| address.clone()),
        next: next.map(|cursor| format!("{address}?cursor={cursor}")),
        summary: if mails.len() == 1 { "1 mail".to_owned() } else { format!("{} mails", mails.len()) },
    };
    Ok(ui::html(&OutboxPage {
        frame: ui::frame_for(&page, &headers, "Development outbox", Section::Outbox),
        mails: mails.into_iter().map(row).collect(),
        pager,
    }))
}

pub async fn read(page: PageCaller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    let caller = &page.caller;
    must_read(caller)?;
    let personal = own_machine::is_served(&caller.app.settings);
    let mail = store::find(&caller.tx, personal, &id).await?.ok_or(Error::NotFound)?;
    let zone = site_settings(&caller.tx).await?.zone();
    let frame = ui::frame_for(&page, &headers, &mail.subject, Section::Outbox);
    let up = Breadcrumb::link("Development outbox", format!("{}/outbox", frame.base()));
    let breadcrumbs = vec![up, Breadcrumb::here(mail.subject.clone())];
    Ok(ui::html(&OutboxMailPage {
        frame: Frame { breadcrumbs, ..frame },
        mail: OutboxMail {
            from: caller.app.settings.mail_from.clone(),
            to: mail.recipient,
            subject: mail.subject,
            at: Moment::new(mail.created_at, &zone),
            text: mail.text,
        },
    }))
}
