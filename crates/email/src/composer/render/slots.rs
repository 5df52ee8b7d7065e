//! Places that words are put into once the tables around them are made.

use crate::composer::text;

const MARK: &str = "@@";

/// What was put aside.
#[derive(Debug, Default)]
pub struct Slots(Vec<String>);

impl Slots {
    /// Puts HTML aside that was cleaned before.
    pub fn html(&mut self, html: impl Into<String>) -> String {
        self.0.push(html.into());
        format!("{MARK}{}{MARK}", self.0.len() - 1)
    }

    /// Puts words aside, for a text or an attribute.
    pub fn words(&mut self, words: &str) -> String {
        self.html(text::escaped(words))
    }

    /// The HTML with everything in its place. What is put in is not looked at again.
    pub fn fill(&self, html: &str) -> String {
        let size: usize = self.0.iter().map(String::len).sum();
        let mut filled = String::with_capacity(html.len() + size);
        let mut rest = html;
        while let Some(start) = rest.find(MARK) {
            let from = &rest[start + MARK.len()..];
            let number = from.find(MARK).map(|end| &from[..end]).and_then(|number| number.parse::<usize>().ok());
            filled.push_str(&rest[..start]);
            match number.and_then(|number| Some((number, self.0.get(number)?))) {
                Some((number, words)) => {
                    filled.push_str(words);
                    rest = &from[number.to_string().len() + MARK.len()..];
                }
                None => {
                    filled.push_str(MARK);
                    rest = from;
                }
            }
        }
        filled.push_str(rest);
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_not_looked_at_again() {
        let mut slots = Slots::default();
        let (one, two) = (slots.words("@@1@@ <b>"), slots.html("<b>x</b>"));
        let filled = slots.fill(&format!("<p title=\"{one}\">{two} @@7@@ @@</p>"));
        assert_eq!(filled, "<p title=\"@@1@@ &lt;b&gt;\"><b>x</b> @@7@@ @@</p>");
    }
}
