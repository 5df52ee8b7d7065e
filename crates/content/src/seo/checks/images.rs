//! Images and what they say to those who do not see them.

use super::keyword::Keyword;
use super::share;
use crate::seo::report::{Check, Finding, Group, Status};
use crate::seo::subject::Subject;

const PRESENT: Check = Check::new("images", Group::Structure, "Images", 2);
const DESCRIBED: Check = Check::new("image_alt", Group::Structure, "Descriptions of images", 4);
const KEYWORD: Check = Check::new("keyword_in_image_alt", Group::Keyword, "Keyword in an image's description", 1);

const SEEN: Check = Check::new("files_seen", Group::Structure, "Files that visitors see", 4);

/// Shorter texts need no image.
const WORDS_FOR_IMAGES: usize = 300;
/// From so many images on, the keyword may be in too many descriptions.
const MANY_IMAGES: usize = 5;

pub fn check(subject: &Subject) -> Vec<Finding> {
    let images = &subject.document.images;
    let mut findings = Vec::new();
    if subject.words >= WORDS_FOR_IMAGES || !images.is_empty() {
        findings.push(present(!images.is_empty() || !subject.texts.featured_image.is_empty()));
    }
    findings.extend(hidden(subject.texts.hidden_files));
    if !images.is_empty() {
        findings.push(described(images));
        findings.extend(keyword(subject));
    }
    findings
}

fn present(is_there: bool) -> Finding {
    if is_there {
        PRESENT.found(Status::Good, "content", "There is an image.")
    } else {
        PRESENT.found(Status::Ok, "content", "There is no image. One makes the text stand out where it is shared.")
    }
}

fn hidden(files: usize) -> Option<Finding> {
    let what = match files {
        0 => return None,
        1 => "A file in it is private or in the bin".to_owned(),
        many => format!("{many} files in it are private or in the bin"),
    };
    let advice = format!("{what}, so visitors do not see it. Make it public in the library, or take it out.");
    Some(SEEN.found(Status::Bad, "content", advice))
}

/// An empty description says that an image only decorates; none at all says that nobody thought of it.
fn described(images: &[Option<String>]) -> Finding {
    let missing = images.iter().filter(|alt| alt.is_none()).count();
    let empty = images.iter().flatten().filter(|alt| alt.is_empty()).count();
    let (status, advice) = match (missing, empty) {
        (0, 0) => (Status::Good, "Every image is described.".to_owned()),
        (0, 1) => {
            (Status::Ok, "An image has an empty description. Say what it shows, unless it only decorates.".to_owned())
        }
        (0, count) => (
            Status::Ok,
            format!("{count} images have empty descriptions. Say what they show, unless they only decorate."),
        ),
        (1, _) => (Status::Bad, "An image has no description (alt text). Say what it shows.".to_owned()),
        (count, _) => (Status::Bad, format!("{count} images have no description (alt text). Say what they show.")),
    };
    DESCRIBED.found(status, "content", advice)
}

fn keyword(subject: &Subject) -> Option<Finding> {
    if subject.keyword.is_empty() {
        return None;
    }
    let keyword = Keyword::new(&subject.keyword);
    let images = &subject.document.images;
    let found = images.iter().flatten().filter(|alt| keyword.is_spread_in(alt)).count();
    let percent = share(found, images.len());
    let (status, advice) = if found == 0 {
        (Status::Ok, "No image's description has the keyword. Use it where an image shows it.")
    } else if images.len() >= MANY_IMAGES && percent < 30.0 {
        (Status::Ok, "Few of the images' descriptions have the keyword. Use it where an image shows it.")
    } else if images.len() >= MANY_IMAGES && percent > 75.0 {
        (Status::Ok, "Too many of the images' descriptions have the keyword. Describe each for itself.")
    } else {
        (Status::Good, "The keyword is in an image's description.")
    };
    Some(KEYWORD.found(status, "content", advice))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seo::Texts;
    use crate::seo::checks::testing::{paragraph, status, with_content};
    use Status::{Bad, Good, Ok};

    const IMAGE: &str = "<img src=\"/i\" alt=\"A cup\">";

    #[test]
    fn long_texts_have_an_image() {
        assert_eq!(status(&with_content(paragraph(299)), "images"), None);
        assert_eq!(status(&with_content(paragraph(300)), "images"), Some(Ok));
        assert_eq!(status(&with_content(paragraph(300) + IMAGE), "images"), Some(Good));
        let texts = Texts { featured_image: "/media/a.webp".to_owned(), ..with_content(paragraph(300)) };
        assert_eq!(status(&texts, "images"), Some(Good));
    }

    #[test]
    fn files_are_seen_by_visitors() {
        for (hidden_files, expected) in [(0, None), (1, Some(Bad)), (2, Some(Bad))] {
            let texts = Texts { hidden_files, ..with_content(IMAGE) };
            assert_eq!(status(&texts, "files_seen"), expected, "{hidden_files}");
        }
    }

    #[test]
    fn images_are_described() {
        for (content, expected) in [
            (IMAGE.to_owned(), Some(Good)),
            (format!("{IMAGE}<img src=\"/i\" alt=\"\">"), Some(Ok)),
            (format!("{IMAGE}<img src=\"/i\">"), Some(Bad)),
            (String::new(), None),
        ] {
            assert_eq!(status(&with_content(content.as_str()), "image_alt"), expected, "{content}");
        }
    }

    #[test]
    fn the_keyword_is_in_some_descriptions() {
        for (matching, all, expected) in
            [(0, 1, Ok), (1, 1, Good), (4, 4, Good), (1, 5, Ok), (2, 5, Good), (3, 4, Good), (4, 5, Ok)]
        {
            let alt = |position| if position < matching { "a cup" } else { "a bowl" };
            let content: String =
                (0..all).map(|position| format!("<img src=\"/i\" alt=\"{}\">", alt(position))).collect();
            let texts = Texts { keywords: vec!["Cup".to_owned()], ..with_content(content) };
            assert_eq!(status(&texts, "keyword_in_image_alt"), Some(expected), "{matching}/{all}");
        }
    }
}
