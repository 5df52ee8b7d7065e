//! Holds finished markup back while the text around it is worked on.

/// A Unicode noncharacter, which no text may hold, so a mark cannot be confused with content.
pub(super) const MARK: char = '\u{FDD0}';

/// Pieces of markup, each represented in the text by its number between two marks.
#[derive(Default)]
pub(super) struct Stash(Vec<String>);

impl Stash {
    /// Keeps a piece and gives what stands for it.
    pub(super) fn keep(&mut self, markup: String) -> String {
        self.0.push(markup);
        format!("{MARK}{}{MARK}", self.0.len() - 1)
    }

    /// Puts all pieces back in their places.
    pub(super) fn restore(&self, text: &str) -> String {
        text.split(MARK)
            .enumerate()
            .map(|(position, part)| match part.parse::<usize>() {
                Ok(number) if position % 2 == 1 => self.0.get(number).map_or("", String::as_str),
                _ => part,
            })
            .collect()
    }
}

/// A text in which only the stash makes marks.
pub(super) fn without_marks(text: &str) -> String {
    text.replace(MARK, "")
}
