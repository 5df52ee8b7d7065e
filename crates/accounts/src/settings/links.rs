//! The links of a site's header and footer, and to where the organization is found elsewhere.

use kernel::validate::Problems;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{ADDRESS_LONGEST, Settings};

const LABEL_LONGEST: usize = 60;
const LINKS_AT_MOST: usize = 20;

/// A link in the header of the site, with those that open beneath it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NavigationLink {
    pub label: String,
    /// `https://…`, or a path of the site as `/about`.
    pub url: String,
    #[serde(default)]
    pub children: Vec<Link>,
}

/// A link with what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    pub label: String,
    /// `https://…`, or a path of the site as `/about`.
    pub url: String,
}

/// Takes the lists that are given; what is wrong with them is noted.
pub fn apply(
    problems: &mut Problems,
    settings: &mut Settings,
    navigation: Option<Vec<NavigationLink>>,
    [footer, social]: [Option<Vec<Link>>; 2],
) {
    if let Some(links) = navigation {
        let count = links.iter().map(|link| 1 + link.children.len()).sum();
        check_count(problems, "navigation", count);
        let check = |link: NavigationLink| {
            let Link { label, url } = check_link(problems, "navigation", (&link.label, &link.url));
            let below =
                link.children.iter().map(|child| check_link(problems, "navigation", (&child.label, &child.url)));
            NavigationLink { label, url, children: below.collect() }
        };
        settings.navigation = links.into_iter().map(check).collect();
    }
    for (field, links, into) in
        [("footer_links", footer, &mut settings.footer_links), ("social_links", social, &mut settings.social_links)]
    {
        let Some(links) = links else { continue };
        check_count(problems, field, links.len());
        *into = links.iter().map(|link| check_link(problems, field, (&link.label, &link.url))).collect();
    }
}

fn check_count(problems: &mut Problems, field: &str, count: usize) {
    if count > LINKS_AT_MOST {
        problems.add(field, "too_many", format!("There are {count} links; keep at most {LINKS_AT_MOST}."));
    }
}

fn check_link(problems: &mut Problems, field: &str, (label, url): (&str, &str)) -> Link {
    let label = problems.required(field, "The label of a link", label, LABEL_LONGEST);
    let url = problems.required(field, "The address of a link", url, ADDRESS_LONGEST);
    if !url.is_empty() {
        check_address(problems, field, &url);
    }
    Link { label, url }
}

/// Addresses end up in links and pictures of a public page: only the web's own schemes and paths of the site.
pub fn check_address(problems: &mut Problems, field: &str, text: &str) {
    let is_path = text.starts_with('/') && !text.starts_with("//") && !text.contains('\\');
    let is_web = url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto"));
    if !is_path && !is_web {
        let words = format!("“{text}” is no address. Enter one like https://example.org/page, or a path like /about.");
        problems.add(field, "not_an_address", words);
    }
}
