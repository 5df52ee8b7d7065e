//! What a server's answer means for a recipient, and when to try again.

use jiff::{SignedDuration, Timestamp};

use super::wording;
use crate::returns::Bounce;
use crate::sending::smtp::{Outcome, Reply, Stage};

/// How long a recipient is tried, from the beginning of sending.
const TRIED_FOR: SignedDuration = SignedDuration::from_hours(24);
/// Minutes to wait after each attempt that failed for now; the last goes on.
const WAITS: [i64; 8] = [1, 5, 15, 30, 60, 120, 240, 240];

/// Why a message was refused (RFC 3463 and what large providers do with it).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// There is no such mailbox, or it takes nothing any more: never write there again.
    Gone,
    FullMailbox,
    /// For now.
    Passing,
    /// For good, without a word whether it is for the address.
    Unclear,
    /// Who sends is not trusted enough: says nothing about the address.
    Policy,
    /// The message itself is refused.
    Content,
    /// Our sign-in or sender address is refused: nothing will get through until the setting is mended.
    Configuration,
}

/// Reads an answer. The enhanced code decides; where it says nothing, the words do. An address is only called gone where
/// that was said, for many servers answer a sender they do not want at the address.
pub fn class(stage: Stage, reply: &Reply) -> Class {
    let passing = reply.is_passing();
    if matches!(reply.code, 530 | 534 | 535 | 538) || stage == Stage::Sender && !passing {
        return Class::Configuration;
    }
    match reply.enhanced() {
        Some((_, 2, 2)) => Class::FullMailbox,
        Some((_, 7, _)) if passing && reply.code != 421 && reply.code != 454 => {
            // Greylisting says 4.7.1 and means this one alone.
            if reply.enhanced() == Some((4, 7, 1)) { Class::Passing } else { Class::Policy }
        }
        Some((4, 7, _)) => Class::Policy,
        _ if passing => Class::Passing,
        // The sender's address is what they mean (RFC 3463, 3.2).
        Some((5, 1, 7 | 8)) => Class::Policy,
        Some((5, 1, 0..=3 | 6 | 10) | (5, 2, 1) | (5, 4, 4)) => Class::Gone,
        Some((5, 7, _)) => Class::Policy,
        Some((5, 3, 4) | (5, 6, _)) => Class::Content,
        Some((5, 2..=4, _)) => Class::Passing,
        _ if stage == Stage::Recipient => wording::class(&reply.text).unwrap_or(match reply.code {
            550 | 551 | 553 => Class::Unclear,
            _ => Class::Content,
        }),
        _ => Class::Content,
    }
}

/// What is written down about a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    Sent(String),
    /// The address is refused for good, or for so long that this message is given up.
    Bounced {
        reply: String,
        bounce: Bounce,
    },
    /// Refused for the sender's sake, or for the text's.
    Refused(String),
    /// Given up for a reason that nobody told.
    Failed(String),
    Again {
        at: Timestamp,
        reply: String,
    },
    Uncertain(String),
    /// As if it had not been tried: the trouble is not with this message.
    PutBack(Timestamp),
    Skipped(String),
}

/// What follows from an outcome for everything else that is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consequence {
    Nothing,
    /// The receiving domain wants us to slow down.
    SlowDomain,
    /// This email cannot be sent like this.
    PauseEmail(String),
}

/// How often a recipient was tried, since when, and the time.
pub type Tried = (i16, Timestamp, Timestamp);

/// Decides what becomes of a recipient after an attempt.
pub fn decide(outcome: &Outcome, tried: Tried) -> (Fate, Consequence) {
    match outcome {
        Outcome::Accepted(reply) => (Fate::Sent(reply.to_string()), Consequence::Nothing),
        Outcome::Uncertain(words) => (Fate::Uncertain(words.clone()), Consequence::Nothing),
        Outcome::Broken(words) => {
            (again(format!("the connection broke: {words}"), tried, Fate::Failed), Consequence::Nothing)
        }
        Outcome::Refused(stage, reply) => refused(class(*stage, reply), reply, tried),
    }
}

