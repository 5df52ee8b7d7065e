use importers::wordpress::{
    Author, Category, CommentKind, CommentStatus, PostKind, PostStatus, Record, Site, Tag, Term, TermReference,
    WxrError, WxrReader,
};

use super::{attachments, document, item, only_post, posts, read, read_all, skipped};

#[test]
fn the_site_and_its_terms_come_first_and_in_order() {
    let records = read(
        document(
            "<image><url>x</url><title>Other</title><link>https://other.example</link></image>\
            <wp:author><wp:author_id>3</wp:author_id><wp:author_login><![CDATA[anna]]></wp:author_login><wp:author_email>a@e.org</wp:author_email>\
            <wp:author_display_name><![CDATA[Anna &amp; Ko]]></wp:author_display_name><wp:author_first_name/></wp:author>\
            <wp:category><wp:term_id>1</wp:term_id><wp:category_nicename>%c3%a9t%c3%a9</wp:category_nicename><wp:category_parent>news</wp:category_parent>\
            <wp:cat_name><![CDATA[Été]]></wp:cat_name><wp:category_description><![CDATA[<b>warm</b>]]></wp:category_description></wp:category>\
            <wp:tag><wp:term_id>2</wp:term_id><wp:tag_slug>tea</wp:tag_slug><wp:tag_name>Tea</wp:tag_name></wp:tag>\
            <wp:term><wp:term_id>4</wp:term_id><wp:term_taxonomy>nav_menu</wp:term_taxonomy><wp:term_slug>main</wp:term_slug><wp:term_name>Main</wp:term_name></wp:term>",
        )
        .as_bytes(),
    );
    let site = Site {
        title: "Site".into(),
        description: String::new(),
        base_url: "https://old.example/blog".into(),
        language: "de-DE".into(),
        wxr_version: "1.2".into(),
    };
    let author = Author {
        wordpress_id: Some(3),
        login: "anna".into(),
        email: "a@e.org".into(),
        display_name: "Anna & Ko".into(),
        ..Author::default()
    };
    let category = Category {
        wordpress_id: Some(1),
        nicename: "été".into(),
        parent_nicename: Some("news".into()),
        name: "Été".into(),
        description: "<b>warm</b>".into(),
    };
    let tag = Tag { wordpress_id: Some(2), slug: "tea".into(), name: "Tea".into(), description: String::new() };
    let term = Term {
        wordpress_id: Some(4),
        taxonomy: "nav_menu".into(),
        slug: "main".into(),
        name: "Main".into(),
        ..Term::default()
    };
    let expected =
        [Record::Site(site), Record::Author(author), Record::Category(category), Record::Tag(tag), Record::Term(term)];
    assert_eq!(records, expected);
}

#[test]
fn a_post_comes_with_all_that_is_known_of_it() {
    let post = only_post(
        "<title><![CDATA[Tea &amp; <em>more</em>]]></title><link>https://old.example/tea/</link><guid isPermaLink=\"false\">https://old.example/?p=7</guid>\
        <dc:creator><![CDATA[anna]]></dc:creator><content:encoded><![CDATA[one\n\ntwo]]></content:encoded><excerpt:encoded><![CDATA[<p>Short [sic]</p>]]></excerpt:encoded>\
        <wp:post_date>2024-03-31 03:30:00</wp:post_date><wp:post_date_gmt>2024-03-31 01:30:00</wp:post_date_gmt><wp:post_modified_gmt>2024-04-01 00:00:00</wp:post_modified_gmt>\
        <wp:comment_status>open</wp:comment_status><wp:post_name>%d1%87%d0%b0%d0%b9</wp:post_name><wp:post_parent>5</wp:post_parent><wp:menu_order>-2</wp:menu_order>\
        <wp:post_password>secret</wp:post_password><wp:is_sticky>1</wp:is_sticky><category domain=\"category\" nicename=\"a-b\"><![CDATA[A &amp; B]]></category>\
        <category domain=\"post_tag\" nicename=\"%c3%a9\"><![CDATA[é]]></category><category domain=\"post_format\" nicename=\"post-format-quote\">Quote</category><category>old</category>\
        <wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value><![CDATA[42]]></wp:meta_value></wp:postmeta>\
        <wp:postmeta><wp:meta_key>_yoast_wpseo_metadesc</wp:meta_key><wp:meta_value><![CDATA[All about tea]]></wp:meta_value></wp:postmeta>\
        <wp:postmeta><wp:meta_key>price</wp:meta_key><wp:meta_value>1</wp:meta_value></wp:postmeta>",
    );
    assert_eq!((post.wordpress_id, post.kind, post.status), (7, PostKind::Post, PostStatus::Publish));
    assert_eq!((post.title.as_str(), post.slug.as_str()), ("Tea & more", "чай"));
    assert_eq!((post.link.as_str(), post.guid.as_str()), ("https://old.example/tea/", "https://old.example/?p=7"));
    assert_eq!(post.author_login, "anna");
    assert_eq!(post.body.html, "<p>one</p>\n<p>two</p>");
    assert_eq!(post.excerpt.as_deref(), Some("Short [sic]"));
    assert_eq!(post.published_at.unwrap().to_string(), "2024-03-31T01:30:00Z");
    assert_eq!(post.modified_at.unwrap().to_string(), "2024-04-01T00:00:00Z");
    assert!(post.comments_open && post.sticky && post.password_protected);
    assert_eq!((post.parent_id, post.menu_order, post.featured_image_id), (Some(5), -2, Some(42)));
    assert_eq!(post.categories, [TermReference { nicename: "a-b".into(), name: "A & B".into() }]);
    assert_eq!(post.tags, [TermReference { nicename: "é".into(), name: "é".into() }]);
    assert_eq!(post.format.as_deref(), Some("quote"));
    assert_eq!(post.seo.description.as_deref(), Some("All about tea"));
    assert_eq!(post.ignored_meta, 1);
}

