//! How often a tag is used is right after whatever is done: long rows of random steps, the count compared after each.

use futures_util::future::join_all;
use http::StatusCode;
use importers::{Options, markdown};
use serde_json::{Value, json};
use testkit::World;

use crate::world;

/// Steps of each row.
const STEPS: usize = 60;
const NAMES: [&str; 7] = ["Moon", "Sea", "Sand", "Salt", "Tide", "Crème brûlée", "moon"];

/// Numbers that look random and are the same each time (a linear congruential generator, Knuth's constants), so that a
/// failure can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most.max(1)
    }

    fn one_of<'a>(&mut self, all: &'a [String]) -> Option<&'a String> {
        all.get(self.below(all.len()))
    }

    fn names(&mut self) -> Vec<&'static str> {
        let count = self.below(4);
        (0..count).map(|_| NAMES[self.below(NAMES.len())]).collect()
    }
}

/// Everything that changes what carries which tag.
struct Story<'a> {
    world: &'a World,
    dice: Dice,
    undo: Vec<String>,
}

impl Story<'_> {
    async fn ids(&self, address: &str) -> Vec<String> {
        let page: Value = self.world.as_admin().get(address).await.is(StatusCode::OK).json();
        page["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Makes a call; it may be refused (a name that is taken, a move that is not allowed), but never fail.
    async fn post(&self, address: &str, body: Value) -> Value {
        let answer = self.world.as_admin().post(address, body).await;
        assert!(!answer.status.is_server_error(), "{address}: {}", answer.text());
        if answer.status.is_success() { answer.json() } else { Value::Null }
    }

    async fn patch(&self, address: &str, body: Value) {
        let answer = self.world.as_admin().patch(address, body).await;
        assert!(!answer.status.is_server_error(), "{address}: {}", answer.text());
    }

    async fn delete(&self, address: &str) {
        let answer = self.world.as_admin().delete(address).await;
        assert!(!answer.status.is_server_error(), "{address}: {}", answer.text());
    }

    /// One step, and its name for the complaint.
    async fn step(&mut self) -> String {
        let items = self.ids("/api/v1/content?limit=100").await;
        let tags = self.ids("/api/v1/tags?limit=100").await;
        let (item, tag) = (self.dice.one_of(&items).cloned(), self.dice.one_of(&tags).cloned());
        let names = self.dice.names();
        match (self.dice.below(12), item, tag) {
            (1 | 2, Some(item), _) => {
                self.patch(&format!("/api/v1/content/{item}"), json!({ "tags": names })).await;
                format!("retag {item} {names:?}")
            }
            (3, _, Some(tag)) => {
                let name = NAMES[self.dice.below(NAMES.len())];
                self.patch(&format!("/api/v1/tags/{tag}"), json!({ "name": name, "slug": null })).await;
                format!("rename {tag} {name}")
            }
            (4, _, Some(tag)) => {
                let into = self.dice.one_of(&tags).cloned().unwrap_or_default();
                self.post(&format!("/api/v1/tags/{tag}/merge"), json!({ "into": into })).await;
                format!("merge {tag} into {into}")
            }
            (5, _, Some(tag)) => {
                self.delete(&format!("/api/v1/tags/{tag}")).await;
                format!("delete the tag {tag}")
            }
            (6, Some(item), _) => {
                self.delete(&format!("/api/v1/content/{item}")).await;
                format!("bin {item}")
            }
            (7, ..) => self.taken_from_the_bin().await,
            (8, ..) => self.bulk(&items, &names).await,
            (9, ..) => match self.undo.pop() {
                Some(undo) => {
                    self.post(&format!("/api/v1/content/bulk/{undo}/undo"), json!({})).await;
                    format!("take back {undo}")
                }
                None => "nothing to take back".into(),
            },
            (10, Some(item), _) => {
                self.post(&format!("/api/v1/content/{item}/duplicate"), json!({})).await;
                format!("duplicate {item}")
            }
            (11, ..) => self.import(&names).await,
            _ => {
                self.post("/api/v1/content", json!({ "title": "Water", "content": "<p>.</p>", "tags": names })).await;
                format!("create {names:?}")
            }
        }
    }

    async fn taken_from_the_bin(&mut self) -> String {
        let binned = self.ids("/api/v1/content/bin?limit=100").await;
        let Some(id) = self.dice.one_of(&binned).cloned() else { return "nothing in the bin".into() };
        if self.dice.below(4) == 0 {
            self.delete(&format!("/api/v1/content/bin/{id}")).await;
            return format!("forget {id}");
        }
        self.post(&format!("/api/v1/content/bin/{id}/restore"), json!({})).await;
        format!("restore {id}")
    }

    async fn bulk(&mut self, items: &[String], names: &[&str]) -> String {
        let action = ["tag", "untag", "delete", "tag"][self.dice.below(4)];
        let chosen: Vec<&String> = items.iter().filter(|_| self.dice.below(3) == 0).collect();
        let body = json!({ "ids": chosen, "action": action, "tags": names });
        let outcome = self.post("/api/v1/content/bulk", body).await;
        self.undo.extend(outcome["undo"].as_str().map(str::to_owned));
        format!("bulk {action} {names:?} {chosen:?}")
    }

    async fn import(&mut self, names: &[&str]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let number = self.dice.below(3);
        let text = format!("---\ntitle: Imported {number}\ntags: {}\n---\nText\n", json!(names));
        std::fs::write(folder.path().join(format!("{number}.md")), text).unwrap();
        markdown::run(&self.world.app, "harbor", folder.path(), Options::default(), |_, _| {}).await.unwrap();
        format!("import {number} {names:?}")
    }

    /// Tags whose count is not the number of items that carry them, of both organizations.
    async fn wrong(&self) -> Vec<String> {
        let sql = "SELECT * FROM (
                     SELECT tag.organization_id, tag.name, tag.usage_count + coalesce((
                         SELECT sum(note.amount)::int FROM app.tag_usage_notes AS note
                         WHERE note.organization_id = tag.organization_id AND note.tag_id = tag.id), 0) AS told,
                       (SELECT count(*) FROM app.content_item_tags AS used
                        WHERE used.organization_id = tag.organization_id AND used.tag_id = tag.id) AS there
                     FROM content_tags AS tag) AS counted
                   WHERE told <> there";
        let rows = self.world.superuser().await.query(sql, &[]).await.unwrap();
        let shown = |row: &tokio_postgres::Row| {
            let (organization, name): (String, String) = (row.get(0), row.get(1));
            format!("{organization} {name}: {} instead of {}", row.get::<_, i32>(2), row.get::<_, i64>(3))
        };
        rows.iter().map(shown).collect()
    }
}

