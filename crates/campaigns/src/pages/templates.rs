//! `/admin/{org}/campaigns/templates`: what campaigns are begun from.

use axum::response::Response;
use http::HeaderMap;
use kernel::Result;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::session::PageCaller;

use super::{address, finish, frame};
use crate::campaign::Goal;
use crate::templates::{Template, actions, store};
use crate::views::{TemplateRow, TemplatesPage};

/// Templates on the page: all that there can be.
const SHOWN: i64 = 200;

pub async fn show(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let templates = store::list(&page.caller.tx, None, SHOWN).await?;
    let shown = TemplatesPage {
        frame: frame(&page, &headers, "Templates", &[]),
        rows: templates.into_iter().map(row).collect(),
    };
    Ok(ui::html(&shown))
}

fn row(template: Template) -> TemplateRow {
    let days = template.days.map(|days| if days == 1 { "one day".to_owned() } else { format!("{days} days") });
    let budget = template.budget.map(|budget| format!("budget {}", budget.shown()));
    let goal = template.goal_type.as_deref().map(|counted| {
        let words = Goal::parse(counted).map_or(counted, |goal| goal.words());
        let number = template.goal_value.map(|value| format!("{} ", value.shown())).unwrap_or_default();
        format!("goal {number}{words}")
    });
    let words: Vec<String> = [days, budget, goal].into_iter().flatten().collect();
    TemplateRow {
        type_word: template.r#type.word(),
        words: words.join(" · "),
        id: template.id,
        name: template.name,
        description: template.description.unwrap_or_default(),
    }
}

pub async fn delete(page: PageCaller, Id(id): Id) -> Result<Response> {
    let deleted = actions::delete(&page.caller, &id).await;
    let back = address(&page, "/templates");
    let words = "The template is deleted. Campaigns that were begun from it stay as they are.";
    finish(page, &back, deleted.map(|()| words.to_owned())).await
}
