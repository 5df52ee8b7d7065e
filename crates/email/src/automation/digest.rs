//! One issue of a digest: an ordinary email, made of the one that its step names, with cards of what is new.

use content::items::cards;
use jiff::{SignedDuration, Timestamp};
use kernel::access::Caller;
use kernel::error::FieldError;
use kernel::{Error, Result, audit, jobs};
use serde_json::{Value, json};

use super::model::{Automation, emails_of};
use super::store::{self, Issue, State};
use super::words;
use crate::composer;
use crate::composer::blocks::{Article, Block, Composition};
use crate::sending::compose::checks;
use crate::sending::emails::draft::EmailDraft;
use crate::sending::emails::{Email, Status, plan, store as emails};
use crate::sending::jobs::StartSending;

/// Articles of one issue at most.
const ARTICLES_MOST: i64 = 10;

/// How old an article has to be: its time is that at which publishing it began, so a younger one may not be seen yet, and is
/// left to the next issue.
pub const SETTLES: SignedDuration = SignedDuration::from_mins(1);

/// Makes and sends the issue of a period, if anything was published between these times; what became of it is written down.
pub async fn issue(
    caller: &Caller,
    automation: &Automation,
    (audience, entry): (&Value, &str),
    (since, until): (Timestamp, Timestamp),
) -> Result<()> {
    let news = cards::published_between(&caller.tx, (since, until), ARTICLES_MOST).await?;
    if news.is_empty() {
        let day = since.strftime("%-d %B %Y");
        let reason = format!("Nothing new was published since {day}, so nothing was sent.");
        let issue = Issue { entry, state: State::Left, reason: &reason, email_id: None };
        store::insert_issue(&caller.tx, &automation.id, &issue, caller.now).await?;
        return Ok(());
    }
    let email = send(caller, automation, audience, &news).await?;
    let count = words::counted(i32::try_from(news.len()).unwrap_or(0), "article");
    let all = cards::count_published_between(&caller.tx, (since, until)).await?;
    let reason = match usize::try_from(all).is_ok_and(|all| all > news.len()) {
        true => format!("Sent with the newest {count} of {all}."),
        false => format!("Sent with {count}."),
    };
    let issue = Issue { entry, state: State::Done, reason: &reason, email_id: Some(&email) };
    if store::insert_issue(&caller.tx, &automation.id, &issue, caller.now).await? {
        return Ok(());
    }
    Err(Error::Conflict("This issue was sent already.".into()))
}

async fn send(caller: &Caller, automation: &Automation, audience: &Value, news: &[String]) -> Result<String> {
    let gone = || Error::Conflict("The email of the digest is gone. Add it to the line again.".into());
    let template = emails_of(&automation.steps).into_iter().next().ok_or_else(gone)?;
    let template = emails::find(&caller.tx, &template).await?.ok_or_else(gone)?;
    let mut draft = EmailDraft::stored(&template);
    let Some(composition) = &draft.composition else {
        let words = "The email of a digest is written in blocks, for the articles are put among them.";
        return Err(Error::Conflict(words.into()));
    };
    draft.composition = Some(with_news(composition, news));
    draft.audience_segment = Some(audience.clone());
    draft.trial = None;
    plan::must_have_room(&caller.tx, caller.now).await?;
    composer::render_into(caller, &mut draft).await?;
    let id = caller.new_id();
    emails::insert(&caller.tx, &id, &draft, (&automation.created_by, caller.now)).await?;
    let made = emails::find(&caller.tx, &id).await?.ok_or_else(gone)?;
    let problems = checks::of(caller, &made).await?.problems();
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    composer::note_uses(&caller.tx, (&id, &draft.content), caller.now).await?;
    emails::set_status(&caller.tx, &id, Status::Sending, None).await?;
    let job = StartSending { email: id.clone() };
    jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &job, caller.now).await?;
    let details = json!({ "subject": draft.subject, "automation": automation.name });
    audit::record(caller, "email.send", ("email", &id), details).await?;
    Ok(id)
}

/// What would stand in the way of an issue, as far as it can be told before there is one: with the newest article in it, if
/// there is any.
pub async fn problems(caller: &Caller, mut template: Email, audience: &Value) -> Result<Vec<FieldError>> {
    let news = cards::published_between(&caller.tx, (Timestamp::UNIX_EPOCH, caller.now), 1).await?;
    template.composition = template.composition.map(|composition| with_news(&composition, &news));
    template.summary.audience_segment = Some(audience.clone());
    template.summary.trial = None;
    composer::show_now(&caller.tx, &caller.app, &mut template).await?;
    let mut problems = checks::of(caller, &template).await?.problems();
    // A digest that is made of articles alone has nothing in it while there are none.
    let is_bare = template.composition.is_none_or(|composition| composition.blocks.is_empty());
    problems.retain(|problem| !(is_bare && matches!(problem.field.as_str(), "composition" | "content")));
    // Who reads it may come later.
    problems.retain(|problem| problem.code != checks::AUDIENCE_EMPTY);
    Ok(problems)
}

/// The blocks with cards of these items: where articles stand already, and looking like the first of those; else at the end.
pub fn with_news(composition: &Composition, news: &[String]) -> Composition {
    let is_article = |block: &Block| matches!(block, Block::Article(_));
    let place = composition.blocks.iter().position(is_article);
    let like = composition.blocks.iter().find_map(|block| match block {
        Block::Article(article) => Some(article.clone()),
        _ => None,
    });
    let like = like.unwrap_or_default();
    let card = |id: &String| Block::Article(Article { content_id: id.clone(), ..like.clone() });
    let mut blocks: Vec<Block> = composition.blocks.iter().filter(|block| !is_article(block)).cloned().collect();
    let at = place.unwrap_or(blocks.len());
    blocks.splice(at..at, news.iter().map(card));
    Composition { style: composition.style.clone(), blocks }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::composer::blocks::{Divider, Layout};

    #[test]
    fn news_stand_where_articles_stood_and_look_like_them() {
        let article =
            |id: &str| Block::Article(Article { content_id: id.into(), layout: Layout::Beside, ..Article::default() });
        let line = || Block::Divider(Divider {});
        let template =
            Composition { blocks: vec![line(), article("old"), article("older"), line()], ..Composition::default() };
        let news = ["a".to_owned(), "b".to_owned(), "c".to_owned()];
        let issue = with_news(&template, &news);
        assert_eq!(issue.blocks, [line(), article("a"), article("b"), article("c"), line()]);
        let bare = with_news(&Composition { blocks: vec![line()], ..Composition::default() }, &news[..1]);
        assert_eq!(bare.articles(), ["a"]);
        assert_eq!(bare.blocks.len(), 2);
    }
}
