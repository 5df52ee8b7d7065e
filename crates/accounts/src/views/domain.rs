use askama::Template;
use ui::{FieldErrors, Frame, Moment};

use crate::domains::model::Domain;

/// A domain in the list.
#[derive(Clone, Debug)]
pub struct DomainRow {
    /// The domain with its records.
    pub domain: Domain,
    /// When its records were last looked at.
    pub checked: Option<Moment>,
}

/// `/admin/{org}/settings/domain`; a domain is claimed with POST to the same address and its field `domain`.
#[derive(Template)]
#[template(path = "domain.html")]
pub struct DomainPage {
    /// The frame around it.
    pub frame: Frame,
    /// How the site is reached, `https` or `http`.
    pub scheme: &'static str,
    /// The organization's part of the shared address.
    pub slug: String,
    /// The newest first.
    pub domains: Vec<DomainRow>,
    /// What was typed.
    pub typed: String,
    /// What was wrong with it.
    pub errors: FieldErrors,
}
