//! Players of other sites: which addresses have one, and where it is.
//!
//! A body stores an embed as a link, which mails, feeds and readers without the site's styles can follow. The site puts the
//! player beside it, and the browser asks the other site for nothing before somebody opens it.

use url::Url;

/// A player that may stand in a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Player {
    /// The other site's name.
    pub provider: &'static str,
    /// Address of the frame, on one of [`FRAME_SOURCES`].
    pub source: String,
    pub shape: Shape,
}

/// How much room a player takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// 16 to 9.
    Film,
    /// As wide as the text and of a fixed height.
    Sound,
}

/// The only origins that frames of the site may come from, as a Content-Security-Policy names them.
pub const FRAME_SOURCES: &str = "https://www.youtube-nocookie.com https://player.vimeo.com https://geo.dailymotion.com \
    https://embed.ted.com https://www.loom.com https://open.spotify.com https://w.soundcloud.com https://codepen.io";

/// Where a frame leads, as people would write it: the page of what a known player plays, else the frame's own address.
pub fn address_of_frame(frame: &Url) -> Option<String> {
    if !matches!(frame.scheme(), "http" | "https") {
        return None;
    }
    let host = frame.host_str()?.trim_start_matches("www.");
    let path: Vec<&str> = frame.path_segments()?.filter(|part| !part.is_empty()).collect();
    let named = |name: &str| frame.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let page = match (host, path.as_slice()) {
        ("youtube.com" | "youtube-nocookie.com", ["embed", "videoseries"]) => {
            named("list").map(|list| format!("https://www.youtube.com/playlist?list={list}"))
        }
        ("youtube.com" | "youtube-nocookie.com", ["embed", id]) => {
            let start = named("start").map(|start| format!("&t={start}")).unwrap_or_default();
            Some(format!("https://www.youtube.com/watch?v={id}{start}"))
        }
        ("player.vimeo.com", ["video", id]) => {
            let hash = named("h").map(|hash| format!("/{hash}")).unwrap_or_default();
            Some(format!("https://vimeo.com/{id}{hash}"))
        }
        ("dailymotion.com", ["embed", "video", id]) => Some(format!("https://www.dailymotion.com/video/{id}")),
        ("geo.dailymotion.com", _) => named("video").map(|id| format!("https://www.dailymotion.com/video/{id}")),
        ("embed.ted.com", ["talks", id]) => Some(format!("https://www.ted.com/talks/{id}")),
        ("loom.com", ["embed", id]) => Some(format!("https://www.loom.com/share/{id}")),
        ("codepen.io", [user, "embed", id]) => Some(format!("https://codepen.io/{user}/pen/{id}")),
        ("open.spotify.com", ["embed", kind, id]) => Some(format!("https://open.spotify.com/{kind}/{id}")),
        ("w.soundcloud.com", ["player"]) => named("url"),
        _ => None,
    };
    // What only looks like one of them keeps its own address.
    page.filter(|page| player(page).is_some()).or_else(|| Some(frame.to_string()))
}

/// The player of an address, when it is of a site that is known to have one.
pub fn player(address: &str) -> Option<Player> {
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = url.host_str()?.trim_start_matches("www.").trim_start_matches("m.").to_owned();
    let path: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
    let film = |provider, source| Some(Player { provider, source, shape: Shape::Film });
    match (host.as_str(), path.as_slice()) {
        ("youtube.com" | "youtube-nocookie.com" | "youtu.be" | "music.youtube.com", _) => {
            film("YouTube", youtube(&url, &host, &path)?)
        }
        ("vimeo.com", [id]) | ("player.vimeo.com", ["video", id]) if is_number(id) => {
            film("Vimeo", format!("https://player.vimeo.com/video/{id}?dnt=1"))
        }
        // A film that only those with its link may see.
        ("vimeo.com", [id, hash]) if is_number(id) && is_word(hash) => {
            film("Vimeo", format!("https://player.vimeo.com/video/{id}?h={hash}&dnt=1"))
        }
        ("dailymotion.com", ["video", id]) | ("dai.ly", [id]) if is_word(id) => {
            film("Dailymotion", format!("https://geo.dailymotion.com/player.html?video={id}"))
        }
        ("ted.com", ["talks", id]) if is_word(id) => film("TED", format!("https://embed.ted.com/talks/{id}")),
        ("loom.com", ["share" | "embed", id]) if is_word(id) => {
            film("Loom", format!("https://www.loom.com/embed/{id}"))
        }
        ("codepen.io", [user, "pen" | "embed", id]) if is_word(user) && is_word(id) => {
            film("CodePen", format!("https://codepen.io/{user}/embed/{id}?default-tab=result"))
        }
        ("open.spotify.com" | "soundcloud.com", _) => sound(&url, &host, &path),
        _ => None,
    }
}

