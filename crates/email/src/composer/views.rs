//! What the pages of the composer show.

use std::sync::Arc;

use askama::Template;
use askama::filters::HtmlSafe;
use ui::{FieldErrors, Flash, Frame, SelectOption, StatusPill};

use super::blocks::{Block, Composition, Layout, Style};
use super::starts;

/// What every block of a page needs to be shown.
#[derive(Clone, Default)]
pub struct Shared {
    pub organization: String,
    /// Articles to choose from.
    pub articles: Arc<Vec<SelectOption>>,
    pub errors: Arc<FieldErrors>,
}

/// One block as its fields.
#[derive(Template)]
#[template(path = "composer-block.html")]
pub struct BlockView {
    block: Block,
    /// `3`, or `3.0.1` in a column.
    place: String,
    columns: Vec<(String, Vec<BlockView>)>,
    shared: Shared,
    /// Where errors name it, such as `composition.blocks[3]`.
    path: String,
}

impl HtmlSafe for BlockView {}

impl BlockView {
    pub fn new(block: &Block, place: String, path: String, shared: &Shared) -> Self {
        let columns = match block {
            Block::Columns(columns) => columns
                .columns
                .iter()
                .enumerate()
                .map(|(column, blocks)| {
                    let one = |(within, inner): (usize, &Block)| {
                        let path = format!("{path}.columns[{column}][{within}]");
                        Self::new(inner, format!("{place}.{column}.{within}"), path, shared)
                    };
                    (format!("{place}.{column}"), blocks.iter().enumerate().map(one).collect())
                })
                .collect(),
            _ => Vec::new(),
        };
        Self { block: block.clone(), place, columns, shared: shared.clone(), path }
    }

    fn kind(&self) -> &'static str {
        self.block.kind()
    }

    fn word(&self) -> &'static str {
        Block::word(self.kind())
    }

    fn icon(&self) -> &'static str {
        picture_of(self.kind())
    }

    /// What is wrong with a field of it; with the block as a whole where no field is named.
    fn error(&self, field: &str) -> &str {
        let path = if field.is_empty() { self.path.clone() } else { format!("{}.{field}", self.path) };
        self.shared.errors.of(&path)
    }

    fn is(&self, one: &str, other: &str) -> bool {
        one == other
    }

    fn is_narrow(&self) -> bool {
        self.columns.len() < 3
    }

    fn alignments(&self) -> [(&'static str, &'static str); 3] {
        [("left", "Left"), ("center", "Middle"), ("right", "Right")]
    }

    fn widths(&self) -> [(u8, &'static str); 4] {
        [(100, "Whole width"), (75, "Three quarters"), (50, "Half"), (25, "A quarter")]
    }

    fn levels(&self) -> [(u8, &'static str); 3] {
        [(1, "Large"), (2, "Medium"), (3, "Small")]
    }

    /// Types of blocks that a column takes.
    fn inner_kinds(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        kinds().into_iter().filter(|(kind, ..)| *kind != "columns").collect()
    }
}

fn picture_of(kind: &str) -> &'static str {
    match kind {
        "heading" => "heading-2",
        "text" => "pilcrow",
        "image" => "image",
        "button" => "square-mouse-pointer",
        "article" => "newspaper",
        "columns" => "columns-2",
        "divider" => "minus",
        _ => "unfold-vertical",
    }
}

/// Types of blocks with their words and pictures.
pub fn kinds() -> Vec<(&'static str, &'static str, &'static str)> {
    Block::TYPES.into_iter().map(|kind| (kind, Block::word(kind), picture_of(kind))).collect()
}

/// A merge tag to put into a text.
pub struct TagChoice {
    pub tag: String,
    pub meaning: String,
}

/// `/admin/{org}/emails/{id}/compose`: the blocks of an email, and how they look.
#[derive(Template)]
#[template(path = "composer.html")]
pub struct ComposerPage {
    pub frame: Frame,
    pub id: String,
    pub subject: String,
    pub status: StatusPill,
    pub version: i32,
    pub style: Style,
    pub blocks: Vec<BlockView>,
    /// An empty block of each type, for the script to copy.
    pub empties: Vec<BlockView>,
    pub errors: Arc<FieldErrors>,
    pub tags: Vec<TagChoice>,
    /// Addresses of contacts to look with.
    pub contacts: Vec<SelectOption>,
    pub template_name: String,
}

impl ComposerPage {
    pub fn blocks_of(composition: &Composition, shared: &Shared) -> Vec<BlockView> {
        let one = |(place, block): (usize, &Block)| {
            BlockView::new(block, place.to_string(), format!("composition.blocks[{place}]"), shared)
        };
        composition.blocks.iter().enumerate().map(one).collect()
    }

    pub fn empties_of(shared: &Shared) -> Vec<BlockView> {
        let shared = Shared { errors: Arc::default(), ..shared.clone() };
        let blocks = Block::TYPES.into_iter().filter_map(Block::empty);
        blocks.map(|block| BlockView::new(&block, "new".to_owned(), "new".to_owned(), &shared)).collect()
    }

    fn kinds(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        kinds()
    }

    fn headers(&self) -> [(&'static str, &'static str, bool); 3] {
        use super::blocks::Header::{Logo, Name, Nothing};
        let is = |header| self.style.header == header;
        [
            ("name", "The organization's name", is(Name)),
            ("logo", "The logo of the site", is(Logo)),
            ("nothing", "Nothing", is(Nothing)),
        ]
    }

    fn is_serif(&self) -> bool {
        self.style.typeface == super::blocks::Typeface::Serif
    }
}

/// `/admin/{org}/emails/new`: what an email begins with.
#[derive(Template)]
#[template(path = "email-new.html")]
pub struct NewEmailPage {
    pub frame: Frame,
    pub subject: String,
    pub start: String,
    pub starts: Vec<SelectOption>,
    /// The article it is about: its id and title.
    pub article: Option<(String, String)>,
    pub campaigns: Vec<SelectOption>,
    pub campaign_id: String,
    pub errors: FieldErrors,
}

/// One template of the gallery.
pub struct TemplateCard {
    pub id: String,
    pub name: String,
    pub description: String,
    pub is_own: bool,
}

impl TemplateCard {
    pub fn of_house() -> Vec<Self> {
        let card = |start: starts::Start| Self {
            id: start.id.to_owned(),
            name: start.name.to_owned(),
            description: start.description.to_owned(),
            is_own: false,
        };
        starts::ALL.map(card).into()
    }
}

/// `/admin/{org}/email-templates`: what emails can begin with.
#[derive(Template)]
#[template(path = "email-templates.html")]
pub struct TemplatesPage {
    pub frame: Frame,
    pub cards: Vec<TemplateCard>,
}

/// The way from a published item to an email about it, within the item's page.
#[derive(Template)]
#[template(path = "newsletter-fragment.html")]
pub struct NewsletterFragment {
    pub href: String,
    pub is_offered: bool,
}

/// Says on the page of the email what became of something.
pub fn done(words: &str, there: &str) -> axum::response::Response {
    Flash::success(words).redirect(there)
}
