//! Telling programs from people by what they call themselves. The verdict is kept with the name, so it can be made anew.

/// Parts of the names of programs that follow links and load pictures by themselves.
const PROGRAMS: [&str; 22] = [
    "bot",
    "crawl",
    "spider",
    "scan",
    "preview",
    "headless",
    "phantom",
    "curl/",
    "wget/",
    "python",
    "go-http-client",
    "java/",
    "okhttp",
    "libwww",
    "barracuda",
    "mimecast",
    "proofpoint",
    "safelinks",
    "trendmicro",
    "symantec",
    "fortinet",
    "microsoft office protocol",
];

/// Why whoever calls itself this is a program, if it is.
///
/// Gmail's picture proxy loads when a person opens, so it counts as one. Apple's privacy proxy loads everything by itself and
/// calls itself a bare `Mozilla/5.0`.
pub fn verdict(user_agent: &str) -> Option<&'static str> {
    let name = user_agent.trim().to_ascii_lowercase();
    if name.contains("googleimageproxy") {
        return None;
    }
    if name.is_empty() {
        return Some("no user agent");
    }
    if name == "mozilla/5.0" {
        return Some("privacy proxy");
    }
    PROGRAMS.iter().any(|program| name.contains(program)).then_some("user agent of a program")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_told_from_people() {
        assert_eq!(
            verdict("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"),
            None
        );
        assert_eq!(
            verdict(
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1"
            ),
            None
        );
        for name in ["", "Mozilla/5.0", "Slackbot-LinkExpanding 1.0", "python-requests/2.31", "Barracuda Sentinel (EE)"]
        {
            assert!(verdict(name).is_some(), "{name}");
        }
    }
}
