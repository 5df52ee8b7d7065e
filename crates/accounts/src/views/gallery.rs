use askama::Template as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ui::gallery::{frame, show};
use ui::{Breadcrumb, FieldErrors, Flash, Moment, Pager, Section, SelectOption};

use super::*;

fn at(text: &str) -> Moment {
    Moment::new(text.parse::<Timestamp>().unwrap(), &TimeZone::UTC)
}

fn roles() -> Vec<SelectOption> {
    [("VIEWER", "Viewer"), ("MEMBER", "Member"), ("ADMIN", "Admin"), ("OWNER", "Owner")]
        .into_iter()
        .map(|(value, label)| SelectOption::new(value, label))
        .collect()
}

#[test]
fn setup_and_sign_in() {
    show("setup", &SetupPage::new(SetupForm::default(), FieldErrors::none())).unwrap();
    let form = SetupForm { name: "Ann Lee".to_owned(), email: "ann".to_owned(), ..SetupForm::default() };
    let errors = [
        ("email", "This is not an email address. It looks like name@example.com."),
        ("password", "This password has 7 characters. Use at least 12."),
    ];
    let page = SetupPage::new(form, errors.into_iter().collect());
    show("setup-errors", &page).unwrap();
    show("sign-in", &SignInPage::new(String::new(), "/admin/northwind".to_owned(), FieldErrors::none())).unwrap();
    let wrong = [("", "Email and password do not belong together. Check both, or reset the password.")];
    let page = SignInPage::new("ann@example.com".to_owned(), String::new(), wrong.into_iter().collect());
    show("sign-in-wrong", &page.flash(Some(Flash::success("Your password was changed. Sign in with it.")))).unwrap();
}

#[test]
fn forgotten_passwords() {
    show("forgot-password", &ForgotPasswordPage::new(String::new(), FieldErrors::none())).unwrap();
    show("forgot-password-sent", &ForgotPasswordPage::sent("ann@example.com".to_owned())).unwrap();
    let page = ResetPasswordPage::new("t0ken".to_owned(), "ann@example.com".to_owned(), FieldErrors::none());
    show("reset-password", &page).unwrap();
}

