//! What is asked for: a resource, and all of it or one.

use super::ids;

/// A kind of thing that the Content API gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    Posts,
    Pages,
    Tags,
    Authors,
    Settings,
    Tiers,
    Newsletters,
}

impl Resource {
    const ALL: [Self; 7] =
        [Self::Posts, Self::Pages, Self::Tags, Self::Authors, Self::Settings, Self::Tiers, Self::Newsletters];

    /// Its name in addresses, and the key under which answers carry it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Posts => "posts",
            Self::Pages => "pages",
            Self::Tags => "tags",
            Self::Authors => "authors",
            Self::Settings => "settings",
            Self::Tiers => "tiers",
            Self::Newsletters => "newsletters",
        }
    }

    /// Whether single ones have an address of their own.
    fn can_be_read(self) -> bool {
        matches!(self, Self::Posts | Self::Pages | Self::Tags | Self::Authors)
    }

    /// What is said when one that was asked for is not there.
    pub fn missing(self) -> &'static str {
        match self {
            Self::Posts => "Post not found.",
            Self::Pages => "Page not found.",
            Self::Tags => "Tag not found.",
            Self::Authors => "Author not found.",
            _ => "Resource not found",
        }
    }
}

/// Which of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// A list, which Ghost calls browsing.
    All,
    /// The one of this id, in Ghost's form.
    Id(String),
    Slug(String),
}

/// One resource, and which of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub resource: Resource,
    pub which: Which,
}

impl Address {
    /// Reads what comes after `/ghost/api/`: `content/posts/`, `content/posts/{id}/`, `content/posts/slug/{slug}/`.
    ///
    /// Clients for older versions write the version before it; they get the same answers.
    pub fn parse(path: &str) -> Option<Self> {
        let path = path.strip_suffix('/').unwrap_or(path);
        let mut segments: Vec<&str> = path.split('/').collect();
        if matches!(segments.first(), Some(&("v2" | "v3" | "v4" | "canary"))) {
            segments.remove(0);
        }
        let (&first, segments) = segments.split_first()?;
        let (name, rest) = segments.split_first().filter(|_| first == "content")?;
        let resource = Resource::ALL.into_iter().find(|resource| resource.as_str() == *name)?;
        let which = match rest {
            [] => Which::All,
            _ if !resource.can_be_read() => return None,
            [id] => Which::Id(ids::from_any(id)),
            ["slug", slug] => Which::Slug((*slug).to_owned()),
            _ => return None,
        };
        Some(Self { resource, which })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_of_every_version_of_the_client_are_known() {
        for path in ["content/posts", "content/posts/", "v4/content/posts/", "canary/content/posts/"] {
            assert_eq!(Address::parse(path), Some(Address { resource: Resource::Posts, which: Which::All }), "{path}");
        }
        let which = |path| Address::parse(path).map(|address| address.which);
        assert_eq!(which("content/tags/slug/news/"), Some(Which::Slug("news".into())));
        assert_eq!(
            which("v2/content/pages/5ddc9063c35e7700383b27e0/"),
            Some(Which::Id("5ddc9063c35e7700383b27e0".into()))
        );
        for path in
            ["", "content", "posts", "admin/posts/", "content/users/", "content/settings/1", "content/posts/a/b"]
        {
            assert_eq!(Address::parse(path), None, "{path}");
        }
    }
}
