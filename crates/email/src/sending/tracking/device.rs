//! What kind of device somebody read on, as far as its name tells.

/// `phone`, `tablet`, `computer`, or `unknown`: also where a proxy stands in between and calls itself something else.
pub fn of(user_agent: &str) -> &'static str {
    let name = user_agent.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if says(&["googleimageproxy", "yahoomailproxy"]) {
        return "unknown";
    }
    if says(&["ipad", "tablet", "kindle", "silk/"]) || name.contains("android") && !name.contains("mobile") {
        "tablet"
    } else if says(&["iphone", "ipod", "mobile", "windows phone"]) {
        "phone"
    } else if says(&["windows nt", "macintosh", "x11", "cros ", "thunderbird", "outlook"]) {
        "computer"
    } else {
        "unknown"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_told_by_their_names() {
        for (name, expected) in [
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", "phone"),
            ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/124.0 Mobile Safari/537.36", "phone"),
            ("Mozilla/5.0 (Linux; Android 13; SM-X200) AppleWebKit/537.36 Chrome/124.0 Safari/537.36", "tablet"),
            ("Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", "tablet"),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Thunderbird/128.0", "computer"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15", "computer"),
            ("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", "unknown"),
            ("Mozilla/5.0", "unknown"),
            ("", "unknown"),
        ] {
            assert_eq!(of(name), expected, "{name}");
        }
    }
}
