//! From a filter's tree to SQL: expressions of ours, values as parameters.

use jiff::Timestamp;
use kernel::db::Param;

use super::address::Resource;
use super::columns::{self, Column};
use super::ids;
use super::nql::{self, Comparison, Filter, Ordering, Place, Test, Value};
use super::refusal::{Refusal, Refused};

/// The items that carry tags `t`.
const TAG_LINKS: &str = "SELECT l.content_id FROM app.content_item_tags l \
    JOIN content_tags t ON t.organization_id = l.organization_id AND t.id = l.tag_id";

/// Parameters, numbered as they come.
#[derive(Default)]
pub struct Parameters(Vec<Box<dyn Param>>);

impl Parameters {
    /// Adds a value and gives what stands for it in SQL.
    pub fn add(&mut self, value: impl Param + 'static) -> String {
        self.0.push(Box::new(value));
        format!("${}", self.0.len())
    }

    /// The parameters as statements take them.
    pub fn as_slice(&self) -> Vec<&dyn Param> {
        self.0.iter().map(AsRef::as_ref).collect()
    }
}

/// The condition of a filter; `None` when nothing of it is left that may be asked.
pub fn condition(
    resource: Resource,
    filter: &Filter,
    now: Timestamp,
    parameters: &mut Parameters,
) -> Refused<Option<String>> {
    Writer { resource, now, parameters }.filter(filter)
}

struct Writer<'a> {
    resource: Resource,
    now: Timestamp,
    parameters: &'a mut Parameters,
}

impl Writer<'_> {
    /// The parser has bounded how deep this goes.
    fn filter(&mut self, filter: &Filter) -> Refused<Option<String>> {
        let (parts, word) = match filter {
            Filter::Test(test) => return self.test(test),
            Filter::All(parts) => (parts, " AND "),
            Filter::Any(parts) => (parts, " OR "),
        };
        let written: Vec<String> =
            parts.iter().filter_map(|part| self.filter(part).transpose()).collect::<Refused<_>>()?;
        Ok((!written.is_empty()).then(|| format!("({})", written.join(word))))
    }

    fn test(&mut self, test: &Test) -> Refused<Option<String>> {
        let column = columns::column(self.resource, &test.property).ok_or_else(|| {
            Refusal::Filter(format!("{} have no property {}.", self.resource.as_str(), test.property))
        })?;
        if matches!(column, Column::Secret) {
            return Ok(None);
        }
        let condition = self.comparison(&column, test)?;
        // What has no value is not the value either.
        Ok(Some(if test.negated { format!("(({condition}) IS NOT TRUE)") } else { format!("({condition})") }))
    }

    fn comparison(&mut self, column: &Column, test: &Test) -> Refused<String> {
        match (column, &test.comparison) {
            (Column::OfTags(inner), comparison) => self.of_tags(inner, comparison, test),
            (_, Comparison::Among(values)) => self.among(column, values, test),
            (_, Comparison::Ordered(ordering, value)) => self.ordered(column, *ordering, value, test),
            (Column::Text(_) | Column::Id(_) | Column::PrimaryTag, Comparison::Like(place, text)) => {
                let sql = expression(column);
                let words = self.parameters.add(text.clone());
                Ok(match place {
                    Place::Anywhere => format!("position(lower({words}) IN lower({sql})) > 0"),
                    Place::Start => format!("starts_with(lower({sql}), lower({words}))"),
                    Place::End => format!("right(lower({sql}), char_length(lower({words}))) = lower({words})"),
                })
            }
            (_, Comparison::Like(..)) => {
                Err(Refusal::Filter(format!("{} is no text, so nothing can be looked for in it.", test.property)))
            }
        }
    }

    fn of_tags(&mut self, inner: &Column, comparison: &Comparison, test: &Test) -> Refused<String> {
        let values = match comparison {
            Comparison::Among(values) => values.as_slice(),
            _ => &[],
        };
        let positive = Test { negated: false, ..test.clone() };
        let condition = self.comparison(inner, &positive)?;
        let without =
            if values.contains(&Value::Null) { format!(" OR i.id NOT IN ({TAG_LINKS})") } else { String::new() };
        Ok(format!("i.id IN ({TAG_LINKS} WHERE {condition}){without}"))
    }

    fn among(&mut self, column: &Column, values: &[Value], test: &Test) -> Refused<String> {
        let present: Vec<&Value> = values.iter().filter(|value| **value != Value::Null).collect();
        let sql = expression(column);
        let mut any = Vec::new();
        if present.len() < values.len() {
            any.push(format!("{sql} IS NULL"));
        }
        if !present.is_empty() {
            let list = self.list(column, &present, test)?;
            any.push(match column {
                // Few carry the tag at all, so only of these the first tag is looked up.
                Column::PrimaryTag => {
                    format!("(i.id IN ({TAG_LINKS} WHERE t.slug = ANY({list})) AND {sql} = ANY({list}))")
                }
                _ => format!("{sql} = ANY({list})"),
            });
        }
        Ok(any.join(" OR "))
    }

    fn list(&mut self, column: &Column, values: &[&Value], test: &Test) -> Refused<String> {
        Ok(match column {
            Column::Flag(_) => {
                let flags: Refused<Vec<bool>> = values.iter().map(|value| flag(value, test)).collect();
                self.parameters.add(flags?)
            }
            Column::Moment(_) => {
                let moments: Refused<Vec<Timestamp>> = values.iter().map(|value| self.moment(value, test)).collect();
                self.parameters.add(moments?)
            }
            Column::Number(_) => {
                let numbers: Refused<Vec<i64>> = values.iter().map(|value| number(value, test)).collect();
                self.parameters.add(numbers?)
            }
            _ => {
                let texts: Refused<Vec<String>> = values.iter().map(|value| text(column, value, test)).collect();
                self.parameters.add(texts?)
            }
        })
    }

    fn ordered(&mut self, column: &Column, ordering: Ordering, value: &Value, test: &Test) -> Refused<String> {
        let parameter = match column {
            Column::Moment(_) => {
                let moment = self.moment(value, test)?;
                self.parameters.add(moment)
            }
            Column::Number(_) => self.parameters.add(number(value, test)?),
            Column::Flag(_) => return Err(Refusal::Filter(format!("{} has no order.", test.property))),
            _ => self.parameters.add(text(column, value, test)?),
        };
        let sign = match ordering {
            Ordering::Greater => ">",
            Ordering::GreaterOrEqual => ">=",
            Ordering::Less => "<",
            Ordering::LessOrEqual => "<=",
        };
        Ok(format!("{} {sign} {parameter}", expression(column)))
    }

    fn moment(&self, value: &Value, test: &Test) -> Refused<Timestamp> {
        let found = match value {
            Value::Relative(relative) => relative.from(self.now),
            Value::Text(text) if text == "now" => Some(self.now),
            Value::Text(text) => nql::moment(text),
            Value::Null | Value::Flag(_) => None,
        };
        found.ok_or_else(|| unfit(test, "a date, as '2024-01-31 12:30:00' or now-30d"))
    }
}

