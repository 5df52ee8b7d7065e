//! The composer's form: fields in the order of the blocks, and buttons that change that order.
//!
//! A field named `block` begins a block, whose fields follow; `column` begins a column of one, and `end` closes it. So no
//! name holds a place, and who moves a block moves its fields.

use super::blocks::{
    Align, Article, Block, Button, Columns, Composition, Header, Heading, Image, Layout, Spacer, Style, Text, Typeface,
};
use super::step::Step;

/// What the form holds.
#[derive(Debug, Default)]
pub struct Typed {
    pub composition: Composition,
    pub version: Option<i32>,
    pub step: Option<Step>,
    pub view: String,
    pub contact: String,
    /// The name for a template that is made of it.
    pub template_name: String,
}

/// Reads the fields in their order.
pub fn read(pairs: Vec<(String, String)>) -> Typed {
    let mut typed = Typed::default();
    let mut stack = Stack::default();
    for (name, value) in pairs {
        let value = value.replace("\r\n", "\n");
        match name.as_str() {
            "block" => stack.begin(&value),
            "column" => stack.begin_column(),
            "end" => stack.close(),
            "version" => typed.version = value.trim().parse().ok(),
            "do" => typed.step = Step::parse(&value),
            "view" => typed.view = value,
            "contact" => typed.contact = value.trim().to_owned(),
            "template_name" => typed.template_name = value,
            _ => match name.strip_prefix("style.") {
                Some(field) => style(&mut typed.composition.style, field, value),
                None => stack.field(&name, &value),
            },
        }
    }
    stack.close();
    typed.composition.blocks = stack.blocks;
    typed
}

#[derive(Default)]
struct Stack {
    blocks: Vec<Block>,
    /// The columns that are being read.
    columns: Option<Vec<Vec<Block>>>,
    is_skipped: bool,
}

impl Stack {
    fn begin(&mut self, kind: &str) {
        if kind == "columns" {
            self.close();
            self.columns = Some(Vec::new());
            return;
        }
        let block = Block::empty(kind).map(without_boxes);
        self.is_skipped = block.is_none();
        match &mut self.columns {
            Some(columns) => {
                if columns.is_empty() {
                    columns.push(Vec::new());
                }
                columns.last_mut().into_iter().for_each(|column| column.extend(block.clone()));
            }
            None => self.blocks.extend(block),
        }
    }

    fn begin_column(&mut self) {
        self.is_skipped = true;
        if let Some(columns) = &mut self.columns {
            columns.push(Vec::new());
        }
    }

    fn close(&mut self) {
        self.is_skipped = true;
        if let Some(columns) = self.columns.take() {
            self.blocks.push(Block::Columns(Columns { columns }));
        }
    }

    fn field(&mut self, name: &str, value: &str) {
        let last = match &mut self.columns {
            Some(columns) => columns.last_mut().and_then(|column| column.last_mut()),
            None => self.blocks.last_mut(),
        };
        if let Some(block) = last.filter(|_| !self.is_skipped) {
            fill(block, name, value);
        }
    }
}

/// Boxes that are not ticked are not sent: what a form says nothing of is off.
fn without_boxes(mut block: Block) -> Block {
    if let Block::Article(article) = &mut block {
        (article.has_image, article.has_summary) = (false, false);
    }
    block
}

fn fill(block: &mut Block, name: &str, value: &str) {
    let text = || value.to_owned();
    let is_ticked = !value.is_empty();
    match block {
        Block::Heading(Heading { text: words, level, align }) => match name {
            "text" => *words = text(),
            "level" => *level = value.parse().unwrap_or(2),
            "align" => *align = align_of(value),
            _ => {}
        },
        Block::Text(Text { html, align }) => match name {
            "html" => *html = text(),
            "align" => *align = align_of(value),
            _ => {}
        },
        Block::Image(Image { src, alt, is_decoration, href, width, align }) => match name {
            "src" => *src = text(),
            "alt" => *alt = text(),
            "is_decoration" => *is_decoration = is_ticked,
            "href" => *href = text(),
            "width" => *width = value.parse().unwrap_or(100),
            "align" => *align = align_of(value),
            _ => {}
        },
        Block::Button(Button { label, href, align }) => match name {
            "label" => *label = text(),
            "href" => *href = text(),
            "align" => *align = align_of(value),
            _ => {}
        },
        Block::Article(Article { content_id, layout, has_image, has_summary, label }) => match name {
            "content_id" => *content_id = text(),
            "layout" => *layout = if value == "beside" { Layout::Beside } else { Layout::Stacked },
            "has_image" => *has_image = is_ticked,
            "has_summary" => *has_summary = is_ticked,
            "label" => *label = text(),
            _ => {}
        },
        Block::Spacer(Spacer { height }) if name == "height" => *height = value.trim().parse().unwrap_or(0),
        _ => {}
    }
}

fn align_of(value: &str) -> Align {
    match value {
        "center" => Align::Center,
        "right" => Align::Right,
        _ => Align::Left,
    }
}

fn style(style: &mut Style, field: &str, value: String) {
    match field {
        "accent" => style.accent = Some(value),
        "typeface" => style.typeface = if value == "serif" { Typeface::Serif } else { Typeface::Sans },
        "header" => {
            style.header = match value.as_str() {
                "logo" => Header::Logo,
                "nothing" => Header::Nothing,
                _ => Header::Name,
            }
        }
        "postal_address" => style.postal_address = Some(value),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::composer::step::Place;

    fn typed(text: &str) -> Typed {
        read(serde_urlencoded::from_str(text).unwrap())
    }

    #[test]
    fn fields_belong_to_the_block_before_them() {
        let typed = typed(
            "version=3&style.header=nothing&block=heading&text=Hi&level=1&align=center&block=columns&column=&block=text&html=a\
             &column=&block=button&label=Go&href=https%3A%2F%2Fe.org&end=&block=nonsense&text=lost&block=article&content_id=i&has_image=true&do=up%3A1",
        );
        assert_eq!((typed.version, typed.step), (Some(3), Some(Step::Up(Place { block: 1, within: None }))));
        let blocks = serde_json::to_value(&typed.composition).unwrap();
        assert_eq!(blocks["style"]["header"], "nothing");
        assert_eq!((&blocks["blocks"][0]["text"], &blocks["blocks"][0]["align"]), (&"Hi".into(), &"center".into()));
        assert_eq!(blocks["blocks"][1]["columns"][0][0]["html"], "a");
        assert_eq!(blocks["blocks"][1]["columns"][1][0]["href"], "https://e.org");
        assert_eq!(
            (&blocks["blocks"][2]["has_image"], &blocks["blocks"][2]["has_summary"]),
            (&true.into(), &false.into())
        );
    }
}
