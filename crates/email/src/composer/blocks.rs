//! What an email is composed of: blocks in their order, and how they look.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Blocks of one email at most, those in columns counted.
pub const BLOCKS_MOST: usize = 100;
/// Articles of one email at most.
pub const ARTICLES_MOST: usize = 30;
/// Columns beside each other: with more, a line has room for two words.
pub const COLUMNS_MOST: usize = 3;

/// An email in blocks. Its HTML and its plain text are made of this.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = EmailComposition)]
pub struct Composition {
    pub style: Style,
    pub blocks: Vec<Block>,
}

/// How the whole email looks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = EmailStyle)]
pub struct Style {
    /// Of buttons and links, as `#0b5cad`; the organization's own when left out.
    pub accent: Option<String>,
    pub typeface: Typeface,
    pub header: Header,
    /// The postal address at the end, which several countries' laws ask for.
    #[schema(max_length = 300)]
    pub postal_address: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EmailTypeface)]
pub enum Typeface {
    #[default]
    Sans,
    Serif,
}

/// What stands above the first block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EmailHeader)]
pub enum Header {
    /// The organization's name.
    #[default]
    Name,
    /// The logo of its site; the name where there is none.
    Logo,
    Nothing,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EmailAlign)]
pub enum Align {
    #[default]
    Left,
    Center,
    Right,
}

impl Align {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Center => "center",
            Self::Right => "right",
        }
    }
}

/// One block of an email. Fields that it does not have are refused where it is [checked](super::check).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = EmailBlock)]
pub enum Block {
    Heading(Heading),
    Text(Text),
    Image(Image),
    Button(Button),
    Article(Article),
    Columns(Columns),
    Divider(Divider),
    Spacer(Spacer),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = EmailHeading)]
pub struct Heading {
    /// Words, with merge tags such as `{{first_name|there}}`.
    #[schema(max_length = 300)]
    pub text: String,
    /// 1 for the greatest, to 3.
    pub level: u8,
    pub align: Align,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = EmailText)]
pub struct Text {
    /// HTML of paragraphs, lists, quotations, links, bold and italic; all else is taken out. A text without tags becomes
    /// paragraphs, parted at empty lines.
    #[schema(max_length = 50_000)]
    pub html: String,
    pub align: Align,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = EmailImage)]
pub struct Image {
    /// A picture of the media library, or a whole address. While it is empty, nothing is shown.
    #[schema(max_length = 2048)]
    pub src: String,
    /// What is on it, for people who do not see it.
    #[schema(max_length = 500)]
    pub alt: String,
    /// Whether it says nothing, and needs no such words.
    pub is_decoration: bool,
    /// Where a click on it leads.
    #[schema(max_length = 2048)]
    pub href: String,
    /// Its width in hundredths of the room it has: 25, 50, 75 or 100.
    pub width: u8,
    pub align: Align,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = EmailButton)]
pub struct Button {
    #[schema(max_length = 100)]
    pub label: String,
    #[schema(max_length = 2048)]
    pub href: String,
    pub align: Align,
}

/// The card of an item of the organization's own content. What it shows is read from the item when the email is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = EmailArticle)]
pub struct Article {
    pub content_id: String,
    pub layout: Layout,
    pub has_image: bool,
    pub has_summary: bool,
    /// On the link to it.
    #[schema(max_length = 100)]
    pub label: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EmailLayout)]
pub enum Layout {
    /// The picture above the words.
    #[default]
    Stacked,
    /// The picture beside the words; above them on phones and in columns.
    Beside,
}

/// Columns beside each other, below each other on phones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = EmailColumns)]
pub struct Columns {
    /// Two or three, each with blocks of every other type.
    #[schema(no_recursion)]
    pub columns: Vec<Vec<Block>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = EmailDivider)]
pub struct Divider {}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = EmailSpacer)]
pub struct Spacer {
    /// In pixels, 4 to 120.
    pub height: u8,
}

impl Default for Heading {
    fn default() -> Self {
        Self { text: String::new(), level: 2, align: Align::Left }
    }
}

impl Default for Image {
    fn default() -> Self {
        let text = String::new;
        Self { src: text(), alt: text(), is_decoration: false, href: text(), width: 100, align: Align::Center }
    }
}

impl Default for Button {
    fn default() -> Self {
        Self { label: String::new(), href: String::new(), align: Align::Left }
    }
}

impl Default for Article {
    fn default() -> Self {
        Self {
            content_id: String::new(),
            layout: Layout::Stacked,
            has_image: true,
            has_summary: true,
            label: "Read on".to_owned(),
        }
    }
}

impl Default for Spacer {
    fn default() -> Self {
        Self { height: 24 }
    }
}

impl Block {
    /// The words that documents and forms name its type by.
    pub const TYPES: [&str; 8] = ["heading", "text", "image", "button", "article", "columns", "divider", "spacer"];

    /// An empty block of this type.
    pub fn empty(kind: &str) -> Option<Self> {
        Some(match kind {
            "heading" => Self::Heading(Heading::default()),
            "text" => Self::Text(Text::default()),
            "image" => Self::Image(Image::default()),
            "button" => Self::Button(Button::default()),
            "article" => Self::Article(Article::default()),
            "columns" => Self::Columns(Columns { columns: vec![Vec::new(), Vec::new()] }),
            "divider" => Self::Divider(Divider {}),
            "spacer" => Self::Spacer(Spacer::default()),
            _ => return None,
        })
    }

    pub fn kind(&self) -> &'static str {
        match self {
            Self::Heading(_) => "heading",
            Self::Text(_) => "text",
            Self::Image(_) => "image",
            Self::Button(_) => "button",
            Self::Article(_) => "article",
            Self::Columns(_) => "columns",
            Self::Divider(_) => "divider",
            Self::Spacer(_) => "spacer",
        }
    }

    /// What people call a type.
    pub fn word(kind: &str) -> &'static str {
        match kind {
            "heading" => "Heading",
            "text" => "Text",
            "image" => "Picture",
            "button" => "Button",
            "article" => "Article",
            "columns" => "Columns",
            "divider" => "Line",
            _ => "Space",
        }
    }
}

impl Composition {
    /// Every block with where it stands, those in columns behind what holds them.
    pub fn all(&self) -> Vec<(String, &Block)> {
        let mut all = Vec::new();
        for (place, block) in self.blocks.iter().enumerate() {
            all.push((format!("blocks[{place}]"), block));
            let Block::Columns(columns) = block else { continue };
            for (column, blocks) in columns.columns.iter().enumerate() {
                for (within, inner) in blocks.iter().enumerate() {
                    all.push((format!("blocks[{place}].columns[{column}][{within}]"), inner));
                }
            }
        }
        all
    }

    /// The ids of the articles whose cards it shows, each once; what cannot be an id is none.
    pub fn articles(&self) -> Vec<String> {
        let mut ids: Vec<String> = self
            .all()
            .into_iter()
            .filter_map(|(_, block)| match block {
                Block::Article(article) if kernel::id::is_well_formed(&article.content_id) => {
                    Some(article.content_id.clone())
                }
                _ => None,
            })
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The addresses of its pictures.
    pub fn pictures(&self) -> Vec<&str> {
        self.all()
            .into_iter()
            .filter_map(|(_, block)| if let Block::Image(image) = block { Some(image.src.as_str()) } else { None })
            .collect()
    }
}
