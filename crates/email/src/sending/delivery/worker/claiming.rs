//! Who is written to next: claimed in the transaction of a turn, as far as limits and domains allow.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use kernel::db::{Row, Tenant};
use kernel::{Error, Result};

use super::{Claimed, LETTERS_MOST, Node};
use crate::sending::delivery::crowd::{self, Crowd};
use crate::sending::delivery::letter::{Letter, Person};
use crate::sending::delivery::outcome::Fate;
use crate::sending::delivery::prepare;
use crate::sending::delivery::store::{self, Claim, Record};
use crate::sending::emails;

impl Node {
    /// Claims recipients of one email. `None` when it has nobody to write to now; then it rests, or is at its end.
    pub(super) async fn claim(
        &mut self,
        tx: &Tenant,
        email_id: &str,
        (most, now, begun): (usize, Timestamp, &[Claimed]),
        records: &mut Vec<Record>,
    ) -> Result<Option<Vec<Claimed>>> {
        let standing = store::standing(tx, email_id).await?;
        if standing.as_ref().is_some_and(|standing| standing.is_cancelled) {
            emails::store::skip_waiting(tx, email_id).await?;
        }
        let Some(standing) = standing.filter(|standing| standing.is_running) else {
            // Paused, cancelled or gone: nothing more is claimed, and what was claimed before has come back or will.
            return self.let_rest(tx, email_id, now).await.map(|()| None);
        };
        let Some(letter) = self.letter_or_pause(tx, email_id, (standing.frozen_at, now)).await? else {
            return Ok(None);
        };
        let wanted = i64::try_from(most).unwrap_or(1);
        let allowed = if standing.is_limited { store::take_of_minute(tx, wanted, now).await? } else { wanted };
        if allowed == 0 {
            store::wake(tx, email_id, now + SignedDuration::from_secs(2)).await?;
            return Ok(None);
        }
        let claim = Claim { email_id, token: &self.token, most: allowed, now };
        let rows = store::claim(tx, &claim).await?;
        let is_over = rows.is_empty();
        let taken = self.admit((&letter, rows), (now, begun), records);
        let spare = allowed - i64::try_from(taken.len()).unwrap_or(allowed);
        if standing.is_limited && spare > 0 {
            store::give_back_of_minute(tx, spare, now).await?;
        }
        if is_over {
            self.emptied.insert(email_id.to_owned());
            return self.let_rest(tx, email_id, now).await.map(|()| None);
        }
        self.emptied.remove(email_id);
        Ok(Some(taken))
    }

    /// Lets an email wait for what is due next, or come to its end.
    async fn let_rest(&self, tx: &Tenant, email_id: &str, now: Timestamp) -> Result<()> {
        store::give_up_leases(tx, email_id, now).await?;
        prepare::rest_or_finish(tx, &self.app, email_id, now).await
    }

    /// The letter of an email. One that cannot be read pauses, for no other email waits for it.
    async fn letter_or_pause(
        &mut self,
        tx: &Tenant,
        email_id: &str,
        (frozen_at, now): (Option<Timestamp>, Timestamp),
    ) -> Result<Option<Arc<Letter>>> {
        match self.letter(tx, email_id, frozen_at).await {
            Ok(letter) => Ok(Some(letter)),
            Err(Error::Invalid(problems)) => {
                let why = problems.first().map(|problem| problem.message.as_str());
                emails::store::set_paused(tx, email_id, Some(now), why).await?;
                prepare::rest_or_finish(tx, &self.app, email_id, now).await?;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Of those who are claimed the ones that can be written to now; the others go back, or are left out.
    fn admit(
        &mut self,
        (letter, rows): (&Arc<Letter>, Vec<Row>),
        (now, begun): (Timestamp, &[Claimed]),
        records: &mut Vec<Record>,
    ) -> Vec<Claimed> {
        let mut taken = Vec::new();
        let mut crowd = self.crowd(records, begun);
        let mut waits = 0;
        let found = rows.len();
        for row in rows {
            let recipient: String = row.get("recipient_id");
            if !row.get::<_, bool>("may_be_sent_to") {
                let fate = Fate::Skipped("left the list, or pauses, since sending began".to_owned());
                records.push(Record { recipient, email_hash: Vec::new(), fate });
                continue;
            }
            let person = Person::from_row(&row);
            match self.patience.rests_until(&person.email, now) {
                Some(until) => records.push(Record { recipient, email_hash: Vec::new(), fate: Fate::PutBack(until) }),
                None if !crowd.admit(&person.email) => {
                    waits += 1;
                    let fate = Fate::PutBack(now + crowd::WAITS_FOR);
                    records.push(Record { recipient, email_hash: Vec::new(), fate });
                }
                None => taken.push((letter.clone(), person, row.get("attempts"))),
            }
        }
        self.is_crowded = found > 0 && waits == found;
        taken
    }

    /// What is on its way by domain, without what has just come to its end.
    fn crowd(&self, records: &[Record], begun: &[Claimed]) -> Crowd {
        let ended: HashSet<&str> = records.iter().map(|record| record.recipient.as_str()).collect();
        let running = self.on_the_way.values().filter(|(_, recipient, _)| !ended.contains(recipient.as_str()));
        let running = running.map(|(_, _, address)| address.as_str());
        let begun = begun.iter().map(|(_, person, _)| person.email.as_str());
        Crowd::of(self.app.settings.smtp_connections_a_domain, running.chain(begun))
    }

    /// The letter of an email, kept for as long as it is sent.
    async fn letter(&mut self, tx: &Tenant, email_id: &str, frozen_at: Option<Timestamp>) -> Result<Arc<Letter>> {
        if let Some(letter) = self.letters.get(email_id).filter(|letter| letter.frozen_at == frozen_at) {
            return Ok(letter.clone());
        }
        let letter = Arc::new(prepare::letter(tx, &self.app, email_id).await?);
        if self.letters.len() >= LETTERS_MOST {
            self.letters.clear();
            self.emptied.clear();
        }
        self.letters.insert(email_id.to_owned(), letter.clone());
        Ok(letter)
    }
}
