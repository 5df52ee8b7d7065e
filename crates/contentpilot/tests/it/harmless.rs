//! What of an answer a browser would run: asked of every page that shows what somebody wrote.

use scraper::{ElementRef, Html, Selector};

/// Elements that no page of ours has, whoever wrote what it shows.
const NEVER: &[&str] = &[
    "iframe",
    "frame",
    "frameset",
    "object",
    "embed",
    "applet",
    "base",
    "math",
    "style",
    "foreignobject",
    "animate",
    "set",
    "portal",
    "marquee",
    "noscript",
    "xmp",
    "plaintext",
    "animatetransform",
    "image",
];
const ADDRESSES: &[&str] = &[
    "href",
    "src",
    "action",
    "formaction",
    "poster",
    "xlink:href",
    "data",
    "background",
    "cite",
    "ping",
    "manifest",
    "srcset",
];
const OWN_SCRIPTS: &[&str] = &["/assets/"];

/// Everything in a page, or a piece of one, that could run what is not ours.
pub fn dangers(html: &str) -> Vec<String> {
    let document = Html::parse_document(html);
    let elements = document.tree.nodes().filter_map(ElementRef::wrap);
    elements
        .flat_map(|element| {
            dangers_of(&element).into_iter().map(move |words| format!("{words} in {}", shown(&element)))
        })
        .collect()
}

fn dangers_of(element: &ElementRef<'_>) -> Vec<String> {
    let name = element.value().name().to_ascii_lowercase();
    let mut found = Vec::new();
    let is_known_frame = name == "iframe" && (is_own_frame(element) || is_player(element));
    let is_bad = NEVER.contains(&name.as_str()) && !is_known_frame;
    if is_bad || (name == "meta" && element.attr("http-equiv").is_some()) {
        found.push(format!("<{name}>"));
    }
    if name == "script" && !is_own_script(element) {
        found.push("a script".to_owned());
    }
    for (attribute, value) in element.value().attrs() {
        let attribute = attribute.to_ascii_lowercase();
        let runs = attribute.starts_with("on") || ["style", "srcdoc"].contains(&attribute.as_str());
        if runs || attribute.starts_with("hx-on") || attribute.starts_with("data-hx-") {
            found.push(format!("{attribute}="));
        }
        if ADDRESSES.contains(&attribute.as_str()) && !leads_nowhere_bad(value) {
            found.push(format!("{attribute}={value}"));
        }
        if ["action", "formaction", "hx-get", "hx-post"].contains(&attribute.as_str()) && !is_own_path(value) {
            found.push(format!("{attribute}={value}"));
        }
    }
    found
}

fn is_own_path(address: &str) -> bool {
    address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/\\")
}

/// Frames show pages of ours in which nothing runs.
fn is_own_frame(frame: &ElementRef<'_>) -> bool {
    frame.attr("src").is_some_and(is_own_path) && frame.attr("sandbox").is_some_and(runs_nothing)
}

/// The player of an embed: on an origin that the site's policy knows, in a sandbox that keeps it from leading away, and folded up.
fn is_player(frame: &ElementRef<'_>) -> bool {
    let source = frame.attr("src").unwrap_or_default();
    let is_known = content::embeds::FRAME_SOURCES.split(' ').any(|origin| source.starts_with(&format!("{origin}/")));
    let is_kept = frame.attr("sandbox").is_some_and(|sandbox| !sandbox.contains("top-navigation"));
    let is_folded = frame.parent().and_then(ElementRef::wrap).is_some_and(|around| around.value().name() == "details");
    is_known && is_kept && is_folded
}

/// Whether a sandbox, of a frame or a policy, keeps scripts from running.
pub fn runs_nothing(sandbox: &str) -> bool {
    !sandbox.split_whitespace().any(|one| one.eq_ignore_ascii_case("allow-scripts"))
}

/// Scripts are files of ours, or data whose text cannot end the element that holds it.
fn is_own_script(script: &ElementRef<'_>) -> bool {
    match (script.attr("src"), script.attr("type")) {
        (Some(source), _) => OWN_SCRIPTS.iter().any(|own| source.starts_with(own)),
        (None, Some("application/ld+json")) => serde_json::from_str::<serde_json::Value>(&script.inner_html()).is_ok(),
        _ => false,
    }
}

/// Reads the scheme as browsers do: control characters and spaces before it and line breaks within it do not count (WHATWG URL, 4.4).
fn leads_nowhere_bad(address: &str) -> bool {
    let address = address.trim_start_matches(|character: char| character <= ' ');
    let read: String = address.chars().filter(|character| !['\t', '\n', '\r'].contains(character)).collect();
    let end = read.find(|character: char| !(character.is_ascii_alphanumeric() || "+-.".contains(character)));
    match end.map(|end| (read[..end].to_ascii_lowercase(), read[end..].starts_with(':'))) {
        Some((scheme, true)) => ["http", "https", "mailto", "tel"].contains(&scheme.as_str()),
        _ => true,
    }
}

fn shown(element: &ElementRef<'_>) -> String {
    element.html().chars().take(120).collect()
}

/// The addresses that a page's links lead to.
pub fn links(html: &str) -> Vec<String> {
    let document = Html::parse_document(html);
    let selector = Selector::parse("a[href], link[rel=alternate][href]").unwrap();
    document.select(&selector).filter_map(|link| link.attr("href")).map(str::to_owned).collect()
}

/// The words of the first element that is selected.
pub fn words(html: &str, selector: &str) -> String {
    let document = Html::parse_document(html);
    let selector = Selector::parse(selector).unwrap();
    let text = document.select(&selector).next().map(|element| element.text().collect::<String>()).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_detector_finds_what_it_is_there_for() {
    for bad in [
        "<script>alert(1)</script>",
        "<script src=//evil.example/x.js></script>",
        "<img src=x onerror=alert(1)>",
        "<a href='java&#10;script:alert(1)'>x</a>",
        "<svg><a xlink:href='javascript:alert(1)'>x</a></svg>",
        "<svg><animate onbegin=alert(1)></svg>",
        "<button formaction='//evil.example'>x</button>",
        "<p style='color:red'>x</p>",
        "<iframe srcdoc=x></iframe>",
    ] {
        assert!(!dangers(bad).is_empty(), "{bad}");
    }
    assert_eq!(
        dangers("<p class=x><a href=/a>x</a><script type=application/ld+json>{}</script>"),
        Vec::<String>::new()
    );
}
