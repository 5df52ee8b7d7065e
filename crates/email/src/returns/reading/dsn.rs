//! Delivery status notifications (RFC 3464).

use super::Fields;
use crate::returns::{Bounce, News, Told, codes, enhanced_code};

/// Reads a `message/delivery-status`: a group of fields about the message, then one for each recipient.
///
/// Each of our messages has one recipient, so the first group that is final tells its end; there are more where the address
/// stands for several. A delay is none.
pub(super) fn read(text: &str) -> Option<Told> {
    let text = text.replace("\r\n", "\n");
    text.split("\n\n").map(Fields::of).find_map(|group| told(&group))
}

fn told(group: &Fields) -> Option<Told> {
    let diagnostic =
        group.get("diagnostic-code").map(|text| text.split_once(';').map_or(text, |(_, words)| words.trim()));
    let status = group.get("status").unwrap_or_default();
    let action = group.get("action")?.split_whitespace().next()?.to_ascii_lowercase();
    match action.as_str() {
        "delivered" => Some(Told { news: News::Delivered, words: words(status, diagnostic) }),
        "failed" => Some(Told { news: News::Bounced(bounce(status, diagnostic)), words: words(status, diagnostic) }),
        // Relayed and expanded: it went on to where nobody tells any more.
        _ => None,
    }
}

/// What the receiving server itself said is often more exact than the status that the reporting one makes of it, which then
/// is `5.0.0`.
fn bounce(status: &str, diagnostic: Option<&str>) -> Bounce {
    let (code, said) = codes(diagnostic.unwrap_or_default());
    let reported = status.split_whitespace().next().and_then(enhanced_code);
    let exact = |code: &(u16, u16, u16)| code.1 != 0;
    let enhanced = said.filter(exact).or(reported.filter(exact)).or(said).or(reported);
    let class = enhanced.map_or(5, |(class, _, _)| class);
    let code = code.filter(|code| code / 100 == class).unwrap_or(class * 100 + 50);
    Bounce::of(code, enhanced, diagnostic.unwrap_or_default())
}

fn words(status: &str, diagnostic: Option<&str>) -> String {
    let text = diagnostic.filter(|text| !text.is_empty()).unwrap_or(status);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
