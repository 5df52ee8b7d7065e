use jiff::Timestamp;
use jiff::tz::TimeZone;
use ui::gallery::{frame, show};

use crate::items::pages::LibraryParams;
use crate::limits::ContentUsage;
use crate::seo::{Address, SeoResults, Texts};
use ui::{Breadcrumb, FieldErrors, Flash, Frame, Moment, Pager, Section, SelectOption, StatusPill};

use super::*;

fn at(text: &str) -> Moment {
    Moment::new(text.parse::<Timestamp>().unwrap(), &TimeZone::UTC)
}

fn row(title: &str, status: &str, tags: &[&str]) -> ContentRow {
    ContentRow {
        id: "01".to_owned(),
        title: title.to_owned(),
        status: StatusPill::of(status),
        type_word: type_word("BLOG_POST"),
        author: "Ann Lee".to_owned(),
        category: "Rivers".into(),
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        updated: at("2026-03-12T14:05:00Z"),
        is_featured: status == "PUBLISHED",
        changes: if status == "PUBLISHED" { "Changes in review".to_owned() } else { String::new() },
    }
}

fn library() -> ContentListPage {
    ContentListPage {
        frame: frame("Content", Section::Content),
        query: LibraryParams::default(),
        choices: LibraryChoices { tree: vec![SelectOption::new("01", "Essays")], ..LibraryChoices::default() },
        views: Vec::new(),
        begins_elsewhere: false,
        rows: vec![
            row("What the river knows", "PUBLISHED", &["rivers", "essays"]),
            row(
                "Ten bakeries and what their queues say about a city that wakes up before its own alarm clocks do",
                "REVIEW",
                &["food"],
            ),
            row("Spring programme", "SCHEDULED", &[]),
            row("مرحبا بالعالم", "APPROVED", &["world"]),
            row("Untitled draft", "DRAFT", &[]),
            row("Last year's prices", "ARCHIVED", &["prices"]),
            row("A campaign that failed", "FAILED", &[]),
            row("Paused", "PAUSED", &[]),
        ],
        pager: Pager {
            previous: Some("?cursor=a".to_owned()),
            next: Some("?cursor=b".to_owned()),
            summary: "8 of 240 items".to_owned(),
        },
        usage: Some(ContentUsage { items: 240, items_limit: Some(250) }),
        may_create: true,
        may_publish: true,
        releases: vec![SelectOption::new("01", "Spring issue")],
        back: "status=DRAFT".to_owned(),
    }
}

#[test]
fn the_library() {
    let mut page = library();
    show("content", &page).unwrap();
    page.rows.clear();
    page.pager = Pager::default();
    show("content-none", &page).unwrap();
    page.query.q = "zebra".to_owned();
    show("content-nothing-found", &page).unwrap();
}

#[test]
fn a_column_sorts_the_other_way_on_its_second_click() {
    let mut page = library();
    page.query.q = "a&b".to_owned();
    let header = page.query.header("title", true);
    assert_eq!((header.query.as_str(), header.direction), ("q=a%26b&sort=title", ""));
    page.query.sort = "title".to_owned();
    let header = page.query.header("title", true);
    assert_eq!((header.query.as_str(), header.direction), ("q=a%26b&sort=-title", "ascending"));
    assert_eq!(page.query.header("updated_at", false).query, "q=a%26b&sort=-updated_at");
}

fn editor_frame(title: &str) -> Frame {
    Frame {
        breadcrumbs: vec![Breadcrumb::link("Content", "/admin/northwind/content"), Breadcrumb::here(title)],
        ..frame(title, Section::Content)
    }
}

fn seo_results(title: &str) -> SeoResults {
    let address = Address { host: "northwind.example".to_owned(), path: String::new() };
    let texts = Texts {
        title: title.to_owned(),
        content: "<p>At six in the morning the river is the only thing awake.</p><h4>The locks</h4>".to_owned(),
        keywords: vec!["river".to_owned()],
        language: "en".to_owned(),
        site_name: "Northwind".to_owned(),
        ..Texts::default()
    };
    SeoResults::of(&texts, &address)
}

fn editor(title: &str) -> EditorPage {
    EditorPage {
        frame: editor_frame(title),
        item: None,
        form: EditorForm { content_type: "ARTICLE".to_owned(), language: "en".to_owned(), ..EditorForm::default() },
        errors: FieldErrors::none(),
        seo: seo_results(title),
        moves: EditorMoves { save: true, publish: true, ..EditorMoves::default() },
        panels: super::EditorPanels::default(),
        categories: vec![SelectOption::new("", "No category"), SelectOption::new("c1", "Essays")],
        tag_names: vec!["rivers".to_owned(), "essays".to_owned()],
        languages: vec![SelectOption::new("en", "English")],
        changes: None,
        conflict: None,
        revisions: Vec::new(),
    }
}

