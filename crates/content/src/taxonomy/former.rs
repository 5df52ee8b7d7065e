//! Addresses that categories and tags once had. They lead to the present ones, until another takes them.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};

/// What has an address of its own beside items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    Category,
    Tag,
}

impl Term {
    fn as_str(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Tag => "tag",
        }
    }

    /// The column that names a term of this kind.
    fn column(self) -> &'static str {
        match self {
            Self::Category => "category_id",
            Self::Tag => "tag_id",
        }
    }
}

/// Notes that a slug was this term's; what it led to before is forgotten.
pub async fn remember(tx: &Tenant, (term, id): (Term, &str), slug: &str, now: Timestamp) -> Result<()> {
    let sql = format!(
        "INSERT INTO app.former_term_slugs (organization_id, kind, slug, {column}, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (organization_id, kind, slug) DO UPDATE SET {column} = excluded.{column}, created_at = excluded.created_at",
        column = term.column()
    );
    tx.execute(&sql, &[&tx.organization().as_str(), &term.as_str(), &slug, &id, &now]).await?;
    Ok(())
}

/// Lets everything that led to one term lead to another, before the first is deleted.
pub async fn hand_over(tx: &Tenant, term: Term, (from, to): (&str, &str)) -> Result<()> {
    let sql = format!("UPDATE app.former_term_slugs SET {column} = $2 WHERE {column} = $1", column = term.column());
    tx.execute(&sql, &[&from, &to]).await?;
    Ok(())
}

/// The present slug of the term that once had this one; of a category only while it is shown.
pub async fn moved_to(tx: &Tenant, term: Term, slug: &str) -> Result<Option<String>> {
    let sql = match term {
        Term::Category => {
            "SELECT c.slug FROM app.former_term_slugs f
             JOIN content_categories c ON c.organization_id = f.organization_id AND c.id = f.category_id
             WHERE f.kind = 'category' AND f.slug = $1 AND c.is_active"
        }
        Term::Tag => {
            "SELECT t.slug FROM app.former_term_slugs f
             JOIN content_tags t ON t.organization_id = f.organization_id AND t.id = f.tag_id
             WHERE f.kind = 'tag' AND f.slug = $1"
        }
    };
    Ok(tx.row(sql, &[&slug]).await?.map(|row| row.get("slug")))
}