fn youtube(url: &Url, host: &str, path: &[&str]) -> Option<String> {
    let named = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let id = match (host, path) {
        ("youtu.be", [id]) | (_, ["shorts" | "live" | "embed" | "v", id]) => (*id).to_owned(),
        (_, ["watch"]) => named("v")?,
        (_, ["playlist"]) => {
            let list = named("list").filter(|list| is_word(list))?;
            return Some(format!("https://www.youtube-nocookie.com/embed/videoseries?list={list}"));
        }
        _ => return None,
    };
    let start = named("t").or_else(|| named("start")).and_then(|text| seconds(&text));
    let start = start.map(|start| format!("?start={start}")).unwrap_or_default();
    is_word(&id).then(|| format!("https://www.youtube-nocookie.com/embed/{id}{start}"))
}

/// `90`, `90s` or `1h2m3s` in seconds.
fn seconds(text: &str) -> Option<u32> {
    let (mut all, mut number) = (0_u32, 0_u32);
    for character in text.chars() {
        match character {
            '0'..='9' => number = number.checked_mul(10)?.checked_add(character.to_digit(10)?)?,
            'h' | 'm' | 's' => {
                let unit = [('h', 3600), ('m', 60), ('s', 1)].iter().find(|(name, _)| *name == character)?.1;
                all = all.checked_add(number.checked_mul(unit)?)?;
                number = 0;
            }
            _ => return None,
        }
    }
    all.checked_add(number).filter(|start| *start > 0)
}

fn sound(url: &Url, host: &str, path: &[&str]) -> Option<Player> {
    const SPOTIFY: [&str; 6] = ["track", "album", "artist", "playlist", "episode", "show"];
    let made = |provider, source| Some(Player { provider, source, shape: Shape::Sound });
    // Addresses of other languages begin with one: /intl-de/track/…
    let path = path.strip_prefix(&["embed"]).unwrap_or(path);
    let path = if path.first().is_some_and(|first| first.starts_with("intl-")) { &path[1..] } else { path };
    match (host, path) {
        ("open.spotify.com", [kind, id]) if SPOTIFY.contains(kind) && is_word(id) => {
            made("Spotify", format!("https://open.spotify.com/embed/{kind}/{id}"))
        }
        ("soundcloud.com", [user, ..]) if path.len() >= 2 && is_word(user) => {
            let plain = format!("https://soundcloud.com{}", url.path());
            let written: String = url::form_urlencoded::byte_serialize(plain.as_bytes()).collect();
            made("SoundCloud", format!("https://w.soundcloud.com/player/?url={written}"))
        }
        _ => None,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 100
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_addresses_lead_to_their_players() {
        for (address, source) in [
            (
                "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=1m5s",
                "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=65",
            ),
            ("https://youtu.be/dQw4w9WgXcQ?si=x", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
            ("https://m.youtube.com/shorts/abc-_1", "https://www.youtube-nocookie.com/embed/abc-_1"),
            ("https://youtube.com/playlist?list=PL12", "https://www.youtube-nocookie.com/embed/videoseries?list=PL12"),
            ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"),
            ("https://vimeo.com/76979871/ab12", "https://player.vimeo.com/video/76979871?h=ab12&dnt=1"),
            ("https://www.dailymotion.com/video/x7u5", "https://geo.dailymotion.com/player.html?video=x7u5"),
            ("https://www.ted.com/talks/a_talk", "https://embed.ted.com/talks/a_talk"),
            ("https://www.loom.com/share/0f9e", "https://www.loom.com/embed/0f9e"),
            ("https://codepen.io/somebody/pen/XyZ", "https://codepen.io/somebody/embed/XyZ?default-tab=result"),
            ("https://open.spotify.com/intl-de/episode/4rOo", "https://open.spotify.com/embed/episode/4rOo"),
            (
                "https://soundcloud.com/artist/a-track",
                "https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fartist%2Fa-track",
            ),
        ] {
            let player = player(address).unwrap_or_else(|| panic!("{address} has no player"));
            assert_eq!(player.source, source);
            let origin = Url::parse(&player.source).unwrap().origin().ascii_serialization();
            assert!(FRAME_SOURCES.split_whitespace().any(|one| one == origin), "{origin} is not let in");
        }
    }

    #[test]
    fn all_others_stay_links() {
        for address in [
            "https://example.com/watch?v=x",
            "https://youtube.com.evil.example/watch?v=x",
            "https://evil.example/https://youtu.be/x",
            "https://www.youtube.com/watch?v=x\"onload=alert(1)",
            "https://www.youtube.com/@channel",
            "javascript://youtube.com/watch?v=x",
            "https://vimeo.com/about",
            "https://open.spotify.com/user/x",
            "/film",
            "",
        ] {
            assert_eq!(player(address), None, "{address}");
        }
    }
}
