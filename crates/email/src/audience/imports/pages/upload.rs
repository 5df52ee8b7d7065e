//! A file that comes in by a form.

use axum::extract::Request;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::access::Permission;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use ui::FieldErrors;

use super::super::actions;
use super::super::received::received;
use super::view;
use crate::audience::refusal;
use crate::audience::views::address;

pub async fn upload(mut page: PageCaller, headers: HeaderMap, request: Request) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let (app, organization) = (page.caller.app.clone(), page.caller.organization.id.clone());
    let outcome = match received(app, organization, request).await {
        Ok((name, kept)) => actions::register(&page.caller, &name, &kept).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(import) => {
            let there = address(&page, &format!("/imports/{}", import.id));
            page.caller.commit().await?;
            Ok(kernel::web::see_other(&there))
        }
        Err(error) => {
            let (status, errors) = match error {
                Error::TooLarge(words) => (StatusCode::PAYLOAD_TOO_LARGE, FieldErrors::from_iter([("file", words)])),
                error => refusal(error)?,
            };
            page.caller.start_over().await?;
            Ok(ui::html_with(status, &view(&page, &headers, None, errors).await?))
        }
    }
}
