//! Reading lists and single ones, the same way for every resource, with a number of statements that never varies.

use futures_util::try_join;
use kernel::db::{Row, Statements};
use serde_json::{Map, Value, json};

use super::address::{Address, Resource, Which};
use super::columns;
use super::conditions::{self, Parameters};
use super::ids;
use super::nql::{Comparison, Filter, Test};
use super::refusal::{Refusal, Refused};
use super::visit::Visit;

/// What a resource is read from.
pub struct Source {
    pub columns: String,
    pub tables: String,
    /// What the columns need beyond that; read for the rows of one page, not for those that are only counted or skipped.
    pub beside: &'static str,
    /// What holds for all that may be seen.
    pub seen: String,
    /// The column of our id, and of the slug.
    pub id: &'static str,
    pub slug: &'static str,
    pub usual_order: &'static str,
}

/// The rows asked for; lists know their place among the pages.
pub struct Found {
    pub rows: Vec<Row>,
    pub pagination: Option<Value>,
}

impl Found {
    /// Ghost's envelope: what is without `meta` is taken for a single one by its client, so lists always carry it.
    pub fn envelope(&self, resource: Resource, objects: Vec<Value>) -> Value {
        let mut body = Map::from_iter([(resource.as_str().to_owned(), Value::Array(objects))]);
        if let Some(pagination) = &self.pagination {
            body.insert("meta".to_owned(), json!({ "pagination": pagination }));
        }
        Value::Object(body)
    }
}

/// Reads a list, or the one that the address names.
pub async fn find(visit: &Visit, address: &Address, source: &Source) -> Refused<Found> {
    let mut parameters = Parameters::default();
    let condition = match &address.which {
        Which::All => return browse(visit, address.resource, source).await,
        Which::Slug(slug) => format!("{} = {}", source.slug, parameters.add(slug.clone())),
        Which::Id(id) => has_id(source, id, &mut parameters),
    };
    let Source { columns, tables, beside, seen, .. } = source;
    let sql = format!("SELECT {columns} FROM {tables} {beside} WHERE {seen} AND {condition} LIMIT 1");
    let rows = visit.tx.rows(&sql, &parameters.as_slice()).await?;
    if rows.is_empty() {
        return Err(Refusal::NotFound(address.resource.missing()));
    }
    Ok(Found { rows, pagination: None })
}

/// Whether a row is the one of an id in Ghost's form.
///
/// Of the many items a UUID is found by its range in the index; only for ids of a host platform all are looked through.
fn has_id(source: &Source, id: &str, parameters: &mut Parameters) -> String {
    let same = |column: &str, id: &str| format!("({}) = {id}", ids::sql(column));
    let Some((low, high)) = ids::range(id).filter(|_| source.id == "i.id") else {
        return same(source.id, &parameters.add(id.to_owned()));
    };
    let (id, low, high) = (parameters.add(id.to_owned()), parameters.add(low), parameters.add(high));
    let (same, content) = (same("f.id", &id), "SELECT f.id FROM content_items f WHERE");
    format!(
        "i.id = (SELECT found.id FROM ({content} f.id BETWEEN {low} AND {high} AND {same} \
         UNION ALL {content} {same}) found LIMIT 1)"
    )
}

async fn browse(visit: &Visit, resource: Resource, source: &Source) -> Refused<Found> {
    let (limit, page, filter) = (visit.options.limit()?, visit.options.page()?, visit.options.filter()?);
    let mut parameters = Parameters::default();
    let filtered = filter.as_ref().map(|filter| conditions::condition(resource, filter, visit.now, &mut parameters));
    let filtered = filtered.transpose()?.flatten().map(|condition| format!(" AND {condition}")).unwrap_or_default();
    let from = format!("FROM {} WHERE {}{filtered}", source.tables, source.seen);
    let count_sql = format!("SELECT count(*) AS count {from}");
    let counted = parameters.as_slice().len();
    let order = order(visit, resource, source, filter.as_ref(), &mut parameters);
    let (most, offset) = (parameters.add(limit), parameters.add((page - 1) * limit));
    let Source { columns, tables, beside, id, .. } = source;
    let sql = if beside.is_empty() {
        format!("SELECT {columns} {from} ORDER BY {order} LIMIT {most} OFFSET {offset}")
    } else {
        let page = format!("SELECT {id} {from} ORDER BY {order} LIMIT {most} OFFSET {offset}");
        format!("SELECT {columns} FROM {tables} {beside} WHERE {id} IN ({page}) ORDER BY {order}")
    };
    let all = parameters.as_slice();
    let (rows, counts) =
        try_join!(visit.tx.rows_unprepared(&sql, &all), visit.tx.rows_unprepared(&count_sql, &all[..counted]))?;
    let total = counts.first().map_or(0, |row| row.get("count"));
    Ok(Found { rows, pagination: Some(pagination(page, limit, total)) })
}

/// The order asked for; else that of the slugs that the filter lists, or the usual one. Our id makes it a whole order.
fn order(
    visit: &Visit,
    resource: Resource,
    source: &Source,
    filter: Option<&Filter>,
    parameters: &mut Parameters,
) -> String {
    let asked = visit.options.order().into_iter().filter_map(|order| {
        let direction = if order.descending { "DESC NULLS LAST" } else { "ASC NULLS FIRST" };
        columns::ordering(resource, &order.property).map(|sql| format!("{sql} {direction}"))
    });
    let mut parts: Vec<String> = asked.collect();
    if parts.is_empty() {
        match filter.and_then(listed_slugs) {
            Some(slugs) => parts.push(format!("array_position({}, {})", parameters.add(slugs), source.slug)),
            None => parts.push(source.usual_order.to_owned()),
        }
    }
    format!("{}, {}", parts.join(", "), source.id)
}

/// The slugs of a filter that is nothing but `slug:[a,b,c]`.
fn listed_slugs(filter: &Filter) -> Option<Vec<String>> {
    let Filter::Test(Test { property, negated: false, comparison: Comparison::Among(values) }) = filter else {
        return None;
    };
    let text = |value: &super::nql::Value| match value {
        super::nql::Value::Text(text) => Some(text.clone()),
        _ => None,
    };
    (property == "slug" && values.len() > 1).then(|| values.iter().filter_map(text).collect())
}

/// Where a page stands among the others.
pub fn pagination(page: i64, limit: i64, total: i64) -> Value {
    let pages = ((total + limit - 1) / limit).max(1);
    let next = (page < pages).then_some(page + 1);
    let previous = (page > 1).then_some((page - 1).min(pages));
    json!({ "page": page, "limit": limit, "pages": pages, "total": total, "next": next, "prev": previous })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_know_their_neighbours() {
        assert_eq!(
            pagination(1, 15, 0),
            json!({ "page": 1, "limit": 15, "pages": 1, "total": 0, "next": null, "prev": null })
        );
        assert_eq!(pagination(2, 2, 5), json!({ "page": 2, "limit": 2, "pages": 3, "total": 5, "next": 3, "prev": 1 }));
        assert_eq!(pagination(3, 2, 5)["next"], Value::Null);
    }

    #[test]
    fn only_a_plain_list_of_slugs_gives_an_order() {
        let slugs = |text: &str| listed_slugs(&super::super::nql::parse(text).unwrap());
        assert_eq!(slugs("slug:[b,a]"), Some(vec!["b".to_owned(), "a".to_owned()]));
        for other in ["slug:-[b,a]", "slug:a", "id:[b,a]", "slug:[b,a]+featured:true"] {
            assert_eq!(slugs(other), None, "{other}");
        }
    }
}
