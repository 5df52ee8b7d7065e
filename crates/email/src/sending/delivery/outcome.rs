//! What a server's answer means for a recipient, and when to try again.

use jiff::{SignedDuration, Timestamp};

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
    /// Who sends is not trusted enough: says nothing about the address.
    Policy,
    /// The message itself is refused.
    Content,
    /// Our sign-in or sender address is refused: nothing will get through until the setting is mended.
    Configuration,
}

/// Reads an answer. The enhanced code decides; without one the command that was refused does.
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
        Some((5, 1, 0..=3 | 6 | 10) | (5, 2, 1) | (5, 4, 4)) => Class::Gone,
        Some((5, 7, _)) => Class::Policy,
        Some((5, 3, 4) | (5, 6, _)) => Class::Content,
        Some((5, 2..=4, _)) => Class::Passing,
        None | Some(_) if stage == Stage::Recipient && matches!(reply.code, 550 | 551 | 553) => Class::Gone,
        _ => Class::Content,
    }
}

/// What is written down about a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    Sent(String),
    /// The address is refused for good.
    Bounced {
        reply: String,
        is_gone: bool,
    },
    /// Given up for a reason that is not the address.
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

/// Decides what becomes of a recipient after an attempt.
pub fn decide(outcome: &Outcome, (attempts, began, now): (i16, Timestamp, Timestamp)) -> (Fate, Consequence) {
    let again = |reply: String| {
        let place = usize::try_from(attempts.max(1) - 1).unwrap_or(0).min(WAITS.len() - 1);
        let at = now + SignedDuration::from_mins(WAITS[place]);
        if at > began + TRIED_FOR { Fate::Failed(reply) } else { Fate::Again { at, reply } }
    };
    match outcome {
        Outcome::Accepted(reply) => (Fate::Sent(reply.to_string()), Consequence::Nothing),
        Outcome::Uncertain(words) => (Fate::Uncertain(words.clone()), Consequence::Nothing),
        Outcome::Broken(words) => (again(format!("the connection broke: {words}")), Consequence::Nothing),
        Outcome::Refused(stage, reply) => {
            let words = reply.to_string();
            match class(*stage, reply) {
                Class::Gone => (Fate::Bounced { reply: words, is_gone: true }, Consequence::Nothing),
                Class::FullMailbox if !reply.is_passing() => {
                    (Fate::Bounced { reply: words, is_gone: false }, Consequence::Nothing)
                }
                Class::FullMailbox => (again(words), Consequence::Nothing),
                Class::Passing => {
                    let consequence = if reply.code == 421 { Consequence::SlowDomain } else { Consequence::Nothing };
                    (again(words), consequence)
                }
                Class::Policy if reply.is_passing() => (again(words), Consequence::SlowDomain),
                Class::Policy => (Fate::Failed(words), Consequence::SlowDomain),
                Class::Content => (Fate::Failed(words), Consequence::Nothing),
                Class::Configuration => {
                    let why = format!(
                        "The mail server refuses the sender: {words}. Mend the address or the setting, then resume."
                    );
                    (Fate::PutBack(now), Consequence::PauseEmail(why))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(stage: Stage, code: u16, text: &str) -> Class {
        class(stage, &Reply { code, text: text.to_owned() })
    }

    #[test]
    fn answers_are_read_as_the_table_says() {
        use Class::{Configuration, Content, FullMailbox, Gone, Passing, Policy};
        for (stage, code, text, expected) in [
            (Stage::Recipient, 550, "5.1.1 no such user", Gone),
            (Stage::Recipient, 550, "no such user", Gone),
            (Stage::Recipient, 550, "5.2.1 disabled", Gone),
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
                    assert!(matches!(fate, Fate::Failed(_)));
                    break;
                }
            }
        }
        assert_eq!(waits, [1, 5, 15, 30, 60, 120, 240, 240, 240, 240, 240]);
    }
}
