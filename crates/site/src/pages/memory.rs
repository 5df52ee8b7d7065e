//! What pages of a site share: what stands around them, the cards below articles, the names of tags, categories and authors.
//! After a change all pages of a site are made anew; what they share is then read once for all of them.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use content::items::names::{Id, Named};
use kernel::changes::State;
use kernel::db::OrganizationId;
use kernel::organization::SiteSettings;
use moka::sync::Cache;

use crate::cache::KEPT_FOR;
use crate::links::Site;
use crate::views::{ArticleCard, Frame};

/// Sites of which something is remembered at most.
const SITES_MOST: u64 = 200;
/// Lists of cards that are remembered of a site at most, with excerpts and pictures a few kilobytes each.
const CARDS_MOST: usize = 100;
/// Names that are remembered of a site at most, a few hundred bytes each.
const NAMES_MOST: usize = 1_000;
/// Addresses of a site under which what stands around its pages is remembered.
const ADDRESSES_MOST: usize = 4;

/// What is remembered of all sites, each with the state in which it was read.
#[derive(Clone)]
pub struct Memory(Cache<String, (State, Arc<Shared>)>);

impl Default for Memory {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(SITES_MOST).time_to_live(KEPT_FOR).build())
    }
}

impl Memory {
    /// What was read of a site in this very state; nothing yet where it is new. Whoever adds to it must read after the state
    /// was taken, so that a change that comes meanwhile makes it old at once.
    pub fn of(&self, organization: &OrganizationId, state: State) -> Arc<Shared> {
        if let Some((_, shared)) = self.0.get(organization.as_str()).filter(|(then, _)| *then == state) {
            return shared;
        }
        let shared = Arc::<Shared>::default();
        self.0.insert(organization.as_str().to_owned(), (state, shared.clone()));
        shared
    }
}

/// What was read of one site in one state.
pub struct Shared {
    /// What stands around the pages, by the site's address, with the settings that it was made of.
    pub frames: Remembered<Site, (Arc<SiteSettings>, Arc<Frame>)>,
    /// The newest articles by category; under an empty id those of the whole site.
    pub cards: Remembered<String, Arc<[Arc<ArticleCard>]>>,
    /// By kind and id; none where there is no such thing.
    pub names: Remembered<Id, Option<Arc<Named>>>,
    /// Whether anything is linked to what says the same in another language.
    has_variants: OnceLock<bool>,
}

impl Shared {
    /// Whether a page may have variants in other languages, as far as it is known.
    pub fn may_have_variants(&self) -> bool {
        self.has_variants.get().copied().unwrap_or(true)
    }

    /// Keeps whether anything of the site has variants.
    pub fn note_variants(&self, has_variants: bool) {
        self.has_variants.get_or_init(|| has_variants);
    }
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            frames: Remembered::at_most(ADDRESSES_MOST),
            cards: Remembered::at_most(CARDS_MOST),
            names: Remembered::at_most(NAMES_MOST),
            has_variants: OnceLock::new(),
        }
    }
}

/// Values by their keys.
pub struct Remembered<K, V> {
    known: Mutex<HashMap<K, V>>,
    most: usize,
}

impl<K: Eq + Hash, V: Clone> Remembered<K, V> {
    fn at_most(most: usize) -> Self {
        Self { known: Mutex::default(), most }
    }

    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    pub fn keep(&self, key: K, value: V) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < self.most {
            known.insert(key, value);
        }
    }
}
