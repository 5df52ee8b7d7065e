//! Commands that do what people otherwise do on pages.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use accounts::commands::{self, NewUser};
use anyhow::{Context, anyhow, bail};
use clap::{Args, Subcommand};
use kernel::access::{Caller, Role};
use kernel::config::Settings;
use kernel::organization::Organization;
use kernel::{App, Error};

use super::{limits, on_database, say};

#[derive(Subcommand)]
pub(super) enum Command {
    /// Sets up the sample organization, once.
    Demo,
    /// Organizations.
    #[command(subcommand)]
    Org(Org),
    /// People who sign in.
    #[command(subcommand)]
    User(User),
    /// Keys to an organization's API.
    #[command(subcommand)]
    ApiKey(ApiKey),
}

#[derive(Subcommand)]
pub(super) enum Org {
    /// Makes an organization with nobody in it.
    Create {
        #[arg(long)]
        name: String,
        /// Its word in addresses; made from the name when left out.
        #[arg(long)]
        slug: Option<String>,
    },
    /// Shows what an organization's plan allows, or sets it: by a plan's name, by single limits, or both.
    Limits(limits::Options),
}

#[derive(Subcommand)]
pub(super) enum User {
    /// Makes a user, and a member when an organization is named.
    Create {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        /// The slug of an organization to join.
        #[arg(long, value_name = "SLUG")]
        org: Option<String>,
        /// VIEWER, MEMBER, ADMIN or OWNER.
        #[arg(long, value_parser = role, requires = "org", default_value = "MEMBER")]
        role: Role,
        #[command(flatten)]
        password: PasswordOptions,
    },
    /// Sets somebody's password and ends their sessions.
    SetPassword {
        #[arg(long)]
        email: String,
        #[command(flatten)]
        password: PasswordOptions,
    },
}

#[derive(Subcommand)]
pub(super) enum ApiKey {
    /// Makes a key and prints it, this once.
    Create {
        /// The organization's slug.
        #[arg(long, value_name = "SLUG")]
        org: String,
        /// VIEWER, MEMBER, ADMIN or OWNER.
        #[arg(long, value_parser = role)]
        role: Role,
        /// What the list of keys calls it.
        #[arg(long, default_value = "Command line")]
        name: String,
        /// A key for Ghost's Content API: 26 hexadecimal digits.
        #[arg(long)]
        ghost_content: bool,
    },
}

#[derive(Args)]
pub(super) struct PasswordOptions {
    /// Read the password from the first line of standard input instead of asking for it.
    #[arg(long)]
    password_stdin: bool,
}

impl PasswordOptions {
    /// The password, if there is a way to have one.
    fn read(&self) -> anyhow::Result<Option<String>> {
        if self.password_stdin {
            let mut line = String::new();
            io::stdin().read_line(&mut line).context("the password could not be read from standard input")?;
            return Ok(Some(line.trim_end_matches(['\n', '\r']).to_owned()));
        }
        if !io::stdin().is_terminal() {
            return Ok(None);
        }
        let first = rpassword::prompt_password("Password: ").context("the password could not be read")?;
        let again = rpassword::prompt_password("Again: ").context("the password could not be read")?;
        if first == again { Ok(Some(first)) } else { bail!("the two passwords are not the same") }
    }
}

fn role(text: &str) -> Result<Role, String> {
    text.to_uppercase().parse().map_err(|_| "choose one of VIEWER, MEMBER, ADMIN and OWNER".to_owned())
}

pub(super) fn run(command: Command, settings: &Settings) -> anyhow::Result<ExitCode> {
    match command {
        Command::Demo => on_app(settings, async |app| {
            let lines = seed_demo(app).await?;
            say(lines);
            Ok(())
        }),
        Command::Org(Org::Create { name, slug }) => on_app(settings, async |app| {
            let made = commands::create_organization(app, &name, slug.as_deref()).await.map_err(words)?;
            say(format_args!("{} ({}) is made.", made.name, made.slug));
            Ok(())
        }),
        Command::Org(Org::Limits(options)) => on_app(settings, async |app| limits::run(app, &options).await),
        Command::User(command) => user(command, settings),
        Command::ApiKey(ApiKey::Create { org, role, name, ghost_content }) => on_app(settings, async |app| {
            say(commands::create_api_key(app, &org, role, &name, ghost_content).await.map_err(words)?);
            Ok(())
        }),
    }
}

fn user(command: User, settings: &Settings) -> anyhow::Result<ExitCode> {
    match command {
        User::Create { email, name, org, role, password } => {
            let password = password.read()?;
            on_app(settings, async |app| {
                let membership = org.as_deref().map(|slug| (slug, role));
                let new = NewUser { email: &email, name: &name, password: password.as_deref(), membership };
                let id = commands::create_user(app, &new).await.map_err(words)?;
                say(format_args!("{email} is made, with the id {id}."));
                if password.is_none() {
                    say("They set their password by way of \"Forgot your password?\".");
                }
                Ok(())
            })
        }
        User::SetPassword { email, password } => {
            let Some(password) = password.read()? else { bail!("say the password with --password-stdin") };
            on_app(settings, async |app| {
                commands::set_password(app, &email, &password).await.map_err(words)?;
                say(format_args!("The password of {email} is set; all their sessions are ended."));
                Ok(())
            })
        }
    }
}

pub(super) fn on_app(
    settings: &Settings,
    work: impl AsyncFnOnce(&App) -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    on_database(settings, true, async |place| {
        let app = place.open_for_command(settings).await?;
        let outcome = work(&app).await;
        app.database.close();
        outcome.map(|()| ExitCode::SUCCESS)
    })
}

/// Makes the sample organization where it is missing, and gives what to tell about it.
pub(super) async fn seed_demo(app: &App) -> anyhow::Result<String> {
    let login = accounts::demo::seed(app).await.map_err(words)?;
    let (id, now) = (&login.organization.id, app.clock.now());
    let mut caller = Caller::program(app, id, ("demo", "Sample owner"), now).await.map_err(words)?;
    caller.actor.user_id = login.user_id;
    content::demo::seed(&caller).await.map_err(words)?;
    campaigns::demo::seed(&caller).await.map_err(words)?;
    caller.commit().await?;
    let (url, slug) = (&app.settings.public_url, &login.organization.slug);
    let password =
        login.password.map_or("the one you were shown before".to_owned(), |password| format!("\"{password}\""));
    Ok(format!(
        "The site:         {url}/s/{slug}/\nThe application:  {url}/admin\nSign in with:     {} and the password {password}",
        login.email
    ))
}

/// The organization that an option names.
pub(super) async fn organization(app: &App, slug: &str) -> anyhow::Result<Organization> {
    app.organization(slug).await.map_err(|error| match error {
        Error::NotFound => anyhow!(
            "There is no organization with the slug {slug}. It is the word after /admin/ in the addresses of its pages."
        ),
        other => words(other),
    })
}

/// What went wrong, for the command line: every field's own words, and the whole story of an internal error.
pub(super) fn words(error: Error) -> anyhow::Error {
    match error {
        Error::Internal(cause) => cause,
        Error::Invalid(errors) => {
            let words: Vec<_> = errors.into_iter().map(|error| format!("{}: {}", error.field, error.message)).collect();
            anyhow!("{}", words.join(" "))
        }
        other => anyhow!("{other}"),
    }
}
