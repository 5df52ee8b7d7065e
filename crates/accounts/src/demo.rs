//! The sample organization and who signs in to it. Its content is made elsewhere.

use kernel::api::Patch;
use kernel::organization::{self, Organization};
use kernel::validate::Problems;
use kernel::{App, Error, Result, secret};

use crate::members::store::is_member;
use crate::organizations::actions;
use crate::organizations::model::NewOrganization;
use crate::people::{self, NewPerson, Person};
use crate::settings::links::{Link, NavigationLink};
use crate::settings::model::Changes;
use crate::visit::Visit;
use crate::{own_machine, password};

const NAME: &str = "Demo";
const SLUG: &str = "demo";
pub const EMAIL: &str = "demo@example.org";
/// Known to everybody, so it is set only where nobody else comes.
const PASSWORD: &str = "a kettle on the windowsill 4";

/// How to sign in to the sample organization.
#[derive(Debug, Clone)]
pub struct DemoLogin {
    pub organization: Organization,
    pub email: &'static str,
    /// None for one that was made at random before: it was shown then.
    pub password: Option<String>,
    /// The sample owner, in whose name the sample content is written.
    pub user_id: String,
}

/// Makes the sample organization with its owner, or finds the one made before.
///
/// An organization of the same address that is not the sample is left alone.
pub async fn seed(app: &App) -> Result<DemoLogin> {
    let visit = Visit::of_operator(app);
    let replaced = retire_known_password(app).await?;
    let global = app.database.global().await?;
    let known = people::by_email(&global, EMAIL).await?;
    let organization = organization::by_slug(&global, SLUG).await?;
    match (known, organization) {
        (Some(person), Some(organization)) => {
            if !is_member(&global, &person.id, &organization.id).await? {
                return Err(not_the_sample());
            }
            // Somebody may have changed it since; then they know theirs.
            let password = replaced.or_else(|| own_machine::is_served(&app.settings).then(|| PASSWORD.to_owned()));
            Ok(DemoLogin { organization, email: EMAIL, password, user_id: person.id })
        }
        (None, Some(_)) => Err(not_the_sample()),
        (known, None) => {
            drop(global);
            let made = make(app, known, &visit).await?;
            Ok(DemoLogin { password: made.password.or(replaced), ..made })
        }
    }
}

/// Gives the sample owner a password at random if they still have the one that everybody knows, although others than
/// somebody at this machine reach the program by now; ends their sessions and gives the new password.
///
/// Asked at every start, before the first request: a database is moved, and an address is set, between two starts.
pub async fn retire_known_password(app: &App) -> Result<Option<String>> {
    if own_machine::is_served(&app.settings) {
        return Ok(None);
    }
    let known = people::by_exact_email(&app.database.global().await?, EMAIL).await?;
    let Some((person, kept)) = known.and_then(|person| Some((person.id, person.password_hash?))) else {
        return Ok(None);
    };
    if !password::verifies(Some(&kept), PASSWORD).await? {
        return Ok(None);
    }
    let chosen = secret::token();
    let hash = password::hash(&chosen).await?;
    let tx = app.database.global_transaction().await?;
    people::set_password_hash(&tx, &person, &hash, app.clock.now()).await?;
    people::end_sessions(&tx, &person, None).await?;
    tx.commit().await?;
    Ok(Some(chosen))
}

fn not_the_sample() -> Error {
    Error::Conflict("The organization with the address demo is not the sample. Serve without --demo.".into())
}

async fn make(app: &App, known: Option<Person>, visit: &Visit) -> Result<DemoLogin> {
    let chosen = if own_machine::is_served(&app.settings) { PASSWORD.to_owned() } else { secret::token() };
    let hash = password::hash(&chosen).await?;
    let tx = actions::begin(app, visit).await?;
    let is_new = known.is_none();
    let owner = match known {
        Some(person) => person,
        None => {
            let person = NewPerson { email: EMAIL.to_owned(), name: "Dana Demo".to_owned() };
            people::create(&tx, &person, Some(&hash), visit.now).await?
        }
    };
    let new = NewOrganization { name: NAME.to_owned(), slug: Some(SLUG.to_owned()), slug_field: "slug" };
    let caller = actions::found(app, tx, owner.actor(), &new, visit).await?;
    crate::settings::actions::change(&caller, site(), Problems::new(), None).await?;
    let organization = caller.organization.clone();
    caller.commit().await?;
    app.forget();
    Ok(DemoLogin { organization, email: EMAIL, password: is_new.then_some(chosen), user_id: owner.id })
}

/// How the sample's site presents itself. Its pages and categories are the sample content's.
fn site() -> Changes {
    let link = |label: &str, url: &str| Link { label: label.to_owned(), url: url.to_owned() };
    let entry = |label: &str, url: &str, children| NavigationLink { label: label.into(), url: url.into(), children };
    let coffee = vec![link("Brewing", "/category/brewing"), link("Origins", "/category/origins")];
    Changes {
        description: Patch::Set("Notes on coffee from a small roastery.".to_owned()),
        navigation: Some(vec![
            entry("Coffee", "/category/brewing", coffee),
            entry("News", "/category/news", Vec::new()),
            entry("About us", "/about", Vec::new()),
        ]),
        footer_links: Some(vec![link("About us", "/about")]),
        ..Changes::default()
    }
}
