//! What the buttons of the composer's form do to the order of the blocks.

use super::blocks::{Block, Composition};

/// What a button of the form does beside saving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Up(Place),
    Down(Place),
    Delete(Place),
    Duplicate(Place),
    /// An empty block of this type at the end: of the email, or of a column.
    Add(Option<Place>, String),
    /// One more column, or the last one taken out.
    Widen(Place),
    Narrow(Place),
}

/// Where a block stands: its place in the email, and in which place of which column within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub block: usize,
    pub within: Option<(usize, Option<usize>)>,
}

/// `up:3`, `delete:3.0.1`, `add::text`, `add:3.0:text`.
fn step(text: &str) -> Option<Step> {
    let mut parts = text.splitn(3, ':');
    let (act, place, kind) = (parts.next()?, place(parts.next().unwrap_or_default()), parts.next());
    Some(match act {
        "up" => Step::Up(place?),
        "down" => Step::Down(place?),
        "delete" => Step::Delete(place?),
        "duplicate" => Step::Duplicate(place?),
        "widen" => Step::Widen(place?),
        "narrow" => Step::Narrow(place?),
        "add" => Step::Add(place, kind?.to_owned()),
        _ => return None,
    })
}

fn place(text: &str) -> Option<Place> {
    let mut numbers = text.split('.').map(|number| number.parse::<usize>());
    let block = numbers.next()?.ok()?;
    let column = numbers.next().and_then(Result::ok);
    Some(Place { block, within: column.map(|column| (column, numbers.next().and_then(Result::ok))) })
}

impl Step {
    /// Reads what a button is called.
    pub fn parse(text: &str) -> Option<Self> {
        step(text)
    }

    /// Takes the step, and gives the place to look at afterwards.
    pub fn take(&self, composition: &mut Composition) -> Option<usize> {
        match self {
            Self::Up(place) => {
                let (blocks, at) = list(composition, *place)?;
                (at > 0 && at < blocks.len()).then(|| blocks.swap(at - 1, at))?;
                Some(if place.within.is_none() { at - 1 } else { place.block })
            }
            Self::Down(place) => {
                let (blocks, at) = list(composition, *place)?;
                (at + 1 < blocks.len()).then(|| blocks.swap(at, at + 1))?;
                Some(if place.within.is_none() { at + 1 } else { place.block })
            }
            Self::Delete(place) => {
                let (blocks, at) = list(composition, *place)?;
                (at < blocks.len()).then(|| blocks.remove(at))?;
                Some(place.block)
            }
            Self::Duplicate(place) => {
                let (blocks, at) = list(composition, *place)?;
                let copy = blocks.get(at)?.clone();
                blocks.insert(at + 1, copy);
                Some(if place.within.is_none() { at + 1 } else { place.block })
            }
            Self::Add(None, kind) => {
                composition.blocks.push(Block::empty(kind)?);
                Some(composition.blocks.len() - 1)
            }
            Self::Add(Some(place), kind) => {
                let block = Block::empty(kind).filter(|block| !matches!(block, Block::Columns(_)))?;
                let (column, _) = place.within?;
                columns(composition, place.block)?.get_mut(column)?.push(block);
                Some(place.block)
            }
            Self::Widen(place) => {
                columns(composition, place.block)?.push(Vec::new());
                Some(place.block)
            }
            Self::Narrow(place) => {
                let columns = columns(composition, place.block)?;
                // What stood in it goes on in the one before.
                let last = (columns.len() > 2).then(|| columns.pop())??;
                columns.last_mut()?.extend(last);
                Some(place.block)
            }
        }
    }
}

/// The list that a place is in, and its place there.
fn list(composition: &mut Composition, place: Place) -> Option<(&mut Vec<Block>, usize)> {
    match place.within {
        None => Some((&mut composition.blocks, place.block)),
        Some((column, within)) => Some((columns(composition, place.block)?.get_mut(column)?, within?)),
    }
}

fn columns(composition: &mut Composition, block: usize) -> Option<&mut Vec<Vec<Block>>> {
    match composition.blocks.get_mut(block)? {
        Block::Columns(columns) => Some(&mut columns.columns),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::composer::form;

    #[test]
    fn steps_move_add_and_take_out() {
        let fields = "block=divider&block=columns&column=&block=text&html=a&block=button&label=b&column=&end=";
        let mut typed = form::read(serde_urlencoded::from_str(fields).unwrap());
        let kinds = |composition: &Composition| {
            composition.all().into_iter().map(|(_, block)| block.kind()).collect::<Vec<_>>().join(" ")
        };
        let composition = &mut typed.composition;
        for (taken, after) in [
            ("up:0", "divider columns text button"),
            ("down:0", "columns text button divider"),
            ("down:0.0.0", "columns button text divider"),
            ("add:0.1:image", "columns button text image divider"),
            ("add:0.1:columns", "columns button text image divider"),
            ("add::spacer", "columns button text image divider spacer"),
            ("duplicate:0.1.0", "columns button text image image divider spacer"),
            ("widen:0", "columns button text image image divider spacer"),
            ("narrow:0", "columns button text image image divider spacer"),
            ("delete:0.0.9", "columns button text image image divider spacer"),
            ("delete:0", "divider spacer"),
            ("delete:7", "divider spacer"),
        ] {
            step(taken).unwrap().take(composition);
            assert_eq!(kinds(composition), after, "{taken}");
        }
        assert!(step("jump:1").is_none() && step("up:x").is_none());
    }
}