#[test]
fn invitations() {
    let invitees = [
        ("new", Invitee::New { name: "Cleo".to_owned() }),
        ("known", Invitee::Known),
        ("signed-in", Invitee::SignedIn),
        ("other", Invitee::Other { email: "bo@example.com".to_owned() }),
    ];
    for (name, invitee) in invitees {
        let link = InvitationLink {
            token: "t0ken".to_owned(),
            email: "cleo@example.com".to_owned(),
            invitee,
            errors: FieldErrors::none(),
        };
        let page = InvitationPage::new("Northwind Quarterly", "Member", "Ann Lee", link);
        show(&format!("invitation-{name}"), &page).unwrap();
        assert_eq!(page.render().unwrap().contains(r#"value="Cleo""#), name == "new");
    }
}

#[test]
fn organizations() {
    let row = |name: &str, slug: &str, role: &str| OrganizationRow {
        name: name.to_owned(),
        slug: slug.to_owned(),
        role: role.to_owned(),
    };
    let rows = vec![
        row("Northwind Quarterly", "northwind", "Owner"),
        row("Riverside Bakery & Café with a rather long name", "riverside", "Member"),
    ];
    let page = OrganizationsPage::new(rows, OrganizationForm::default(), FieldErrors::none(), None);
    show("organizations", &page).unwrap();
    let page = OrganizationsPage::new(Vec::new(), OrganizationForm::default(), FieldErrors::none(), None);
    show("organizations-none", &page).unwrap();
}

fn member(name: &str, email: &str, role: &str, is_self: bool) -> MemberRow {
    MemberRow {
        id: format!("m-{}", email.len()),
        name: name.to_owned(),
        email: email.to_owned(),
        role: role.to_uppercase(),
        role_word: role.to_owned(),
        joined: at("2026-03-12T14:05:00Z"),
        is_self,
        may_change: !is_self,
    }
}

#[test]
fn members() {
    let mut page = MembersPage {
        frame: frame("Members", Section::Members),
        members: vec![
            member("Ann Lee", "ann@example.com", "Owner", true),
            member("", "bo.with.a.long.address@subdomain.example.com", "Admin", false),
            member("Cleo Marchetti", "cleo@example.com", "Member", false),
        ],
        invitations: vec![InvitationRow {
            id: "i1".to_owned(),
            email: "dee@example.com".to_owned(),
            role_word: "Viewer".to_owned(),
            invited_by: "Ann Lee".to_owned(),
            expires: at("2026-04-01T09:00:00Z"),
            is_expired: false,
        }],
        may_invite: true,
        roles: roles(),
        form: InviteForm::default(),
        errors: FieldErrors::none(),
    };
    page.frame.flash = Some(Flash::success("dee@example.com was invited. The link works for 7 days."));
    show("members", &page).unwrap();
    page.frame.flash = None;
    page.form.email = "nobody".to_owned();
    page.errors.add("email", "This is not an email address.");
    show("members-errors", &page).unwrap();
}

#[test]
fn api_keys() {
    let mut page = ApiKeysPage {
        frame: frame("API keys", Section::ApiKeys),
        keys: Vec::new(),
        created: None,
        roles: roles(),
        form: ApiKeyForm::default(),
        errors: FieldErrors::none(),
    };
    show("api-keys-none", &page).unwrap();
    page.keys.push(ApiKeyRow {
        id: "k1".to_owned(),
        name: "Website build".to_owned(),
        prefix: "cp_9f3a".to_owned(),
        role_word: "Viewer".to_owned(),
        created_by: "Ann Lee".to_owned(),
        created: at("2026-03-12T14:05:00Z"),
        last_used: Moment::default(),
    });
    page.created = Some(CreatedKey {
        name: "Website build".to_owned(),
        key: "cp_9f3a0c1d5be84f6fa2d7c1e09b3344556677889900aabbcc".to_owned(),
    });
    show("api-keys", &page).unwrap();
}

#[test]
fn outbox() {
    let mail = OutboxMail {
        from: "ContentPilot <no-reply@localhost>".to_owned(),
        to: "dee@example.com".to_owned(),
        subject: "Ann Lee invited you to Northwind Quarterly".to_owned(),
        at: at("2026-03-12T14:05:00Z"),
        text: "Hello,\n\nfollow this link to join:\nhttp://127.0.0.1:8080/admin/invitations/abcdefghijklmnopqrstuvwxyz0123456789.\n".to_owned(),
    };
    assert_eq!(mail.links(), ["http://127.0.0.1:8080/admin/invitations/abcdefghijklmnopqrstuvwxyz0123456789"]);
    let mut page = OutboxPage { frame: frame("Outbox", Section::Outbox), mails: Vec::new(), pager: Pager::default() };
    show("outbox-none", &page).unwrap();
    page.mails.push(OutboxRow {
        id: "m1".to_owned(),
        to: mail.to.clone(),
        subject: mail.subject.clone(),
        at: mail.at.clone(),
    });
    page.pager.summary = "1 mail".to_owned();
    show("outbox", &page).unwrap();
    let mut framed = frame(&mail.subject, Section::Outbox);
    framed.breadcrumbs = vec![Breadcrumb::link("Outbox", "/admin/northwind/outbox"), Breadcrumb::here(&mail.subject)];
    show("outbox-mail", &OutboxMailPage { frame: framed, mail }).unwrap();
}

#[test]
fn audit_log() {
    let row = |action: &str, target: &str| AuditRow {
        at: at("2026-03-12T14:05:00Z"),
        actor: "Ann Lee".to_owned(),
        action: action.to_owned(),
        target: target.to_owned(),
    };
    let page = AuditLogPage {
        frame: frame("Audit log", Section::AuditLog),
        entries: vec![
            row("Published an article", "What the river knows"),
            row("Invited a member", "dee@example.com as Viewer"),
            row("Signed in", ""),
        ],
        pager: Pager { previous: None, next: Some("?cursor=abc".to_owned()), summary: "3 of 240 entries".to_owned() },
    };
    show("audit-log", &page).unwrap();
}

#[test]
fn settings_and_account() {
    let page = SettingsPage {
        frame: frame("Settings", Section::Settings),
        slug: "northwind".to_owned(),
        may_delete: true,
        languages: vec![SelectOption::new("en", "English"), SelectOption::new("de", "Deutsch")],
        timezones: vec![SelectOption::new("UTC", "UTC"), SelectOption::new("Europe/Berlin", "Europe/Berlin")],
        form: SettingsForm {
            name: "Northwind Quarterly".to_owned(),
            timezone: "Europe/Berlin".to_owned(),
            revisions_kept: "50".to_owned(),
            version: "3".to_owned(),
            ..SettingsForm::default()
        },
        errors: FieldErrors::none(),
    };
    show("settings", &page).unwrap();
    let row = |label: &str, url: &str, is_below: bool| LinkRow { label: label.into(), url: url.into(), is_below };
    let page = SiteSettingsPage {
        frame: frame("Site", Section::Settings),
        slug: "northwind".to_owned(),
        typefaces: vec![SelectOption::new("serif", "Serif")],
        color_schemes: vec![SelectOption::new("system", "System")],
        form: SiteForm {
            navigation: vec![row("About", "/about", false), row("Team", "/team", true), LinkRow::default()],
            accent_color: "#2463eb".to_owned(),
            search_engines: true,
            ..SiteForm::default()
        },
        errors: [("navigation", "“about” is no address.")].into_iter().collect(),
    };
    show("settings-site", &page).unwrap();
    let session = |id: &str, device: &str, is_current: bool| SessionRow {
        id: id.to_owned(),
        device: device.to_owned(),
        address: "127.0.0.1".to_owned(),
        last_seen: at("2026-03-12T14:05:00Z"),
        is_current,
    };
    let page = AccountPage {
        frame: frame("Your account", Section::None),
        name: "Ann Lee".to_owned(),
        email: "ann@example.com".to_owned(),
        sessions: vec![session("s1", "Firefox on Linux", true), session("s2", "Safari on iPhone", false)],
        mails: vec![("approved", "What I wrote or submitted is approved", true)],
        errors: [("current_password", "This is not your current password.")].into_iter().collect(),
    };
    show("account", &page).unwrap();
    assert!(page.render().unwrap().contains(r#"value="Ann Lee""#));
}
