//! WordPress' own Theme Unit Test data; the numbers were counted with another XML parser (Python's ElementTree).

use std::collections::BTreeMap;
use std::path::Path;

use importers::wordpress::{
    CommentKind, CommentStatus, Gallery, Post, PostKind, PostStatus, Record, Summary, plain_text, rewrite_links,
};

use super::{attachments, posts, read_all, skipped};

const FILE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/wordpress/themeunittestdata.wordpress.xml");

/// The records of the file, or none on a machine that does not have it.
fn records() -> Option<(Vec<Record>, Summary)> {
    if !Path::new(FILE).exists() {
        eprintln!("skipped: ../shared/data/wordpress/themeunittestdata.wordpress.xml is not beside this repository");
        return None;
    }
    Some(read_all(&std::fs::read(FILE).expect("the file is readable")))
}

fn post(records: Vec<Record>, wordpress_id: u64) -> Post {
    posts(records).into_iter().find(|post| post.wordpress_id == wordpress_id).expect("the post is there")
}

fn counts<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    keys.fold(BTreeMap::new(), |mut counts, key| {
        *counts.entry(key).or_default() += 1;
        counts
    })
}

#[test]
fn everything_in_the_file_is_counted() {
    let Some((records, summary)) = records() else { return };
    assert_eq!(summary, Summary { complete: true, ..Summary::default() });

    let kinds = counts(records.iter().map(|record| match record {
        Record::Site(_) => "site",
        Record::Author(_) => "author",
        Record::Category(_) => "category",
        Record::Tag(_) => "tag",
        Record::Term(_) => "term",
        Record::Post(post) if post.kind == PostKind::Page => "page",
        Record::Post(_) => "post",
        Record::Attachment(_) => "attachment",
        Record::Skipped(_) => "skipped",
    }));
    let expected = [
        ("attachment", 37),
        ("author", 2),
        ("category", 68),
        ("page", 21),
        ("post", 58),
        ("site", 1),
        ("skipped", 70),
        ("tag", 110),
        ("term", 7),
    ];
    assert_eq!(kinds, BTreeMap::from(expected));
    assert!(skipped(&records).iter().all(|skipped| skipped.kind == "nav_menu_item"));
    assert!(attachments(&records).iter().all(|file| file.url.starts_with("https://")));
    assert_eq!(attachments(&records).iter().filter(|file| !file.alt.is_empty()).count(), 28);

    let posts = posts(records);
    let with =
        |status| posts.iter().filter(|post| post.status == status).map(|post| post.wordpress_id).collect::<Vec<_>>();
    assert_eq!(with(PostStatus::Publish).len(), 77);
    assert_eq!((with(PostStatus::Future), with(PostStatus::Draft)), (vec![1153], vec![1164]));
    let such = |rule: fn(&Post) -> bool| {
        posts.iter().filter(|post| rule(post)).map(|post| post.wordpress_id).collect::<Vec<_>>()
    };
    assert_eq!(such(|post| post.sticky), [1241]);
    assert_eq!(such(|post| post.password_protected), [1168]);
    assert_eq!(such(|post| post.excerpt.is_some()), [993]);
    assert_eq!(such(|post| post.title.is_empty()), [1169]);
    assert_eq!(such(|post| post.body.html.is_empty()), [1170, 1813]);
    assert_eq!(such(|post| post.parent_id.is_some()).len(), 13);
    assert_eq!(such(|post| post.comments_open).len(), 30);
    assert_eq!(such(|post| post.format.is_some()).len(), 13);
    assert_eq!(such(|post| post.published_at.is_none()), Vec::<u64>::new());
    assert_eq!(such(|post| post.modified_at.is_some()).len(), 7);
    assert_eq!(posts.iter().map(|post| post.categories.len()).sum::<usize>(), 175);
    assert_eq!(posts.iter().map(|post| post.tags.len()).sum::<usize>(), 188);
    let featured: Vec<_> = posts.iter().filter_map(|post| Some((post.wordpress_id, post.featured_image_id?))).collect();
    assert_eq!(
        featured,
        [(51, 761), (1011, 1022), (1016, 1027), (1163, 1628), (1177, 1023), (1752, 771)]
            .into_iter()
            .collect::<Vec<_>>()
    );
}

#[test]
fn comments_are_counted_with_their_threads() {
    let Some((records, _)) = records() else { return };
    let posts = posts(records);
    let comments: Vec<_> = posts.iter().flat_map(|post| &post.comments).collect();
    let count =
        |rule: &dyn Fn(&importers::wordpress::Comment) -> bool| comments.iter().filter(|comment| rule(comment)).count();
    assert_eq!(comments.len(), 33);
    assert_eq!(count(&|comment| comment.parent_id.is_some()), 10);
    assert_eq!(count(&|comment| comment.status == CommentStatus::Approved), 30);
    assert_eq!(count(&|comment| comment.status == CommentStatus::Pending), 3);
    assert_eq!(count(&|comment| comment.kind == CommentKind::Comment), 29);
    assert_eq!(count(&|comment| comment.kind == CommentKind::Pingback), 2);
    assert_eq!(count(&|comment| comment.kind == CommentKind::Trackback), 2);
    assert_eq!(count(&|comment| comment.written_at.is_none()), 0);
}

