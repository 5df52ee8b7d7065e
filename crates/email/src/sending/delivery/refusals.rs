//! Stopping an email that many servers refuse, before it costs the sender the name they have.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::outcome::Fate;
use crate::sending::emails;

/// So many refusals at least; again at twice as many, for who resumes it has seen those.
const FIRST_STOP: i32 = 50;
/// Of ten answers at least one.
const ONE_OF: i32 = 10;

/// What was refused in one transaction for a reason that is not the address: how often, and the last answer, by email.
#[derive(Default)]
pub(super) struct Refusals(BTreeMap<String, (i32, String)>);

impl Refusals {
    pub fn note(&mut self, email_id: &str, fate: &Fate) {
        if let Fate::Refused(reply) = fate {
            let entry = self.0.entry(email_id.to_owned()).or_default();
            entry.0 += 1;
            entry.1.clone_from(reply);
        }
    }

    /// Pauses emails of which too many were refused, once that is written down, and says why.
    pub async fn pause(&self, tx: &Tenant, now: Timestamp) -> Result<()> {
        for (email_id, (refused, reply)) in &self.0 {
            let sql = "SELECT failed, sent + failed AS answered FROM email_campaigns WHERE id = $1";
            let Some(row) = tx.row(sql, &[email_id]).await? else { continue };
            let (failed, answered): (i32, i32) = (row.get("failed"), row.get("answered"));
            if stops((failed - refused, failed), answered) {
                let why = format!(
                    "{failed} of {answered} messages were refused, the last with: {reply}. Find out why before you resume, \
                     for more refusals harm the name that your domain has with these servers."
                );
                emails::store::set_paused(tx, email_id, Some(now), Some(&why)).await?;
            }
        }
        Ok(())
    }
}

/// Whether the refusals reach a number at which people have to look, and are no small part of all answers.
fn stops((before, after): (i32, i32), answered: i32) -> bool {
    let mut stop = FIRST_STOP;
    while stop <= before {
        stop = stop.saturating_mul(2);
    }
    after >= stop && after.saturating_mul(ONE_OF) >= answered
}

#[cfg(test)]
mod tests {
    use super::stops;

    #[test]
    fn an_email_stops_at_fifty_refusals_and_again_at_twice_as_many() {
        assert!(!stops((48, 49), 49));
        assert!(stops((49, 50), 400));
        assert!(stops((45, 55), 55));
        assert!(!stops((49, 50), 501), "nine of ten servers take it");
        assert!(!stops((50, 60), 60) && !stops((98, 99), 99), "who resumed it has seen those");
        assert!(stops((99, 100), 100) && stops((199, 200), 200));
        assert!(!stops((0, 0), 0));
    }
}
