//! What a search engine's list shows: title, description, address.

use crate::seo::report::{Check, Finding, Group, Status};
use crate::seo::subject::Subject;
use crate::seo::width;

const TITLE_LENGTH: Check = Check::new("title_length", Group::Listing, "Title length", 6);
const TITLE_WIDTH: Check = Check::new("title_width", Group::Listing, "Title width", 4);
const DESCRIPTION: Check = Check::new("description_length", Group::Listing, "Description", 6);
const SLUG: Check = Check::new("slug_length", Group::Listing, "Address length", 2);

const TITLE_SHORTEST: usize = 30;
const TITLE_LONGEST: usize = 60;
const TITLE_FAR_TOO_LONG: usize = 70;
/// What search results show of a title, in pixels.
pub const TITLE_PIXELS: u32 = 600;
const DESCRIPTION_SHORTEST: usize = 120;
const DESCRIPTION_LONGEST: usize = 160;
const SLUG_LONGEST: usize = 75;
const SLUG_FAR_TOO_LONG: usize = 100;

pub fn check(subject: &Subject) -> Vec<Finding> {
    vec![title_length(subject), title_width(subject), description(subject), slug(subject)]
}

/// The field in which the title can be changed.
fn title_field(subject: &Subject) -> &'static str {
    if subject.texts.title.trim().is_empty() { "title" } else { "meta_title" }
}

fn title_length(subject: &Subject) -> Finding {
    let length = subject.texts.search_title().chars().count();
    let (status, advice) = match length {
        0 => (Status::Bad, "There is no title. Write one of 30 to 60 characters.".to_owned()),
        1..TITLE_SHORTEST => {
            (Status::Ok, format!("The title has {length} characters. There is room to say more, up to 60."))
        }
        TITLE_SHORTEST..=TITLE_LONGEST => (Status::Good, format!("The title has {length} characters.")),
        _ => {
            let status = if length <= TITLE_FAR_TOO_LONG { Status::Ok } else { Status::Bad };
            (status, format!("The title has {length} characters. Shorten it to 60, the most important words first."))
        }
    };
    TITLE_LENGTH.found(status, title_field(subject), advice)
}

fn title_width(subject: &Subject) -> Finding {
    let (own, whole) = (width::pixels(subject.texts.search_title()), width::pixels(&subject.texts.page_title()));
    let (status, advice) = if own == 0 {
        (Status::Bad, "Without a title, search results show something that nobody chose.".to_owned())
    } else if own > TITLE_PIXELS {
        (
            Status::Bad,
            format!(
                "The title is about {own} pixels wide and search results show {TITLE_PIXELS}: its end is cut off. Shorten it."
            ),
        )
    } else if whole > TITLE_PIXELS {
        (
            Status::Ok,
            format!(
                "With the site's name the title is about {whole} pixels wide, {TITLE_PIXELS} are shown: the name is cut off. Shorten the title if the name matters."
            ),
        )
    } else {
        (Status::Good, format!("With the site's name the title is about {whole} pixels wide and is shown whole."))
    };
    TITLE_WIDTH.found(status, title_field(subject), advice)
}

fn description(subject: &Subject) -> Finding {
    let length = subject.texts.description().chars().count();
    let (status, advice) = match length {
        0 => (
            Status::Bad,
            "There is neither a description nor an excerpt. Say in 120 to 160 characters why this is worth reading."
                .to_owned(),
        ),
        1..DESCRIPTION_SHORTEST => {
            (Status::Ok, format!("The description has {length} characters. Up to 160 are shown; use at least 120."))
        }
        DESCRIPTION_SHORTEST..=DESCRIPTION_LONGEST => {
            (Status::Good, format!("The description has {length} characters."))
        }
        _ => {
            (Status::Ok, format!("The description has {length} characters. What is beyond 160 is cut off; shorten it."))
        }
    };
    DESCRIPTION.found(status, "meta_description", advice)
}

fn slug(subject: &Subject) -> Finding {
    let length = subject.texts.address().chars().count();
    let (status, advice) = match length {
        0 => (Status::Bad, "There is no address yet. It is made from the title.".to_owned()),
        1..=SLUG_LONGEST => (Status::Good, format!("The address has {length} characters.")),
        _ => {
            let status = if length <= SLUG_FAR_TOO_LONG { Status::Ok } else { Status::Bad };
            (
                status,
                format!(
                    "The address has {length} characters. Leave out small words until it has at most {SLUG_LONGEST}."
                ),
            )
        }
    };
    SLUG.found(status, "slug", advice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seo::Texts;
    use crate::seo::checks::testing::status;
    use Status::{Bad, Good, Ok};

    #[test]
    fn titles_have_30_to_60_characters() {
        for (length, expected) in [(0, Bad), (1, Ok), (29, Ok), (30, Good), (60, Good), (61, Ok), (70, Ok), (71, Bad)] {
            let texts = Texts { title: "i".repeat(length), ..Texts::default() };
            assert_eq!(status(&texts, "title_length"), Some(expected), "{length}");
        }
        let texts = Texts { title: "i".repeat(99), meta_title: "i".repeat(40), ..Texts::default() };
        assert_eq!(status(&texts, "title_length"), Some(Good), "the search title wins");
    }

    #[test]
    fn titles_are_at_most_600_pixels_wide() {
        // A zero is 11.12 pixels wide.
        for (length, site, expected) in
            [(0, "", Bad), (53, "", Good), (54, "", Bad), (50, "Harbor", Ok), (30, "Harbor", Good)]
        {
            let texts = Texts { title: "0".repeat(length), site_name: site.to_owned(), ..Texts::default() };
            assert_eq!(status(&texts, "title_width"), Some(expected), "{length} {site}");
        }
    }

    #[test]
    fn descriptions_have_120_to_160_characters() {
        for (length, expected) in [(0, Bad), (1, Ok), (119, Ok), (120, Good), (160, Good), (161, Ok)] {
            let texts = Texts { meta_description: "x".repeat(length), ..Texts::default() };
            assert_eq!(status(&texts, "description_length"), Some(expected), "{length}");
        }
        let texts = Texts { excerpt: "x".repeat(130), ..Texts::default() };
        assert_eq!(status(&texts, "description_length"), Some(Good), "an excerpt stands in");
    }

    #[test]
    fn addresses_have_at_most_75_characters() {
        for (length, expected) in [(0, Bad), (1, Good), (75, Good), (76, Ok), (100, Ok), (101, Bad)] {
            let texts = Texts { slug: "x".repeat(length), ..Texts::default() };
            assert_eq!(status(&texts, "slug_length"), Some(expected), "{length}");
        }
    }
}