#[tokio::test]
async fn whatever_is_done_the_counts_stay_right() {
    for seed in [1, 20_26, 77_777] {
        let world = world().await;
        let mut story = Story { world: &world, dice: Dice(seed), undo: Vec::new() };
        let mut told = Vec::new();
        for _ in 0..STEPS {
            told.push(story.step().await);
            let wrong = story.wrong().await;
            assert!(wrong.is_empty(), "seed {seed}: {wrong:?} after\n{}", told.join("\n"));
        }
        world.run_jobs().await;
        assert!(story.wrong().await.is_empty(), "seed {seed}, after its jobs");
    }
}

#[tokio::test]
async fn writers_of_the_same_tags_neither_wait_for_each_other_nor_miscount() {
    let world = world().await;
    let story = Story { world: &world, dice: Dice(3), undo: Vec::new() };
    let mut orders = ["Moon", "Sea", "Sand"].map(|name| vec![name]).to_vec();
    orders.extend([vec!["Moon", "Sea", "Sand"], vec!["Sand", "Sea", "Moon"], vec!["Sea", "Sand", "Moon"]]);
    let create = |number: usize| {
        let body =
            json!({ "title": format!("At once {number}"), "type": "ARTICLE", "tags": orders[number % orders.len()] });
        let admin = world.as_admin();
        async move { admin.post("/api/v1/content", body).await.is(StatusCode::CREATED).json() }
    };
    let made: Vec<Value> = join_all((0..36).map(create)).await;
    assert!(story.wrong().await.is_empty());
    let moon = async || {
        let tags: Value = world.as_admin().get("/api/v1/tags?q=moon").await.is(StatusCode::OK).json();
        tags["data"][0]["usage_count"].as_i64()
    };
    assert_eq!(moon().await, Some(24));

    // Somebody holds the counter: whoever uses the tag meanwhile leaves a note, and the next one adds it up.
    let holder = world.superuser().await;
    holder.batch_execute("BEGIN; SELECT FROM content_tags WHERE slug = 'moon' FOR NO KEY UPDATE").await.unwrap();
    story.patch(&format!("/api/v1/content/{}", made[0]["id"].as_str().unwrap()), json!({ "tags": [] })).await;
    assert_eq!(moon().await, Some(23), "noted");
    holder.batch_execute("ROLLBACK").await.unwrap();
    story.patch(&format!("/api/v1/content/{}", made[3]["id"].as_str().unwrap()), json!({ "tags": [] })).await;
    assert_eq!(moon().await, Some(22), "added up");
    let notes = "SELECT count(*) FROM app.tag_usage_notes AS note JOIN content_tags AS tag
                   ON tag.organization_id = note.organization_id AND tag.id = note.tag_id WHERE tag.slug = 'moon'";
    assert_eq!(world.superuser().await.query_one(notes, &[]).await.unwrap().get::<_, i64>(0), 0);
}
