//! What looks like spam, by what is written and by whom.

use std::net::IpAddr;

/// A text shorter than this, in characters, may well be written by several people ("Thank you!").
pub const REPEATABLE: usize = 30;
/// From this many links on somebody should look at a comment before it is shown.
const LINKS_DOUBTFUL: usize = 2;
/// From this many links on it is spam.
const LINKS_SPAM: usize = 5;

/// What the rules say about a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Clean,
    /// Somebody should look at it, whoever wrote it.
    Doubtful,
    Spam,
}

/// What an organization does not want, as [`Blocked::parse`] understood it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blocked {
    /// A word or several, lower-case.
    Word(String),
    /// A mail address, or `@` with a domain.
    Email(String),
    /// The address of a network and the number of its leading bits.
    Network(IpAddr, u8),
}

impl Blocked {
    /// Understands one line of a blocklist; `None` for an empty one.
    pub fn parse(line: &str) -> Option<Self> {
        let text = line.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        if text.is_empty() {
            return None;
        }
        if let Some((address, bits)) = network(&text) {
            return Some(Self::Network(address, bits));
        }
        Some(if text.contains('@') && !text.contains(' ') { Self::Email(text) } else { Self::Word(text) })
    }

    /// The word under which the database keeps it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Word(_) => "word",
            Self::Email(_) => "email",
            Self::Network(..) => "ip",
        }
    }

    /// The text by which the database keeps it and [`Blocked::parse`] understands it again.
    pub fn value(&self) -> String {
        match self {
            Self::Word(text) | Self::Email(text) => text.clone(),
            Self::Network(address, bits) if *bits == width(*address) => address.to_string(),
            Self::Network(address, bits) => format!("{address}/{bits}"),
        }
    }

    fn hits(&self, written: &Written<'_>) -> bool {
        match self {
            Self::Word(word) => {
                holds_word(&written.comment.to_lowercase(), word) || holds_word(&written.name.to_lowercase(), word)
            }
            Self::Email(email) if email.starts_with('@') => written.email.ends_with(email.as_str()),
            Self::Email(email) => written.email == email,
            Self::Network(address, bits) => written.ip.is_some_and(|ip| masked(ip, *bits) == masked(*address, *bits)),
        }
    }
}

/// A comment as the rules look at it.
#[derive(Debug, Clone, Copy)]
pub struct Written<'a> {
    pub name: &'a str,
    /// Lower-case.
    pub email: &'a str,
    pub comment: &'a str,
    pub ip: Option<IpAddr>,
}

/// Judges a comment by its text and the organization's blocklist.
pub fn judge(written: &Written<'_>, blocklist: &[Blocked]) -> Verdict {
    let links = links(written.comment) + links(written.name) * LINKS_DOUBTFUL;
    if links >= LINKS_SPAM || blocklist.iter().any(|blocked| blocked.hits(written)) {
        Verdict::Spam
    } else if links >= LINKS_DOUBTFUL {
        Verdict::Doubtful
    } else {
        Verdict::Clean
    }
}

/// Links in a text; markup for links counts for more, as comments are plain text and people do not write it.
fn links(text: &str) -> usize {
    let text = text.to_lowercase();
    let bare = text.matches("www.").count() - text.matches("://www.").count();
    text.matches("://").count() + bare + 2 * (text.matches("<a ").count() + text.matches("[url").count())
}

/// Whether the word stands in the text with no letter or digit directly before or after it.
fn holds_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let is_part = |neighbour: Option<char>| neighbour.is_some_and(char::is_alphanumeric);
        !is_part(before) && !is_part(after)
    })
}

/// From where somebody writes, as limits and lists know them: an IPv6 address by its network of 64 bits, because one
/// household has all the addresses of it.
pub fn origin(ip: &str) -> Option<String> {
    let ip = ip.parse::<IpAddr>().ok()?.to_canonical();
    Some(match ip {
        IpAddr::V4(_) => ip.to_string(),
        IpAddr::V6(_) => Blocked::Network(masked(ip, 64), 64).value(),
    })
}

fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let address = address.parse::<IpAddr>().ok()?.to_canonical();
    let bits = bits.map_or(Some(width(address)), |bits| bits.parse().ok())?;
    (bits <= width(address)).then(|| (masked(address, bits), bits))
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The address with everything but its leading bits set to nothing.
fn masked(address: IpAddr, bits: u8) -> IpAddr {
    match address {
        IpAddr::V4(four) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits.min(32))).unwrap_or(0);
            IpAddr::V4((four.to_bits() & mask).into())
        }
        IpAddr::V6(six) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits.min(128))).unwrap_or(0);
            IpAddr::V6((six.to_bits() & mask).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(comment: &str) -> Written<'_> {
        Written { name: "Ada", email: "ada@mail.example", comment, ip: "192.0.2.7".parse().ok() }
    }

    fn blocks(line: &str, comment: &str) -> bool {
        judge(&written(comment), &[Blocked::parse(line).unwrap()]) == Verdict::Spam
    }

    #[test]
    fn many_links_are_spam_and_a_few_are_looked_at() {
        assert_eq!(judge(&written("See https://www.example.org for more"), &[]), Verdict::Clean);
        assert_eq!(judge(&written("www.a.example and www.b.example"), &[]), Verdict::Doubtful);
        assert_eq!(judge(&written("<a href=\"http://a.example\">x</a>"), &[]), Verdict::Doubtful);
        assert_eq!(judge(&written(&"http://a.example ".repeat(5)), &[]), Verdict::Spam);
        let named = Written { name: "http://pills.example", ..written("Hello") };
        assert_eq!(judge(&named, &[]), Verdict::Doubtful);
    }

    #[test]
    fn blocked_words_are_whole_words_in_any_case() {
        assert!(blocks("Casino", "the best CASINO!"));
        assert!(blocks("cheap  loans", "Get cheap loans, now"));
        assert!(!blocks("ass", "a class of its own"));
        assert!(blocks("казино", "лучшее Казино"));
        assert_eq!(Blocked::parse("  "), None);
    }

    #[test]
    fn addresses_and_networks_are_known() {
        assert!(blocks("ada@mail.example", "x") && blocks("@mail.example", "x"));
        assert!(!blocks("@example", "x") && !blocks("bob@mail.example", "x"));
        assert!(blocks("192.0.2.7", "x") && blocks("192.0.2.99/24", "x") && blocks("0.0.0.0/0", "x"));
        assert!(!blocks("192.0.3.0/24", "x") && !blocks("::/0", "x"));
        assert_eq!(Blocked::parse("192.0.2.99/24").unwrap().value(), "192.0.2.0/24");
        assert_eq!(Blocked::parse("10.0.0.1/33"), Some(Blocked::Word("10.0.0.1/33".into())));
    }

    #[test]
    fn a_household_is_one_origin() {
        assert_eq!(origin("192.0.2.7").as_deref(), Some("192.0.2.7"));
        assert_eq!(origin("::ffff:192.0.2.7").as_deref(), Some("192.0.2.7"));
        assert_eq!(origin("2001:db8:1:2:3:4:5:6").as_deref(), Some("2001:db8:1:2::/64"));
        assert_eq!(origin(""), None);
    }
}
