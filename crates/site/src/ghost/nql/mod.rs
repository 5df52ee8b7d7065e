//! NQL, the language of Ghost's filters: `tag:[a,b]+featured:true,published_at:>now-30d`.
//!
//! `,` is "or" and `+` is "and", which binds tighter; see <https://github.com/TryGhost/NQL>. What is read becomes a tree of
//! our own, so no text of a filter ever gets into SQL.

mod moment;
mod parser;
#[cfg(test)]
mod tests;

pub use moment::{Relative, moment};
pub use parser::parse;

/// A filter: tests, joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Test(Test),
}

/// One `property:value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    pub property: String,
    pub negated: bool,
    pub comparison: Comparison,
}

/// How a value is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Is one of these.
    Among(Vec<Value>),
    Ordered(Ordering, Value),
    Like(Place, String),
}

/// The comparisons of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ordering {
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// Where in a text another stands; capitals make no difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Anywhere,
    Start,
    End,
}

/// What a property is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Null,
    Flag(bool),
    /// Also numbers and dates: what a text means is decided by what it is compared with.
    Text(String),
    Relative(Relative),
}
