//! Every write to imports that a person makes.

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt};
use kernel::access::{Caller, Permission};
use kernel::db::OrganizationId;
use kernel::validate::{Lines, Problems};
use kernel::{App, Error, Result, audit, jobs, secret};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::columns::Column;
use super::jobs::{ForgetImports, RunImport};
use super::record::SOURCE_LONGEST;
use super::{FILE_LARGEST, Import, Outcome, Settings, State, sample, store};
use crate::audience::contacts::draft::{WORDING_LONGEST, check_tags};
use crate::audience::fields::{self, actions as field_actions};

const NAME_LONGEST: usize = 200;
/// What is sent between people's files and the form around them.
const KIND: &str = "text/csv";

/// A file that lies in the store and has no row yet.
pub struct Kept {
    key: String,
    /// The first bytes, to guess from.
    beginning: Bytes,
}

/// Keeps a file while it arrives. It is gone again when it breaks off.
pub async fn keep(
    app: &App,
    organization: &OrganizationId,
    mut bytes: impl Stream<Item = Result<Bytes>> + Unpin,
) -> Result<Kept> {
    let key = format!("{organization}/imports/{}/contacts.csv", secret::token());
    let mut writer = app.files.write(&key, KIND).await?;
    let (mut beginning, mut length) = (Vec::new(), 0_u64);
    loop {
        let outcome = match bytes.try_next().await {
            Ok(None) => break,
            Ok(Some(piece)) => {
                length += piece.len() as u64;
                let room = sample::LOOKED_AT.saturating_sub(beginning.len()).min(piece.len());
                beginning.extend_from_slice(&piece[..room]);
                if length > FILE_LARGEST { Err(too_large()) } else { writer.put(piece).await }
            }
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            writer.abort().await?;
            drop_file(app, &key).await?;
            return Err(error);
        }
    }
    writer.finish().await?;
    Ok(Kept { key, beginning: beginning.into() })
}

pub fn too_large() -> Error {
    let megabytes = FILE_LARGEST / 1024 / 1024;
    Error::TooLarge(format!(
        "A file may have at most {megabytes} MB. Split it and import the parts one after the other."
    ))
}

/// Makes a kept file an import that waits for somebody to say what its columns mean. Old ones are forgotten meanwhile.
pub async fn register(caller: &Caller, file_name: &str, kept: &Kept) -> Result<Import> {
    if let Err(words) = sample::is_text(&kept.beginning) {
        drop_file(&caller.app, &kept.key).await?;
        return Err(Error::invalid("file", "not_csv", words));
    }
    let known = fields::all(&caller.tx).await?;
    let settings = sample::guess(&kept.beginning, file_name, &known).await?;
    let import = insert(caller, (&kept.key, file_name), &settings).await?;
    let organization = caller.tx.organization();
    let key = format!("contacts.forget_imports {organization}");
    jobs::enqueue_once(&caller.tx, organization, &ForgetImports {}, (&key, caller.now)).await?;
    Ok(import)
}

/// The same for a file that lies elsewhere.
pub async fn insert(caller: &Caller, (key, file_name): (&str, &str), settings: &Settings) -> Result<Import> {
    caller.must(Permission::CampaignsManage)?;
    let id = caller.new_id();
    let name: String = file_name.chars().filter(|character| !character.is_control()).take(NAME_LONGEST).collect();
    let name = if name.trim().is_empty() { "contacts.csv" } else { name.trim() };
    store::insert(&caller.tx, &id, (key, name), (settings, &caller.actor.user_id), caller.now).await?;
    store::find(&caller.tx, &id).await?.ok_or_else(|| Error::internal("an import that was just written is gone"))
}

/// What somebody said about a file; what is left out is as it was guessed.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = RawContactImport)]
pub struct RawSettings {
    /// What each column means, in their order: `email`, `first_name`, `field:KEY`, `new:LABEL`, `skip` and others.
    pub columns: Option<Vec<String>>,
    /// What new contacts are: `subscribed` when left out.
    #[schema(value_type = Option<Outcome>)]
    pub status: Option<String>,
    /// Given to everybody in the file, beside the tags it holds.
    pub tags: Vec<String>,
    #[schema(max_length = 200)]
    pub consent_source: String,
    #[schema(max_length = 2000)]
    pub consent_wording: String,
    /// Whether values of contacts that are there already stay as they are.
    pub keeps_existing: bool,
    /// That the people of the file agreed to get emails; has to be true for those who are to be subscribed.
    pub has_consent: bool,
}

