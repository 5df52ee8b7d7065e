//! What is looked at of the sender and of a trial, before an email is sent.

use kernel::Result;
use kernel::access::Caller;
use kernel::db::Tenant;

use super::checks::{Findings, Level};
use crate::sending::domains;
use crate::sending::emails::Email;
use crate::sending::trial::SHARE_MOST;
use crate::sending::trial::verdict::PEOPLE_LEAST;

/// Whether enough people see each of two lines.
pub(super) fn trial(email: &Email, reachable: i64, findings: &mut Findings) {
    let Some(trial) = &email.trial else { return };
    let each = reachable * i64::from(trial.share) / 200;
    if each < PEOPLE_LEAST {
        let words = format!(
            "Each of the two subject lines would reach about {each} people, and nothing can be said of fewer than {PEOPLE_LEAST}: there will be no winner."
        );
        findings.add(Level::Warning, "trial_small", "trial", words);
    } else {
        let words = if trial.share == SHARE_MOST {
            format!(
                "Each of the two subject lines reaches about {each} people. Everybody is part of the trial, so nobody waits for its end."
            )
        } else {
            let hours = trial.hours;
            format!(
                "Each of the two subject lines reaches about {each} people; the rest waits {hours} hours for the better one."
            )
        };
        findings.add(Level::Good, "trial", "trial", words);
    }
}

pub(super) async fn sender(caller: &Caller, email: &Email, findings: &mut Findings) -> Result<()> {
    if caller.app.settings.smtp_url.is_none() {
        let words = "No SMTP server is set (SMTP_URL), so messages are kept in the outbox instead of being sent.";
        findings.add(Level::Warning, "smtp_missing", "from_email", words);
    }
    if let Some(words) = foreign_sender(&caller.tx, &email.from_email).await? {
        findings.add(Level::Error, "sender_of_another", "from_email", words);
        return Ok(());
    }
    let domain = email.from_email.rsplit('@').next().unwrap_or_default();
    if domains::store::signs(&caller.tx, domain).await? {
        findings.add(Level::Good, "signed", "from_email", format!("Messages are signed for {domain} (DKIM)."));
    } else {
        let words = if domain.contains('.') {
            format!(
                "Messages from {domain} are not signed, and large mail providers refuse unsigned ones. Set {domain} up as a sending domain."
            )
        } else {
            format!(
                "Nobody outside this machine takes messages from {domain}. Write from an address of a domain of yours."
            )
        };
        findings.add(Level::Warning, "unsigned", "from_email", words);
    }
    Ok(())
}

/// Why this address may not be the sender's: its domain is another organization's.
pub async fn foreign_sender(tx: &Tenant, address: &str) -> Result<Option<String>> {
    let domain = address.rsplit('@').next().unwrap_or_default();
    if !domains::store::is_of_another(tx, domain).await? {
        return Ok(None);
    }
    Ok(Some(format!("{domain} belongs to another organization here. Send from an address at a domain of your own.")))
}