fn expression(column: &Column) -> &str {
    match column {
        Column::Text(sql) | Column::Id(sql) => sql,
        Column::Flag(sql) | Column::Moment(sql) | Column::Number(sql) => sql,
        Column::OfTags(inner) => expression(inner),
        Column::PrimaryTag => columns::PRIMARY_TAG,
        Column::Secret => "NULL",
    }
}

fn flag(value: &Value, test: &Test) -> Refused<bool> {
    match value {
        Value::Flag(flag) => Ok(*flag),
        Value::Text(text) if text == "1" || text == "true" => Ok(true),
        Value::Text(text) if text == "0" || text == "false" => Ok(false),
        _ => Err(unfit(test, "true or false")),
    }
}

/// A whole number; digits after a point are dropped, as NQL does.
fn number(value: &Value, test: &Test) -> Refused<i64> {
    let Value::Text(text) = value else { return Err(unfit(test, "a number")) };
    text.split('.').next().and_then(|whole| whole.parse().ok()).ok_or_else(|| unfit(test, "a number"))
}

fn text(column: &Column, value: &Value, test: &Test) -> Refused<String> {
    match (column, value) {
        (Column::Id(_), Value::Text(text)) => Ok(ids::from_any(text)),
        (_, Value::Text(text)) => Ok(text.clone()),
        (_, Value::Flag(flag)) => Ok(flag.to_string()),
        _ => Err(unfit(test, "a text")),
    }
}

fn unfit(test: &Test, expected: &str) -> Refusal {
    Refusal::Filter(format!("{} has to be compared with {expected}.", test.property))
}
