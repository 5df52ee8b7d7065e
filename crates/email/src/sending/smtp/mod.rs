//! Speaking SMTP to the server that takes our messages: many messages over one connection, and for each of them a clear word
//! on whether it was taken.

mod connection;
mod relay;

pub use connection::{Connection, Failure, Outcome, Stage};
pub use relay::Relay;

/// A server's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub code: u16,
    /// All lines, joined by spaces.
    pub text: String,
}

impl Reply {
    /// The enhanced status code, such as `5.1.1` (RFC 3463), when the server gives one that fits its answer.
    pub fn enhanced(&self) -> Option<(u16, u16, u16)> {
        let mut numbers = self.text.split_whitespace().next()?.split('.').map(str::parse);
        let (Some(Ok(class)), Some(Ok(subject)), Some(Ok(detail)), None) =
            (numbers.next(), numbers.next(), numbers.next(), numbers.next())
        else {
            return None;
        };
        (class == self.code / 100).then_some((class, subject, detail))
    }

    pub fn is_passing(&self) -> bool {
        (400..500).contains(&self.code)
    }
}

impl std::fmt::Display for Reply {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.code, self.text)
    }
}
