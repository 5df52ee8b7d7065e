//! A recursive-descent parser, bounded in length and depth.

use super::{Comparison, Filter, Ordering, Place, Relative, Test, Value};

/// Characters of a filter; the longest address that proxies let pass is about twice as long.
const LONGEST: usize = 4000;
/// Parentheses within parentheses.
const DEEPEST: usize = 20;
/// Characters that end a text without quotation marks, unless `\` stands before them.
const SPECIAL: &str = "'\"+,()><=[]";

type Parsed<T> = Result<T, String>;

/// Reads a filter, or says in a sentence what is wrong with it and where.
pub fn parse(text: &str) -> Parsed<Filter> {
    if text.chars().count() > LONGEST {
        return Err(format!("The filter is longer than {LONGEST} characters. Make it shorter."));
    }
    let mut parser = Parser { text, at: 0 };
    let filter = parser.any(0)?;
    parser.skip_space();
    if parser.rest().is_empty() { Ok(filter) } else { Err(parser.unexpected("+, a comma or the end")) }
}

struct Parser<'a> {
    text: &'a str,
    /// A byte, always at the beginning of a character.
    at: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Takes this text, if it comes next.
    fn take(&mut self, wanted: &str) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    fn unexpected(&self, expected: &str) -> String {
        let character = self.text.get(..self.at).map_or(0, |before| before.chars().count()) + 1;
        match self.rest().chars().next() {
            Some(found) => format!("Unexpected {found:?} at character {character}: expected {expected}."),
            None => format!("The filter ends at character {character} where {expected} is expected."),
        }
    }

    fn any(&mut self, depth: usize) -> Parsed<Filter> {
        let mut parts = vec![self.all(depth)?];
        while self.take(",") {
            parts.push(self.all(depth)?);
        }
        Ok(joined(parts, Filter::Any))
    }

    fn all(&mut self, depth: usize) -> Parsed<Filter> {
        let mut parts = vec![self.term(depth)?];
        while self.take("+") {
            parts.push(self.term(depth)?);
        }
        Ok(joined(parts, Filter::All))
    }

    fn term(&mut self, depth: usize) -> Parsed<Filter> {
        if self.take("(") {
            if depth == DEEPEST {
                return Err(format!("Parentheses are nested deeper than {DEEPEST}."));
            }
            let inner = self.any(depth + 1)?;
            return if self.take(")") { Ok(inner) } else { Err(self.unexpected("a closing parenthesis")) };
        }
        let property = self.property()?;
        let (negated, comparison) = self.comparison()?;
        Ok(Filter::Test(Test { property, negated, comparison }))
    }

    fn property(&mut self) -> Parsed<String> {
        self.skip_space();
        let plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '.');
        let name: String = self.rest().chars().take_while(|character| plain(*character)).collect();
        if !name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
            return Err(self.unexpected("a property"));
        }
        self.at += name.len();
        if self.rest().starts_with(':') {
            self.at += 1;
            Ok(name)
        } else {
            Err(self.unexpected("a colon after the property"))
        }
    }

    fn comparison(&mut self) -> Parsed<(bool, Comparison)> {
        let negated = self.take("-");
        let places = [("~^", Place::Start), ("~$", Place::End), ("~", Place::Anywhere)];
        for (sign, place) in places {
            if self.take(sign) {
                return Ok((negated, Comparison::Like(place, self.text()?)));
            }
        }
        let orders = [
            (">=", Ordering::GreaterOrEqual),
            ("<=", Ordering::LessOrEqual),
            (">", Ordering::Greater),
            ("<", Ordering::Less),
        ];
        for (sign, ordering) in orders {
            if !negated && self.take(sign) {
                return Ok((false, Comparison::Ordered(ordering, self.value()?)));
            }
        }
        let values = if self.take("[") { self.set()? } else { vec![self.value()?] };
        Ok((negated, Comparison::Among(values)))
    }

    fn set(&mut self) -> Parsed<Vec<Value>> {
        let mut values = vec![self.value()?];
        while self.take(",") {
            values.push(self.value()?);
        }
        if self.take("]") { Ok(values) } else { Err(self.unexpected("a comma or a closing bracket")) }
    }

    fn value(&mut self) -> Parsed<Value> {
        self.skip_space();
        if self.rest().starts_with('\'') {
            return Ok(Value::Text(self.quoted()?));
        }
        if let Some(relative) = self.relative() {
            return Ok(Value::Relative(relative));
        }
        let word = self.word()?;
        Ok(match word.as_str() {
            "null" | "NULL" | "Null" => Value::Null,
            "true" | "TRUE" | "True" => Value::Flag(true),
            "false" | "FALSE" | "False" => Value::Flag(false),
            _ => Value::Text(word),
        })
    }

    fn text(&mut self) -> Parsed<String> {
        self.skip_space();
        if self.rest().starts_with('\'') { self.quoted() } else { self.word() }
    }

    /// `now-30d`, when a whole one comes next; its `+` is no "and".
    fn relative(&mut self) -> Option<Relative> {
        let rest = self.rest().strip_prefix("now")?;
        let is_past = rest.starts_with('-');
        let rest = rest.strip_prefix(['-', '+'])?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let amount = rest.get(..digits)?.parse().ok()?;
        let mut after = rest.get(digits..)?.chars();
        let unit = after.next().filter(|unit| "dwMyhms".contains(*unit))?;
        let ends = after.next().is_none_or(|next| next.is_whitespace() || "+,()[]".contains(next));
        if !ends {
            return None;
        }
        self.at += "now-".len() + digits + unit.len_utf8();
        Some(Relative { is_past, amount, unit })
    }

    fn word(&mut self) -> Parsed<String> {
        if self.rest().starts_with('-') {
            return Err(self.unexpected("a value"));
        }
        let mut word = String::new();
        let mut characters = self.rest().chars().peekable();
        while let Some(character) = characters.next() {
            let escaped = characters.peek().copied().filter(|next| character == '\\' && SPECIAL.contains(*next));
            if let Some(next) = escaped {
                characters.next();
                self.at += 1 + next.len_utf8();
                word.push(next);
            } else if SPECIAL.contains(character) || character.is_whitespace() {
                break;
            } else {
                self.at += character.len_utf8();
                word.push(character);
            }
        }
        if word.is_empty() { Err(self.unexpected("a value")) } else { Ok(word) }
    }

    fn quoted(&mut self) -> Parsed<String> {
        let mut text = String::new();
        let mut characters = self.rest().char_indices().skip(1).peekable();
        while let Some((index, character)) = characters.next() {
            let next = characters.peek().map(|(_, next)| *next);
            match (character, next) {
                ('\'', _) => {
                    self.at += index + 1;
                    return Ok(text);
                }
                ('\\', Some(quotation @ ('\'' | '"'))) => {
                    characters.next();
                    text.push(quotation);
                }
                _ => text.push(character),
            }
        }
        self.at = self.text.len();
        Err(self.unexpected("a closing quotation mark"))
    }
}

fn joined(mut parts: Vec<Filter>, join: fn(Vec<Filter>) -> Filter) -> Filter {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}
