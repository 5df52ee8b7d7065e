//! What comes back of what was sent: bounces and complaints, by mail and from providers.

pub mod listener;
pub mod providers;
pub mod reading;
pub mod record;
mod store;

pub use store::{FULL, Target, target};

use axum::Router;
use kernel::App;
use kernel::doors::Pages;
use utoipa_axum::router::OpenApiRouter;

use crate::sending::delivery::outcome::{self, Class};
use crate::sending::delivery::wording;
use crate::sending::smtp::{Reply, Stage};

pub fn api() -> OpenApiRouter<App> {
    providers::api()
}

pub fn pages() -> Pages {
    providers::pages()
}

pub fn router() -> Router<App> {
    providers::router()
}

/// Why a message did not arrive, as far as it matters for the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bounce {
    /// There is no such mailbox: never write there again.
    Hard,
    FullMailbox,
    /// For now.
    Soft,
    /// The sender or the message is refused. It says nothing about the address.
    Policy,
}

/// What was told about one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    Delivered,
    Bounced(Bounce),
    /// Reported as spam.
    Complained,
    Unsubscribed,
}

/// News with the words of whoever told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub news: News,
    pub words: String,
}

impl Bounce {
    /// Reads an answer that a mail server gave to a message: its code, its enhanced code (RFC 3463), its words.
    ///
    /// Codes decide. Only where they say nothing (`5.0.0`, or none at all) are the words looked at; what even they do not
    /// tell counts as for now.
    pub fn of(code: u16, enhanced: Option<(u16, u16, u16)>, words: &str) -> Self {
        let Some((class, subject, detail)) = enhanced.filter(|(_, subject, _)| !matches!(subject, 0 | 5)) else {
            return Self::by_words(code, words);
        };
        let reply = Reply { code, text: format!("{class}.{subject}.{detail} {words}") };
        match outcome::class(Stage::Recipient, &reply) {
            Class::Gone => Self::Hard,
            Class::FullMailbox => Self::FullMailbox,
            Class::Passing | Class::Unclear => Self::Soft,
            Class::Policy | Class::Content | Class::Configuration => Self::Policy,
        }
    }

    fn by_words(code: u16, words: &str) -> Self {
        match wording::class(words) {
            Some(Class::Gone) if code >= 500 => Self::Hard,
            Some(Class::FullMailbox) => Self::FullMailbox,
            Some(Class::Policy) => Self::Policy,
            _ => Self::Soft,
        }
    }

    /// Reads a code that begins the words, as `550 5.1.1 no such user`.
    pub fn of_text(text: &str) -> Self {
        let (code, enhanced) = codes(text);
        Self::of(code.unwrap_or(550), enhanced, text)
    }
}

/// The first code of an answer and the first enhanced code of the same class, wherever in the words they stand.
pub fn codes(text: &str) -> (Option<u16>, Option<(u16, u16, u16)>) {
    let is_edge = |one: char| !(one.is_ascii_digit() || one == '.');
    let mut code = None;
    let mut enhanced = None;
    for word in text.split(is_edge).map(|word| word.trim_end_matches('.')).filter(|word| !word.is_empty()).take(200) {
        if code.is_none() && word.len() == 3 && word.starts_with(['4', '5']) {
            code = word.parse().ok();
        }
        if enhanced.is_none() {
            enhanced = enhanced_code(word);
        }
    }
    let enhanced = enhanced.filter(|(class, _, _)| code.is_none_or(|code| code / 100 == *class));
    (code.or(enhanced.map(|(class, _, _)| class * 100 + 50)), enhanced)
}

/// Reads `5.1.1`. Addresses of the internet have a fourth number.
pub fn enhanced_code(word: &str) -> Option<(u16, u16, u16)> {
    let mut numbers = word.trim().split('.').map(|number| number.parse::<u16>().ok());
    let (class, subject, detail) = (numbers.next()??, numbers.next()??, numbers.next()??);
    (numbers.next().is_none() && matches!(class, 2 | 4 | 5) && subject < 100 && detail < 1000)
        .then_some((class, subject, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_by_codes_first_and_by_words_where_codes_say_nothing() {
        use Bounce::{FullMailbox, Hard, Policy, Soft};
        for (text, expected) in [
            ("550 5.1.1 The email account that you tried to reach does not exist", Hard),
            ("550-5.1.1 The email account that you tried to reach", Hard),
            ("550 5.2.1 The account is inactive", Hard),
            ("550 5.1.8 <news@example.org>: Sender address rejected: Domain not found", Policy),
            ("553 5.1.7 sender address is invalid", Policy),
            ("552 5.2.2 mailbox full", FullMailbox),
            ("452 4.2.2 over quota", FullMailbox),
            ("550 5.7.1 user unknown in our policy", Policy),
            ("550 5.7.26 unauthenticated mail from example.org", Policy),
            ("550 5.7.515 Access denied", Policy),
            ("550 SC-001 (BAY004) Unfortunately, messages from 192.0.2.1 weren't sent: block list", Policy),
            ("550 Requested action not taken: mailbox unavailable", Hard),
            ("550 5.5.0 mailbox unavailable (S2017062302)", Hard),
            ("552 Message size exceeds, quota exceeded", FullMailbox),
            ("554 5.6.0 bad content", Policy),
            ("552 5.3.4 too big", Policy),
            ("554 5.4.4 unable to route", Hard),
            ("4.4.7 message expired", Soft),
            ("554 delivery error: cannot say why", Soft),
            ("", Soft),
        ] {
            assert_eq!(Bounce::of_text(text), expected, "{text}");
        }
    }

    #[test]
    fn an_address_of_the_internet_is_no_code() {
        assert_eq!(codes("host 192.0.2.1 said: 450 4.2.0 later"), (Some(450), Some((4, 2, 0))));
        assert_eq!(codes("nothing of the kind 12.34"), (None, None));
        assert_eq!(codes("5.1.10 null MX"), (Some(550), Some((5, 1, 10))));
    }

    proptest::proptest! {
        #[test]
        fn any_words_are_read(words in "\\PC{0,300}") {
            let _ = Bounce::of_text(&words);
        }
    }
}
