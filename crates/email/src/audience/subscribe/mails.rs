//! The mails that answer a sign-up: to confirm it, or to say that there is nothing to do.

use kernel::Result;
use kernel::db::Tenant;
use kernel::mail::{self, Mail};

use super::requests::Request;

/// Asks to confirm.
pub async fn confirm(tx: &Tenant, request: &Request, (site, url): (&str, &str)) -> Result<()> {
    let text = format!(
        "Hello,\n\n\
         somebody, hopefully you, asked for emails from {site} to this address. You agree to this:\n\n\
         {}\n\n\
         Confirm it here:\n{url}\n\n\
         The link works for seven days. If it was not you, there is nothing to do: no more is sent, and the request is forgotten.\n",
        quoted(&request.consent_wording)
    );
    let subject = format!("Confirm your subscription to {site}");
    queue(tx, request, &subject, &text).await
}

/// Says that the address is on the list already.
pub async fn known(tx: &Tenant, request: &Request, (site, url): (&str, &str)) -> Result<()> {
    let text = format!(
        "Hello,\n\n\
         somebody, hopefully you, asked for emails from {site} to this address. You get them already, so there is nothing to do.\n\n\
         What is kept of you, a pause and unsubscribing are here:\n{url}\n"
    );
    let subject = format!("You are subscribed to {site}");
    queue(tx, request, &subject, &text).await
}

async fn queue(tx: &Tenant, request: &Request, subject: &str, text: &str) -> Result<()> {
    let subject: String = subject.chars().filter(|character| !character.is_control()).collect();
    let mail = Mail { recipient: &request.email, subject: &subject, text };
    mail::queue(tx, Some(tx.organization()), &mail, request.created_at).await
}

fn quoted(text: &str) -> String {
    text.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n")
}