#[test]
fn comments_keep_thread_kind_and_moderation() {
    let comment = |id: u64, parent: u64, approved: &str, kind: &str| {
        format!(
            "<wp:comment><wp:comment_id>{id}</wp:comment_id><wp:comment_author><![CDATA[Jo &amp; Co]]></wp:comment_author><wp:comment_author_email>j@e.org</wp:comment_author_email>\
            <wp:comment_author_url>https://jo.example</wp:comment_author_url><wp:comment_date_gmt>2020-01-02 03:04:05</wp:comment_date_gmt><wp:comment_content><![CDATA[Nice\n<b>one</b>]]></wp:comment_content>\
            <wp:comment_approved>{approved}</wp:comment_approved><wp:comment_type>{kind}</wp:comment_type><wp:comment_parent>{parent}</wp:comment_parent>\
            <wp:commentmeta><wp:meta_key>akismet</wp:meta_key><wp:meta_value>x</wp:meta_value></wp:commentmeta></wp:comment>"
        )
    };
    let comments = [
        comment(1, 0, "1", ""),
        comment(2, 1, "0", "comment"),
        comment(3, 0, "spam", "pingback"),
        comment(4, 0, "trash", "trackback"),
        comment(5, 0, "1", "order_note"),
    ];
    let post = only_post(&comments.concat());
    let seen: Vec<_> =
        post.comments.iter().map(|comment| (comment.parent_id, comment.status, comment.kind.clone())).collect();
    let expected = [
        (None, CommentStatus::Approved, CommentKind::Comment),
        (Some(1), CommentStatus::Pending, CommentKind::Comment),
        (None, CommentStatus::Spam, CommentKind::Pingback),
        (None, CommentStatus::Trash, CommentKind::Trackback),
        (None, CommentStatus::Approved, CommentKind::Other("order_note".into())),
    ];
    assert_eq!(seen, expected);
    let first = &post.comments[0];
    assert_eq!((first.author_name.as_str(), first.content.as_str()), ("Jo & Co", "Nice\n<b>one</b>"));
    assert_eq!(first.written_at.unwrap().to_string(), "2020-01-02T03:04:05Z");
}

#[test]
fn a_date_missing_in_utc_is_read_in_the_sites_offset() {
    let items = [
        item(
            1,
            "<wp:post_date>2024-01-01 10:00:00</wp:post_date><wp:post_date_gmt>2024-01-01 04:30:00</wp:post_date_gmt>",
        ),
        item(
            2,
            "<wp:post_date>2024-01-02 10:00:00</wp:post_date><wp:post_date_gmt>0000-00-00 00:00:00</wp:post_date_gmt>",
        ),
        item(
            3,
            "<wp:post_date>0000-00-00 00:00:00</wp:post_date><wp:post_date_gmt>0000-00-00 00:00:00</wp:post_date_gmt>",
        ),
    ];
    let dates: Vec<_> = posts(read(document(&items.concat()).as_bytes()))
        .into_iter()
        .map(|post| post.published_at.map(|date| date.to_string()))
        .collect();
    assert_eq!(dates, [Some("2024-01-01T04:30:00Z".to_owned()), Some("2024-01-02T04:30:00Z".to_owned()), None]);
}

#[test]
fn statuses_of_plugins_are_never_public() {
    let status = |status: &str| {
        let item = format!(
            "<item><wp:post_id>1</wp:post_id><wp:post_type>page</wp:post_type><wp:status>{status}</wp:status></item>"
        );
        posts(read(document(&item).as_bytes())).remove(0).status
    };
    assert_eq!(status("pending"), PostStatus::Pending);
    assert_eq!(status("private"), PostStatus::Private);
    assert_eq!(status("acf-disabled"), PostStatus::Draft);
    assert_eq!(status(""), PostStatus::Draft);
}