fn stored() -> EditorPage {
    let mut page = editor("What the river knows");
    page.frame.flash = Some(Flash::success("Saved."));
    page.item = Some(EditorItem {
        id: "01".to_owned(),
        status: StatusPill::of("PUBLISHED"),
        author: "Ann Lee".to_owned(),
        created: at("2026-03-10T08:00:00Z"),
        updated: at("2026-03-12T14:05:00Z"),
        published: at("2026-03-11T06:00:00Z"),
        site_href: Some("/s/northwind/what-the-river-knows".to_owned()),
    });
    page.form.title = "What the river knows about the city, and what the city has forgotten".to_owned();
    page.form.slug = "what-the-river-knows".to_owned();
    page.form.content = "<p>At six in the morning the river is the only thing awake.</p>\n<h2>The locks</h2>\n<p>A lock is a sentence with two commas.</p>\n".repeat(6);
    page.form.tags = "rivers, essays".to_owned();
    page.form.version = "7".to_owned();
    page.moves = EditorMoves {
        save: true,
        unpublish: true,
        archive: true,
        duplicate: true,
        delete: true,
        ..EditorMoves::default()
    };
    page.revisions = (1..4)
        .rev()
        .map(|version| RevisionRow {
            version,
            author: "Ann Lee".to_owned(),
            at: at("2026-03-12T14:05:00Z"),
            comment: "Better words".to_owned(),
            is_now: version == 2,
            of_changes: version == 3,
        })
        .collect();
    page
}

#[test]
fn the_editor() {
    show("editor-new", &editor("New article")).unwrap();
    show("editor", &stored()).unwrap();
    let mut page = stored();
    page.frame.flash = None;
    page.errors.add("slug", "Another item has this address. Try what-the-river-knows-2.");
    page.errors.add("title", "The title is longer than 200 characters.");
    page.moves =
        EditorMoves { save: true, submit: true, approve: true, request_changes: true, publish: true, ..page.moves };
    show("editor-errors", &page).unwrap();
}

#[test]
fn draft_changes_stand_beside_the_live_version() {
    let mut page = stored();
    let changes = EditorChanges {
        are_shown: true,
        exist: true,
        status: StatusPill::of("REVIEW"),
        author: "Cleo Marchetti".to_owned(),
        updated: at("2026-03-12T14:07:00Z"),
        is_behind: true,
        may_edit_live: true,
        live_version: 7,
    };
    page.changes = Some(changes.clone());
    show("editor-changes", &page).unwrap();
    page.changes = Some(EditorChanges { are_shown: false, ..changes });
    show("editor-beside-changes", &page).unwrap();
}

#[test]
fn a_conflict_shows_both_versions() {
    let mut page = stored();
    page.frame.flash = None;
    page.conflict = Some(Conflict {
        saved_by: "Cleo Marchetti".to_owned(),
        saved_at: at("2026-03-12T14:07:00Z"),
        fields: vec![ConflictField {
            label: "Text".to_owned(),
            theirs: "<p>At five in the morning the river is awake.</p>".to_owned(),
            yours: "<p>At six in the morning the river is the only thing awake.</p>".to_owned(),
        }],
    });
    show("editor-conflict", &page).unwrap();
}

#[test]
fn deleting_asks_first() {
    let page = DeletePage {
        frame: editor_frame("Delete"),
        id: "01".to_owned(),
        title: "What the river knows".to_owned(),
        version: "7".to_owned(),
        losses: vec![
            "3 versions".to_owned(),
            "2 comments".to_owned(),
            "its address on the site, /what-the-river-knows".to_owned(),
        ],
        may_archive: true,
    };
    show("content-delete", &page).unwrap();
}

#[test]
fn the_bin() {
    let row = BinRow {
        id: "01".to_owned(),
        title: "Last year's prices".to_owned(),
        slug: "last-years-prices".to_owned(),
        deleted_by: "Ann Lee".to_owned(),
        deleted: at("2026-03-12T14:05:00Z"),
        purged: at("2026-04-11T14:05:00Z"),
    };
    let pager = Pager { summary: "1 of 1 item".to_owned(), ..Pager::default() };
    let mut page = BinPage { frame: frame("Bin", Section::Content), rows: vec![row], pager };
    show("content-bin", &page).unwrap();
    page.rows.clear();
    show("content-bin-empty", &page).unwrap();
}