fn check(import: &Import, raw: &RawSettings, mut problems: Problems) -> Result<Settings> {
    let columns = match &raw.columns {
        Some(columns) => columns.iter().cloned().map(Column::from).collect(),
        None => import.settings.columns.clone(),
    };
    match columns.iter().filter(|column| **column == Column::Email).count() {
        1 => {}
        0 => problems.add("columns", "required", "Say which column holds the mail address."),
        _ => problems.add("columns", "twice", "Only one column can hold the mail address."),
    }
    for column in &columns {
        if let Column::NewField(label) = column
            && field_actions::is_reserved(&field_actions::key_of(label))
        {
            let words =
                format!("Contacts have {label} already, so no field can be called so. Choose what it means, or skip.");
            problems.add("columns", "reserved", words);
        }
    }
    let status = raw.status.as_deref().filter(|text| !text.is_empty()).map(Outcome::parse);
    if status == Some(None) {
        problems.add("status", "unknown_value", "Use subscribed, unsubscribed or bounced.");
    }
    let status = status.flatten().unwrap_or_default();
    if status == Outcome::Subscribed && !raw.has_consent {
        let words = "Confirm that these people agreed to get emails from you. Without their consent they may not be written to.";
        problems.add("has_consent", "required", words);
    }
    let tags = check_tags(&mut problems, &raw.tags);
    let consent_source = problems
        .optional("consent_source", "The source", Some(&raw.consent_source), SOURCE_LONGEST)
        .unwrap_or_default();
    let wording = raw.consent_wording.replace("\r\n", "\n");
    let consent_wording = problems.text("consent_wording", "The wording", &wording, WORDING_LONGEST, Lines::Many);
    problems.finish(Settings {
        columns,
        status,
        tags,
        consent_source,
        consent_wording,
        keeps_existing: raw.keeps_existing,
        ..import.settings.clone()
    })
}

/// Begins to read a file: makes the fields that its columns ask for, and queues the work.
pub async fn begin(caller: &Caller, id: &str, raw: &RawSettings, problems: Problems) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    let import = store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    if import.state != State::Uploaded {
        return Err(Error::Conflict("This file was begun already.".into()));
    }
    let settings = with_fields(caller, check(&import, raw, problems)?).await?;
    store::begin(&caller.tx, id, &settings).await?;
    audit::record(caller, "contact_import.begin", ("contact_import", id), json!({ "file": import.file_name })).await?;
    jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &RunImport { import: id.to_owned() }, caller.now).await
}

/// Makes fields for columns that have none yet. One of the same key is used.
pub async fn with_fields(caller: &Caller, mut settings: Settings) -> Result<Settings> {
    for place in 0..settings.columns.len() {
        let Column::NewField(label) = settings.columns[place].clone() else { continue };
        let key = field_actions::key_of(&label);
        let known = fields::all(&caller.tx).await?;
        let key = match known.into_iter().find(|field| field.key == key) {
            Some(field) => field.key,
            None => {
                let raw = field_actions::RawField { label: Some(label), ..field_actions::RawField::default() };
                field_actions::create(caller, &raw, Problems::new()).await?.key
            }
        };
        let is_given = settings.columns.contains(&Column::Field(key.clone()));
        settings.columns[place] = if is_given { Column::Skip } else { Column::Field(key) };
    }
    Ok(settings)
}

/// Takes an import away with its report; contacts that came of it stay. The file is the caller's to drop once that is
/// committed.
pub async fn delete(caller: &Caller, id: &str) -> Result<Import> {
    caller.must(Permission::CampaignsManage)?;
    let import = store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let job = RunImport { import: id.to_owned() };
    // One whose job was given up runs no more, and would stay for ever.
    if import.state == State::Running && jobs::is_queued(&caller.tx, caller.tx.organization(), &job).await? {
        return Err(Error::Conflict("This file is being read. Wait until that is done.".into()));
    }
    store::delete(&caller.tx, id).await?;
    audit::record(caller, "contact_import.delete", ("contact_import", id), json!({ "file": import.file_name })).await?;
    Ok(import)
}

/// Deletes a file from the store, if it is there.
pub async fn drop_file(app: &App, key: &str) -> Result<()> {
    match key.rsplit_once('/') {
        Some((folder, _)) => app.files.delete_folder(folder).await,
        None => Ok(()),
    }
}