fn refused(class: Class, reply: &Reply, tried: Tried) -> (Fate, Consequence) {
    let words = reply.to_string();
    let full = |reply| Fate::Bounced { reply, bounce: Bounce::FullMailbox };
    let soft = |reply| Fate::Bounced { reply, bounce: Bounce::Soft };
    match class {
        Class::Gone => (Fate::Bounced { reply: words, bounce: Bounce::Hard }, Consequence::Nothing),
        Class::Unclear => (soft(words), Consequence::Nothing),
        Class::FullMailbox if !reply.is_passing() => (full(words), Consequence::Nothing),
        Class::FullMailbox => (again(words, tried, full), Consequence::Nothing),
        Class::Passing if reply.code == 421 => (again(words, tried, soft), Consequence::SlowDomain),
        Class::Passing => (again(words, tried, soft), Consequence::Nothing),
        Class::Policy if reply.is_passing() => (again(words, tried, Fate::Refused), Consequence::SlowDomain),
        Class::Policy => (Fate::Refused(words), Consequence::SlowDomain),
        Class::Content => (Fate::Refused(words), Consequence::Nothing),
        Class::Configuration => {
            let why =
                format!("The mail server refuses the sender: {words}. Mend the address or the setting, then resume.");
            let (_, _, now) = tried;
            (Fate::PutBack(now), Consequence::PauseEmail(why))
        }
    }
}

/// Another try later, or what it comes to when it was tried for long enough.
fn again(reply: String, (attempts, began, now): Tried, at_last: impl FnOnce(String) -> Fate) -> Fate {
    let place = usize::try_from(attempts.max(1) - 1).unwrap_or(0).min(WAITS.len() - 1);
    let at = now + SignedDuration::from_mins(WAITS[place]);
    if at > began + TRIED_FOR { at_last(reply) } else { Fate::Again { at, reply } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(stage: Stage, code: u16, text: &str) -> Class {
        class(stage, &Reply { code, text: text.to_owned() })
    }

    #[test]
    fn answers_are_read_as_the_table_says() {
        use Class::{Configuration, Content, FullMailbox, Gone, Passing, Policy, Unclear};
        for (stage, code, text, expected) in [
            (Stage::Recipient, 550, "5.1.1 no such user", Gone),
            (Stage::Recipient, 550, "no such user", Gone),
            (Stage::Recipient, 550, "5.2.1 disabled", Gone),
            (Stage::Recipient, 553, "5.1.7 bad sender", Policy),
            (Stage::Recipient, 550, "5.1.8 <a@b.example>: Sender address rejected: Domain not found", Policy),
            (Stage::Recipient, 550, "blocked, see spamhaus", Policy),
            (Stage::Recipient, 550, "5.0.0 user unknown", Gone),
            (Stage::Recipient, 554, "5.5.0 mailbox unavailable", Gone),
            (Stage::Recipient, 550, "not today", Unclear),
            (Stage::Recipient, 550, "5.5.0 no", Unclear),
            (Stage::Recipient, 554, "no", Content),
            (Stage::Recipient, 554, "5.4.4 no route", Gone),
            (Stage::Recipient, 552, "5.2.2 over quota", FullMailbox),
            (Stage::Recipient, 452, "4.2.2 over quota", FullMailbox),
            (Stage::Recipient, 450, "4.7.1 greylisted", Passing),
            (Stage::Recipient, 451, "try again", Passing),
            (Stage::Recipient, 450, "4.2.1 too quickly", Passing),
            (Stage::Message, 421, "4.7.28 unusual rate", Policy),
            (Stage::Message, 421, "4.7.0 TSS04", Policy),
            (Stage::Message, 550, "5.7.26 unauthenticated", Policy),
            (Stage::Recipient, 550, "5.7.515 access denied", Policy),
            (Stage::Recipient, 550, "5.7.606 banned", Policy),
            (Stage::Message, 552, "5.3.4 too big", Content),
            (Stage::Message, 554, "5.6.0 bad content", Content),
            (Stage::Message, 554, "rejected as spam", Content),
            (Stage::Sender, 550, "5.7.60 may not send as this", Configuration),
            (Stage::Sender, 530, "5.7.0 authentication required", Configuration),
            (Stage::Recipient, 535, "5.7.8 bad credentials", Configuration),
        ] {
            assert_eq!(refused(stage, code, text), expected, "{code} {text}");
        }
    }

    #[test]
    fn waits_grow_and_end_after_a_day() {
        let began: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let soft = Outcome::Refused(Stage::Recipient, Reply { code: 451, text: "later".into() });
        let (mut now, mut waits) = (began, Vec::new());
        for attempts in 1.. {
            match decide(&soft, (attempts, began, now)).0 {
                Fate::Again { at, .. } => {
                    waits.push(at.duration_since(now).as_mins());
                    now = at;
                }
                fate => {
                    assert!(matches!(fate, Fate::Bounced { bounce: Bounce::Soft, .. }), "it counts as a bounce");
                    break;
                }
            }
        }
        assert_eq!(waits, [1, 5, 15, 30, 60, 120, 240, 240, 240, 240, 240]);
    }
}
