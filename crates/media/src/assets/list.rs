//! Lists of assets: which, in what order, from where on.

use jiff::Timestamp;
use kernel::api::{self, Page, PageInfo};
use kernel::db::{Param, Row, Tenant};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};

use super::{Asset, store};
use crate::kinds::Kind;

const SEARCH_LONGEST: usize = 200;
/// Words of a search that are looked for.
const WORDS_MOST: usize = 8;
/// Bits of 64 that may differ between pictures that look the same.
const ALIKE: u32 = 5;
/// What `folder` is for those at the top.
pub const TOP: &str = "none";

/// Which assets to give.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    #[param(inline)]
    pub r#type: Option<Kind>,
    /// The id of a folder, or `none` for those at the top.
    pub folder: Option<String>,
    pub tag: Option<String>,
    /// Words in name, alternative text, caption or tags.
    pub q: Option<String>,
    /// In bytes.
    pub min_size: Option<i64>,
    pub max_size: Option<i64>,
    /// Uploaded at that moment or later.
    #[param(value_type = Option<String>, format = DateTime)]
    pub created_from: Option<Timestamp>,
    /// Uploaded before that moment.
    #[param(value_type = Option<String>, format = DateTime)]
    pub created_to: Option<Timestamp>,
    /// Only those that nothing uses.
    pub unused: Option<bool>,
    /// Only those that are served by signed addresses, or only the others.
    pub private: Option<bool>,
    /// Only pictures without an alternative text.
    pub missing_alt: Option<bool>,
    /// Only pictures that look like this one, by its id.
    pub similar_to: Option<String>,
    /// Those in the bin instead.
    pub deleted: Option<bool>,
    /// `uploaded_at`, `name` or `file_size`, with `-` before it for the greatest first.
    pub sort: Option<String>,
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SortKey {
    UploadedAt,
    Name,
    FileSize,
}

/// Where a page ended.
#[derive(Debug, Serialize, Deserialize)]
struct Position {
    sort: String,
    value: String,
    id: String,
}

impl SortKey {
    fn parse(text: &str) -> Result<(Self, bool)> {
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let key = match name {
            "uploaded_at" => Self::UploadedAt,
            "name" => Self::Name,
            "file_size" => Self::FileSize,
            _ => {
                let words = "Sort by uploaded_at, name or file_size, with - before it for the greatest first.";
                return Err(Error::invalid("sort", "unknown_value", words));
            }
        };
        Ok((key, descending))
    }

    fn expression(self) -> &'static str {
        match self {
            Self::UploadedAt => "a.uploaded_at",
            Self::Name => "lower(a.name)",
            Self::FileSize => "a.file_size",
        }
    }

    /// How a cursor writes it down, and how it is read again.
    fn written(self) -> &'static str {
        match self {
            Self::UploadedAt => "(extract(epoch FROM a.uploaded_at) * 1000000)::bigint::text",
            Self::Name => "lower(a.name)",
            Self::FileSize => "a.file_size::text",
        }
    }

    fn fits(self, value: &str) -> bool {
        self == Self::Name || value.parse::<i64>().is_ok()
    }
}

/// Reads one page.
pub async fn read(tx: &Tenant, params: &ListParams) -> Result<Page<Asset>> {
    let sort = params.sort.as_deref().unwrap_or("-uploaded_at");
    let (key, descending) = SortKey::parse(sort)?;
    let limit = api::limit(params.limit)?;
    let position: Option<Position> = api::read_cursor(params.cursor.as_deref())?;
    if position.as_ref().is_some_and(|position| position.sort != sort || !key.fits(&position.value)) {
        return Err(Error::Malformed(
            "This cursor belongs to a list in another order. Begin again without one.".into(),
        ));
    }
    let moment = position
        .as_ref()
        .and_then(|position| position.value.parse().ok().and_then(|value| Timestamp::from_microsecond(value).ok()));
    let number = position.as_ref().and_then(|position| position.value.parse::<i64>().ok());
    let words = words(params.q.as_deref())?;
    let organization = tx.organization().as_str();
    let mut conditions = Conditions::of(params, &organization, &words);
    let count_sql = format!("SELECT count(*) AS count FROM media_assets a WHERE {}", conditions.sql());
    let total = tx.rows_unprepared(&count_sql, &conditions.params).await?.first().map_or(0, |row| row.get("count"));
    if let Some(position) = &position {
        let value = match key {
            SortKey::UploadedAt => conditions.param(&moment),
            SortKey::Name => conditions.param(&position.value),
            SortKey::FileSize => conditions.param(&number),
        };
        let id = conditions.param(&position.id);
        let beyond = if descending { "<" } else { ">" };
        conditions.all.push(format!("({}, a.id) {beyond} ({value}, {id})", key.expression()));
    }
    let order = if descending { "DESC" } else { "ASC" };
    let sql = format!(
        "SELECT {columns}, {written} AS sort_value FROM media_assets a WHERE {conditions} ORDER BY {key} {order}, a.id {order} LIMIT {more}",
        columns = store::COLUMNS,
        written = key.written(),
        conditions = conditions.sql(),
        key = key.expression(),
        more = limit + 1,
    );
    page(tx.rows_unprepared(&sql, &conditions.params).await?, (sort, limit, total))
}

