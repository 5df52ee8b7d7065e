//! Sample content for the demonstration organization: a small coffee roaster's magazine.

use kernel::Result;
use kernel::access::Caller;
use kernel::api::Patch;
use kernel::validate::Problems;

use crate::items::actions;
use crate::items::draft::RawItem;
use crate::items::model::{ContentType, Move};
use crate::items::store;
use crate::reviews::{self, ReviewRequest};
use crate::taxonomy::categories::actions as categories;
use crate::taxonomy::categories::draft::RawCategory;

struct Sample {
    title: &'static str,
    excerpt: &'static str,
    body: &'static str,
    category: Option<usize>,
    tags: &'static [&'static str],
    step: Option<Move>,
    featured: bool,
}

const CATEGORIES: [(&str, &str); 3] = [
    ("Brewing", "Recipes and small adjustments for better cups at home."),
    ("Origins", "Where our coffee comes from, and who grows it."),
    ("News", "What changes at the roastery."),
];

const ABOUT: &str = include_str!("../demo/about.html");

const ARTICLES: [Sample; 7] = [
    Sample {
        title: "Why we stopped roasting on Fridays",
        excerpt: "A draft about rest days, for beans and for people.",
        body: "<p>Coffee tastes better a few days after it leaves the drum. So do we.</p>",
        category: Some(2),
        tags: &["roastery"],
        step: None,
        featured: false,
    },
    Sample {
        title: "Water: the other ingredient",
        excerpt: "Ready for a second pair of eyes.",
        body: "<p>A cup is ninety-eight percent water. Here is what the other two percent wants from it.</p>",
        category: Some(0),
        tags: &["water", "basics"],
        step: Some(Move::Submit),
        featured: false,
    },
    Sample {
        title: "We deliver by bicycle now",
        excerpt: "Two riders, eight trips a day, and bags that arrive the same afternoon.",
        body: include_str!("../demo/bicycle.html"),
        category: Some(2),
        tags: &["roastery", "delivery"],
        step: Some(Move::Publish),
        featured: false,
    },
    Sample {
        title: "Decaf deserves better",
        excerpt: "How the caffeine leaves, what stays behind, and why ours ends four degrees lower.",
        body: include_str!("../demo/decaf.html"),
        category: Some(1),
        tags: &["decaf", "roasting"],
        step: Some(Move::Publish),
        featured: false,
    },
    Sample {
        title: "Espresso at home without the drama",
        excerpt: "Eighteen grams in, thirty-six out, and a pencil.",
        body: include_str!("../demo/espresso-at-home.html"),
        category: Some(0),
        tags: &["espresso", "basics"],
        step: Some(Move::Publish),
        featured: false,
    },
    Sample {
        title: "Notes from a wet harvest",
        excerpt: "Nine days above Huehuetenango, six of them in the rain.",
        body: include_str!("../demo/harvest-notes.html"),
        category: Some(1),
        tags: &["guatemala", "harvest"],
        step: Some(Move::Publish),
        featured: false,
    },
    Sample {
        title: "Brew by weight, and the rest gets easier",
        excerpt: "A scoop measures the wrong thing. One table, one kitchen scale, and your coffee tastes the same every morning.",
        body: include_str!("../demo/brewing-by-weight.html"),
        category: Some(0),
        tags: &["basics", "filter"],
        step: Some(Move::Publish),
        featured: true,
    },
];

/// Fills an organization with sample content, unless it has any content already.
pub async fn seed(caller: &Caller) -> Result<()> {
    if !store::status_counts(&caller.tx).await?.is_empty() {
        return Ok(());
    }
    let mut categories = Vec::new();
    for (name, description) in CATEGORIES {
        let raw = RawCategory {
            name: Some(name.into()),
            description: Patch::Set(description.into()),
            ..RawCategory::default()
        };
        categories.push(categories::create(caller, raw, Problems::new()).await?.id);
    }
    let about = RawItem {
        title: Patch::Set("About us".into()),
        slug: Patch::Set("about".into()),
        content: Patch::Set(ABOUT.into()),
        r#type: Patch::Set(ContentType::Page),
        ..RawItem::default()
    };
    let about = actions::create(caller, about, Problems::new()).await?;
    actions::publish(caller, &about.id, None).await?;
    for sample in &ARTICLES {
        let raw = RawItem {
            title: Patch::Set(sample.title.into()),
            excerpt: Patch::Set(sample.excerpt.into()),
            content: Patch::Set(sample.body.into()),
            category_id: sample.category.map_or(Patch::Keep, |index| Patch::Set(categories[index].clone())),
            tags: Patch::Set(sample.tags.iter().map(|tag| (*tag).to_owned()).collect()),
            featured: Patch::Set(sample.featured),
            ..RawItem::default()
        };
        let item = actions::create(caller, raw, Problems::new()).await?;
        match sample.step {
            Some(Move::Submit) => {
                drop(reviews::actions::submit(caller, &item.id, &ReviewRequest::default(), None).await?)
            }
            Some(step) => drop(actions::make_move(caller, &item.id, step, None).await?),
            None => {}
        }
    }
    Ok(())
}
