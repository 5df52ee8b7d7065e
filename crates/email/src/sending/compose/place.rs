//! Where in a text a merge tag stands, which decides how its value is escaped.

/// What is wrong with a tag, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    pub words: String,
}

impl Mistake {
    pub fn new(words: impl Into<String>) -> Self {
        Self { words: words.into() }
    }
}

/// Where a value stands, which decides how it is escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In the text of HTML or in a quoted attribute.
    Html,
    /// In an attribute that holds an address.
    Url,
    Plain,
    /// In a header: no line ends.
    Line,
}

/// Attributes that hold an address.
const URL_ATTRIBUTES: [&str; 5] = ["href", "src", "background", "action", "poster"];

/// Follows where in the HTML the reader is.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    state: State,
    /// The name of the element whose tag was opened last.
    element: String,
    attribute: String,
}

#[derive(Debug, Default, PartialEq, Eq, Clone, Copy)]
enum State {
    #[default]
    Text,
    ElementName,
    Between,
    AttributeName,
    BeforeValue,
    Quoted(char),
    Unquoted,
}

impl Scanner {
    pub fn read(&mut self, text: &str) {
        for one in text.chars() {
            self.state = match (self.state, one) {
                (State::Text, '<') => {
                    self.element.clear();
                    State::ElementName
                }
                (State::Text, _) => State::Text,
                (State::ElementName, ' ' | '\n' | '\t' | '\r') if self.element.is_empty() => State::Text,
                (State::Quoted(quote), one) if one == quote => State::Between,
                (State::Quoted(quote), _) => State::Quoted(quote),
                (_, '>') => State::Text,
                (State::ElementName, one) if !one.is_whitespace() => {
                    self.element.push(one.to_ascii_lowercase());
                    State::ElementName
                }
                (State::AttributeName, '=') => State::BeforeValue,
                (State::BeforeValue, '"' | '\'') => State::Quoted(one),
                (State::BeforeValue, one) if one.is_whitespace() => State::BeforeValue,
                (State::BeforeValue | State::Unquoted, one) if !one.is_whitespace() => State::Unquoted,
                (State::AttributeName, one) if !one.is_whitespace() => {
                    self.attribute.push(one.to_ascii_lowercase());
                    State::AttributeName
                }
                (State::Between, one) if !one.is_whitespace() && one != '/' => {
                    self.attribute.clear();
                    self.attribute.push(one.to_ascii_lowercase());
                    State::AttributeName
                }
                // `name = "value"`: the name is kept until something else begins.
                (State::AttributeName, _) => State::AttributeName,
                (_, _) => State::Between,
            };
        }
    }

    pub fn place(&self, name: &str) -> Result<Place, Mistake> {
        let refused = |words: &str| Err(Mistake::new(format!("The merge tag {{{{{name}}}}} {words}")));
        match self.state {
            State::Text if matches!(self.element.as_str(), "style" | "script") => {
                refused("stands in a style or script, where nothing can be merged. Move it into the text.")
            }
            State::Text => Ok(Place::Html),
            State::Quoted(_) if self.attribute == "style" || self.attribute.starts_with("on") => {
                refused("stands in a style or script, where nothing can be merged. Move it into the text.")
            }
            State::Quoted(_) if URL_ATTRIBUTES.contains(&self.attribute.as_str()) => Ok(Place::Url),
            State::Quoted(_) => Ok(Place::Html),
            _ => refused("stands inside an HTML tag without quotes. Put quotes around the attribute's value."),
        }
    }
}
