//! What an organization's plan allows: shown, and set by the operator.

use clap::Args;
use email::sending::emails::plan::{self, Allowance};
use kernel::App;
use kernel::db::Tenant;
use media::limits::Plan;

use super::administration::{organization, words};
use super::say;

#[derive(Args)]
pub(super) struct Options {
    /// The organization's slug.
    #[arg(long, value_name = "SLUG")]
    org: String,
    /// FREE, STARTER, GROWTH, ELITE, ENTERPRISE or CUSTOM.
    #[arg(long, value_parser = plan_named)]
    plan: Option<Plan>,
    /// Items of content at most, or `none`.
    #[arg(long, value_name = "NUMBER", value_parser = limit)]
    content_items: Option<Limit>,
    /// Files in the media library at most, or `none`.
    #[arg(long, value_name = "NUMBER", value_parser = limit)]
    media_assets: Option<Limit>,
    /// Bytes of all files together at most, or `none`.
    #[arg(long, value_name = "BYTES", value_parser = limit)]
    media_bytes: Option<Limit>,
    /// Campaigns begun in a month (UTC) at most, or `none`.
    #[arg(long, value_name = "NUMBER", value_parser = limit)]
    campaigns_a_month: Option<Limit>,
    /// Emails begun in a month (UTC) at most, or `none`.
    #[arg(long, value_name = "NUMBER", value_parser = limit)]
    emails_a_month: Option<Limit>,
    /// Messages of emails sent in a minute at most, for all nodes together, or `none`.
    #[arg(long, value_name = "NUMBER", value_parser = rate)]
    messages_a_minute: Option<Limit>,
}

/// A limit that is set, or taken away.
#[derive(Clone, Copy)]
struct Limit(Option<i64>);

fn limit(text: &str) -> Result<Limit, String> {
    if text == "none" {
        return Ok(Limit(None));
    }
    let number = text.parse().ok().filter(|number| *number >= 0);
    number.map(|number| Limit(Some(number))).ok_or_else(|| "give a whole number, or none".to_owned())
}

/// A limit that nothing would ever get through is none that anybody means.
fn rate(text: &str) -> Result<Limit, String> {
    match limit(text)? {
        Limit(Some(number)) if number < 1 || i32::try_from(number).is_err() => {
            Err("give a number from 1, or none".to_owned())
        }
        limit => Ok(limit),
    }
}

fn plan_named(text: &str) -> Result<Plan, String> {
    Plan::named(&text.to_uppercase())
        .ok_or_else(|| "choose one of FREE, STARTER, GROWTH, ELITE, ENTERPRISE and CUSTOM".to_owned())
}

pub(super) async fn run(app: &App, options: &Options) -> anyhow::Result<()> {
    let organization = organization(app, &options.org).await?;
    let tx = app.database.tenant(&organization.id).await?;
    let mut allowance = media::limits::allowance(&tx).await.map_err(words)?;
    if let Some(plan) = options.plan {
        allowance = plan.allowance();
    }
    if let Some(Limit(limit)) = options.media_assets {
        allowance.assets = limit;
    }
    if let Some(Limit(limit)) = options.media_bytes {
        allowance.bytes = limit;
    }
    if options.plan.is_some() || options.media_assets.is_some() || options.media_bytes.is_some() {
        media::limits::set_allowance(&tx, &allowance, app.clock.now()).await.map_err(words)?;
    }
    let plan_of_items = options.plan.map(|plan| Limit(content::limits::of_plan(plan)));
    if let Some(Limit(limit)) = options.content_items.or(plan_of_items) {
        content::limits::set_limit(&tx, limit, app.clock.now()).await.map_err(words)?;
    }
    let plan_of_campaigns = options.plan.map(|plan| Limit(campaigns::campaign::limits::of_plan(plan.as_str())));
    if let Some(Limit(limit)) = options.campaigns_a_month.or(plan_of_campaigns) {
        campaigns::campaign::limits::set_limit(&tx, limit, app.clock.now()).await.map_err(words)?;
    }
    let campaigns = campaigns::campaign::limits::limit(&tx).await.map_err(words)?;
    let content = content::limits::usage(&tx).await.map_err(words)?;
    let usage = media::limits::usage(&tx).await.map_err(words)?;
    let emails = email_limits(&tx, app, options).await?;
    tx.commit().await?;
    let told = |limit: Option<i64>| limit.map_or("no limit".to_owned(), |limit| limit.to_string());
    say(format_args!("plan           {}", allowance.plan.as_str()));
    say(format_args!("content items  {} of {}", content.items, told(content.items_limit)));
    say(format_args!("media assets   {} of {}", usage.assets, told(allowance.assets)));
    say(format_args!("media bytes    {} of {}", usage.bytes, told(allowance.bytes)));
    say(format_args!("campaigns      {} a month", told(campaigns)));
    say(format_args!("emails         {} a month", told(emails.emails_a_month)));
    say(format_args!("messages       {} a minute", told(emails.messages_a_minute.map(i64::from))));
    Ok(())
}

async fn email_limits(tx: &Tenant, app: &App, options: &Options) -> anyhow::Result<Allowance> {
    let mut allowance = plan::allowance(tx).await.map_err(words)?;
    if let Some(plan) = options.plan {
        allowance = Allowance::of_plan(plan.as_str());
    }
    if let Some(Limit(limit)) = options.emails_a_month {
        allowance.emails_a_month = limit;
    }
    if let Some(Limit(limit)) = options.messages_a_minute {
        allowance.messages_a_minute = limit.and_then(|limit| i32::try_from(limit).ok());
    }
    if options.plan.is_some() || options.emails_a_month.is_some() || options.messages_a_minute.is_some() {
        plan::set_allowance(tx, allowance, app.clock.now()).await.map_err(words)?;
    }
    Ok(allowance)
}