fn page(mut rows: Vec<Row>, (sort, limit, total): (&str, i64, i64)) -> Result<Page<Asset>> {
    let most = usize::try_from(limit).unwrap_or(0);
    let there_is_more = rows.len() > most;
    rows.truncate(most);
    let position = |row: &Row| Position { sort: sort.to_owned(), value: row.get("sort_value"), id: row.get("id") };
    let next = rows.last().filter(|_| there_is_more).map(|row| api::write_cursor(&position(row))).transpose()?;
    Ok(Page { data: rows.iter().map(Asset::from_row).collect(), page: PageInfo { next, limit, total } })
}

/// The words of a search as patterns of LIKE.
fn words(q: Option<&str>) -> Result<Vec<String>> {
    let text = q.unwrap_or_default();
    if text.chars().count() > SEARCH_LONGEST || text.contains('\0') {
        return Err(Error::invalid("q", "too_long", "Search for at most 200 characters."));
    }
    let escaped = |word: &str| word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Ok(text.split_whitespace().take(WORDS_MOST).map(|word| format!("%{}%", escaped(word))).collect())
}

struct Conditions<'a> {
    all: Vec<String>,
    params: Vec<&'a dyn Param>,
}

impl<'a> Conditions<'a> {
    fn of(params: &'a ListParams, organization: &'a dyn Param, words: &'a [String]) -> Self {
        let mut conditions = Self { all: Vec::new(), params: Vec::new() };
        let organization = conditions.param(organization);
        conditions.all.push(format!("a.organization_id = {organization}"));
        let bin = if params.deleted == Some(true) { "a.deleted_at IS NOT NULL" } else { "a.deleted_at IS NULL" };
        conditions.all.push(bin.to_owned());
        match params.folder.as_ref() {
            Some(folder) if folder == TOP => conditions.all.push("a.folder_id IS NULL".into()),
            Some(folder) => conditions.compare("a.folder_id =", folder),
            None => {}
        }
        if let Some(kind) = params.r#type {
            conditions.all.push(kind_condition(kind).into());
        }
        conditions.bounds(params);
        if let Some(tag) = &params.tag {
            let tag = conditions.param(tag);
            conditions.all.push(format!(
                "a.id IN (SELECT t.asset_id FROM app.media_asset_tags t WHERE t.organization_id = {organization} AND t.tag = lower({tag}))"
            ));
        }
        conditions.flags(params);
        if let Some(id) = &params.similar_to {
            let id = conditions.param(id);
            conditions.all.push(format!(
                "a.id <> {id} AND bit_count((a.likeness # (SELECT o.likeness FROM media_assets o \
                 WHERE o.organization_id = {organization} AND o.id = {id}))::bit(64)) <= {ALIKE}"
            ));
        }
        for word in words {
            let word = conditions.param(word);
            conditions.all.push(format!(
                "(a.name ILIKE {word} OR a.alt ILIKE {word} OR a.caption ILIKE {word} OR EXISTS (SELECT FROM app.media_asset_tags t \
                 WHERE t.organization_id = a.organization_id AND t.asset_id = a.id AND t.tag ILIKE {word}))"
            ));
        }
        conditions
    }

    /// From which to which size and moment.
    fn bounds(&mut self, params: &'a ListParams) {
        if let Some(size) = &params.min_size {
            self.compare("a.file_size >=", size);
        }
        if let Some(size) = &params.max_size {
            self.compare("a.file_size <=", size);
        }
        if let Some(moment) = &params.created_from {
            self.compare("a.uploaded_at >=", moment);
        }
        if let Some(moment) = &params.created_to {
            self.compare("a.uploaded_at <", moment);
        }
    }

    /// What is asked with yes or no.
    fn flags(&mut self, params: &ListParams) {
        match params.unused {
            Some(true) => self.all.push("a.usage_count = 0".into()),
            Some(false) => self.all.push("a.usage_count > 0".into()),
            None => {}
        }
        match params.private {
            Some(true) => self.all.push("a.is_private".into()),
            Some(false) => self.all.push("NOT a.is_private".into()),
            None => {}
        }
        match params.missing_alt {
            Some(true) => self.all.push("a.mime_type LIKE 'image/%' AND a.alt IS NULL".into()),
            Some(false) => self.all.push("(a.mime_type NOT LIKE 'image/%' OR a.alt IS NOT NULL)".into()),
            None => {}
        }
    }

    fn compare(&mut self, comparison: &str, value: &'a dyn Param) {
        let value = self.param(value);
        self.all.push(format!("{comparison} {value}"));
    }

    fn param(&mut self, value: &'a dyn Param) -> String {
        self.params.push(value);
        format!("${}", self.params.len())
    }

    fn sql(&self) -> String {
        self.all.join(" AND ")
    }
}

fn kind_condition(kind: Kind) -> &'static str {
    match kind {
        Kind::Image => "a.mime_type LIKE 'image/%'",
        Kind::Video => "a.mime_type LIKE 'video/%'",
        Kind::Audio => "a.mime_type LIKE 'audio/%'",
        Kind::Document => "(a.mime_type LIKE 'application/%' OR a.mime_type LIKE 'text/%')",
    }
}