#[test]
fn categories_are_nested() {
    let Some((records, _)) = records() else { return };
    let nested: Vec<_> = records
        .iter()
        .filter_map(|record| match record {
            Record::Category(category) => Some((category.nicename.as_str(), category.parent_nicename.as_deref()?)),
            _ => None,
        })
        .collect();
    let expected = [
        ("sub", "aciform"),
        ("child-1", "parent"),
        ("child-2", "child-1"),
        ("child-category-01", "parent-category"),
        ("child-category-02", "parent-category"),
        ("child-category-03", "parent-category"),
        ("child-category-04", "parent-category"),
        ("child-category-05", "parent-category"),
        ("foo-a-foo-parent", "foo-parent"),
        ("grandchild-category", "child-category-03"),
    ];
    assert_eq!(nested, expected);
}

#[test]
fn titles_slugs_and_dates_of_any_script_and_markup_survive() {
    let Some((records, _)) = records() else { return };
    let posts = posts(records);
    let post = |id| posts.iter().find(|post| post.wordpress_id == id).expect("the post is there");
    assert_eq!(post(1173).title, "Markup: Title With Markup");
    assert_eq!(post(1174).title, "Markup: Title With Special Characters ~`!@#$%^&*()-_=+{}[]/\\;:'\"?,.>");
    assert_eq!((post(1809).title.as_str(), post(1813).title.as_str()), ("Ελληνικά-Greek", "Επίπεδο 3"));
    assert_eq!((post(1811).slug.as_str(), post(1813).slug.as_str()), ("επίπεδο-2", "επίπεδο-3"));
    assert_eq!(post(1809).published_at.expect("a date").to_string(), "2020-02-14T10:31:00Z");
    assert_eq!(post(1153).published_at.expect("a date").to_string(), "2030-01-01T19:00:18Z");
    // Names it had, and what its address calls it.
    assert_eq!(post(8).old_slugs, ["8-2", "wp-6-1-text-category-blocks"]);
    // Two items of the file have a stray ">" beside the login.
    assert_eq!(counts(posts.iter().map(|post| post.author_login.as_str())).len(), 2);
}

#[test]
fn bodies_have_no_shortcodes_blocks_or_placeholders_left() {
    let Some((records, _)) = records() else { return };
    let posts = posts(records);
    let mut galleries = 0;
    for post in &posts {
        let html = &post.body.html;
        for left in [
            "<!-- wp:",
            "<!-- /wp:",
            "[caption",
            "[/caption",
            "[gallery",
            "[audio",
            "<!--more",
            "<!--nextpage",
            "\u{FDD0}",
        ] {
            assert!(!html.contains(left), "{left} in {}: {html}", post.wordpress_id);
        }
        assert_eq!(html.matches("data-wordpress-gallery").count(), post.body.galleries.len());
        galleries += post.body.galleries.len();
    }
    assert_eq!(galleries, 12);
}

#[test]
fn known_posts_become_the_html_wordpress_shows() {
    let Some((records, _)) = records() else { return };
    let paginated = post(records.clone(), 1171).body.html;
    assert_eq!(paginated.replace(">\n<", "><"), "<p>Post Page 1</p><hr><p>Post Page 2</p><hr><p>Post Page 3</p>");
    assert!(post(records.clone(), 358).body.html.contains("[simple boat]"));
    assert_eq!(post(records.clone(), 1031).body.galleries, [Gallery::Listed(vec![755, 757, 758, 760, 766, 763])]);
    assert_eq!(post(records.clone(), 555).body.galleries.len(), 10);
    let video = post(records.clone(), 582).body.html;
    assert!(video.starts_with("<p><a href=\"https://wordpress.tv/2009/03/16/"), "{video}");
    let caption = post(records, 1163).body.html;
    assert!(
        caption.starts_with("<figure><a href=")
            && caption.contains("<figcaption>Bell on wharf in San Francisco</figcaption></figure>"),
        "{caption}"
    );
}

#[test]
fn no_words_are_lost_and_links_can_be_rewritten() {
    let Some((records, _)) = records() else { return };
    let markup = post(records, 1178);
    let text = plain_text(&markup.body.html);
    for words in ["Header six", "Stay hungry. Stay foolish.", "Jane Bloggs"] {
        assert!(text.contains(words), "{words}");
    }
    let mut seen = 0;
    let same = rewrite_links(&markup.body.html, |_| {
        seen += 1;
        None
    });
    assert_eq!(same, markup.body.html);
    assert_eq!(seen, 9, "as many as the file has in this post");
}