#[test]
fn what_cannot_be_carried_says_why() {
    let of_type = |kind: &str| {
        format!("<item><title>T</title><wp:post_id>9</wp:post_id><wp:post_type>{kind}</wp:post_type></item>")
    };
    let file = document(&["nav_menu_item", "revision", "book", ""].map(of_type).concat());
    let records = read(file.as_bytes());
    let kinds: Vec<&str> = skipped(&records).iter().map(|skipped| skipped.kind.as_str()).collect();
    assert_eq!(kinds, ["nav_menu_item", "revision", "book", ""]);
    assert!(
        skipped(&records)
            .iter()
            .all(|skipped| skipped.title == "T" && skipped.wordpress_id == Some(9) && !skipped.reason.is_empty())
    );

    let carried = WxrReader::new(file.as_bytes()).unwrap().carrying(&["book"]).collect::<Result<_, _>>().unwrap();
    assert_eq!(posts(carried)[0].kind, PostKind::Custom("book".into()));
}

#[test]
fn attachments_are_references() {
    let records = read(
        document(
            "<item><title>Bell</title><link>https://old.example/bell/</link><wp:post_id>8</wp:post_id><wp:post_parent>7</wp:post_parent><wp:post_type>attachment</wp:post_type><wp:status>inherit</wp:status>\
            <excerpt:encoded><![CDATA[By <em>me</em>]]></excerpt:encoded><wp:attachment_url>https://old.example/bell.jpg</wp:attachment_url>\
            <wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key><wp:meta_value>A bell</wp:meta_value></wp:postmeta></item>",
        )
        .as_bytes(),
    );
    let file = attachments(&records)[0];
    assert_eq!((file.wordpress_id, file.parent_id, file.url.as_str()), (8, Some(7), "https://old.example/bell.jpg"));
    assert_eq!((file.title.as_str(), file.alt.as_str(), file.caption.as_str()), ("Bell", "A bell", "By me"));
}

#[test]
fn other_encodings_are_decoded_and_wrong_ones_replaced() {
    let latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><rss><channel><title>Caf\xE9</title></channel></rss>";
    assert!(matches!(&read(latin)[..], [Record::Site(site)] if site.title == "Café"));

    let wrong = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss><channel><title>Caf\xE9</title></channel></rss>";
    let (records, summary) = read_all(wrong);
    assert!(matches!(&records[..], [Record::Site(site)] if site.title == "Caf\u{FFFD}"));
    assert_eq!(summary.replaced, 1);

    let wide: Vec<u8> =
        "\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-16\"?><rss><channel><title>Café</title></channel></rss>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
    assert!(matches!(&read(&wide)[..], [Record::Site(site)] if site.title == "Café"));
}

#[test]
fn unknown_elements_and_namespaces_are_passed_over() {
    let post = only_post(
        "<media:thumbnail url=\"x\"/><x:group><x:part><![CDATA[</item><item>]]></x:part></x:group><title>T</title><y><![CDATA[<title>no</title>]]></y>",
    );
    assert_eq!(post.title, "T");
}

#[test]
fn a_body_that_breaks_its_cdata_section_is_whole_and_costs_no_neighbour() {
    let broken = item(
        1,
        "<content:encoded><![CDATA[if (a[b[0]]>1) <b>x</b>]]></content:encoded><wp:post_name>first</wp:post_name>",
    );
    let unclosed = item(
        2,
        "<content:encoded><![CDATA[text</content:encoded><excerpt:encoded><![CDATA[short]]></excerpt:encoded><wp:post_name>second</wp:post_name>",
    );
    let (records, summary) =
        read_all(document(&[broken, unclosed, item(3, "<title>third</title>")].concat()).as_bytes());
    let posts = posts(records);
    assert_eq!(posts[0].body.html, "<p>if (a[b[0]]>1) <b>x</b></p>");
    assert_eq!((posts[1].body.html.as_str(), posts[1].excerpt.as_deref()), ("<p>text</p>", Some("short")));
    assert_eq!((posts[0].slug.as_str(), posts[1].slug.as_str(), posts[2].title.as_str()), ("first", "second", "third"));
    assert_eq!(summary.repaired, 2);
}

#[test]
fn an_interrupted_file_gives_its_whole_items_and_says_so() {
    let file = document(&[item(1, "<title>whole</title>"), item(2, "<title>half</title>")].concat());
    let cut = &file[..file.find("half").unwrap() + 2];
    let (records, summary) = read_all(cut.as_bytes());
    assert!(!summary.complete);
    assert_eq!(skipped(&records)[0].wordpress_id, Some(2));
    assert_eq!(posts(records).len(), 1);
    assert!(read_all(file.as_bytes()).1.complete);
}

#[test]
fn another_file_is_refused_in_words() {
    for bytes in [&b""[..], b"{\"db\":[]}", b"<html><body>no</body></html>", b"PK\x03\x04"] {
        let outcome = WxrReader::new(bytes).unwrap().collect::<Result<Vec<_>, _>>();
        assert!(matches!(outcome, Err(WxrError::NotWordPress)), "{bytes:?}");
    }
}
