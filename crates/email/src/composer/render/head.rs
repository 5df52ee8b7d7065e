//! The head of the document: how programs with dark screens and phones show it.

use super::{DARK, LIGHT, Theme};
use crate::composer::colour;
use crate::composer::text::escaped;

pub fn head(theme: &Theme) -> String {
    let (words, muted, line) = (LIGHT.words, LIGHT.muted, LIGHT.line);
    let Theme { fonts, accent, on_accent, .. } = theme;
    format!(
        "<mj-head><mj-attributes>\
         <mj-all font-family=\"{fonts}\" />\
         <mj-text color=\"{words}\" font-size=\"16px\" line-height=\"1.55\" padding=\"0\" />\
         <mj-section padding=\"0 24px\" />\
         <mj-column padding=\"0\" />\
         <mj-image padding=\"0 0 16px\" border-radius=\"6px\" fluid-on-mobile=\"true\" />\
         <mj-button background-color=\"{accent}\" color=\"{on_accent}\" font-size=\"16px\" font-weight=\"600\" border-radius=\"6px\" \
          inner-padding=\"13px 22px\" padding=\"2px 0 18px\" line-height=\"1.2\" />\
         <mj-divider border-width=\"1px\" border-color=\"{line}\" padding=\"8px 0 24px\" />\
         <mj-class name=\"muted\" color=\"{muted}\" font-size=\"13px\" line-height=\"1.5\" />\
         </mj-attributes><mj-style>{}</mj-style></mj-head>",
        styles(theme)
    )
}

/// Rules for dark screens, once for programs that ask the screen and once for Outlook's, which marks what it changed.
fn styles(theme: &Theme) -> String {
    let rules = dark_rules(theme);
    let asked: String = rules.iter().map(|(place, rule)| format!("{place}{{{rule}}}\n")).collect();
    let marked: String = rules
        .iter()
        .filter(|(place, _)| place.starts_with('.'))
        .map(|(place, rule)| {
            let mark = if rule.starts_with("background") { "[data-ogsb]" } else { "[data-ogsc]" };
            let places: Vec<String> = place.split(',').map(|one| format!("{mark} {one}")).collect();
            format!("{}{{{rule}}}\n", places.join(","))
        })
        .collect();
    format!(
        ":root{{color-scheme:light dark;supported-color-schemes:light dark}}\n\
         a{{word-break:break-word}}\n\
         @media (prefers-color-scheme:dark){{\n{asked}}}\n{marked}"
    )
}

fn dark_rules(theme: &Theme) -> Vec<(&'static str, String)> {
    let paper = colour::written(DARK.paper);
    let words = |colour: &str| format!("color:{colour} !important");
    let ground = |colour: &str| format!("background:{colour} !important;background-color:{colour} !important");
    vec![
        ("body,.cp-ground", ground(DARK.ground)),
        (".cp-ground", ground(DARK.ground)),
        (".cp-paper,.cp-paper>table", ground(&paper)),
        (".cp-words div", words(DARK.words)),
        (".cp-words a", words(&theme.dark_link)),
        (".cp-words .cp-title", words(DARK.words)),
        (".cp-muted div,.cp-muted a", words(DARK.muted)),
        (".cp-line p", format!("border-top-color:{} !important", DARK.line)),
        (".cp-quote", format!("border-left-color:{} !important", DARK.line)),
    ]
}

/// The document with what MJML leaves out: its title, and that it has dark colours of its own.
pub fn completed(html: &str, title: &str) -> String {
    let title = escaped(title);
    let head = "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"supported-color-schemes\" content=\"light dark\">";
    let html = match (html.find("<title>"), html.find("</title>")) {
        (Some(start), Some(end)) if start < end => format!("{}<title>{title}{}", &html[..start], &html[end..]),
        _ => html.replacen("</head>", &format!("<title>{title}</title></head>"), 1),
    };
    html.replacen("</head>", &format!("{head}</head>"), 1)
}
