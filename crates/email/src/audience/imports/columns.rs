//! What a column of a file means, said by somebody or guessed from its name.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::audience::fields::Field;
use crate::audience::fields::actions::{is_reserved, key_of};

/// What the cells of a column are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum Column {
    Skip,
    Email,
    Name,
    FirstName,
    LastName,
    Company,
    Language,
    TimeZone,
    Tags,
    ConsentAt,
    ConsentSource,
    /// A field of the organization's own, by its key.
    Field(String),
    /// A field that is made for it, by its name.
    NewField(String),
}

/// The columns with a fixed meaning, by their words in forms.
pub const FIXED: [(&str, Column, &str); 11] = [
    ("skip", Column::Skip, "Leave out"),
    ("email", Column::Email, "Mail address"),
    ("name", Column::Name, "Name"),
    ("first_name", Column::FirstName, "First name"),
    ("last_name", Column::LastName, "Last name"),
    ("company", Column::Company, "Company"),
    ("language", Column::Language, "Language"),
    ("timezone", Column::TimeZone, "Time zone"),
    ("tags", Column::Tags, "Tags"),
    ("consent_at", Column::ConsentAt, "Time of consent"),
    ("consent_source", Column::ConsentSource, "Where they agreed"),
];

impl fmt::Display for Column {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(key) => write!(formatter, "field:{key}"),
            Self::NewField(name) => write!(formatter, "new:{name}"),
            fixed => {
                let word = FIXED.iter().find(|(_, column, _)| column == fixed).map_or("skip", |(word, ..)| word);
                formatter.write_str(word)
            }
        }
    }
}

impl From<Column> for String {
    fn from(column: Column) -> Self {
        column.to_string()
    }
}

/// What is not known is left out.
impl From<String> for Column {
    fn from(text: String) -> Self {
        if let Some(key) = text.strip_prefix("field:") {
            return Self::Field(key.to_owned());
        }
        if let Some(name) = text.strip_prefix("new:") {
            return Self::NewField(name.to_owned());
        }
        FIXED.iter().find(|(word, ..)| *word == text).map_or(Self::Skip, |(_, column, _)| column.clone())
    }
}

/// Names of columns in exports of other programs, and what they mean; compared without case, blanks and signs.
const NAMES: [(&str, Column); 56] = [
    ("emailaddress", Column::Email),
    ("email", Column::Email),
    ("mail", Column::Email),
    ("mailaddress", Column::Email),
    ("emailadresse", Column::Email),
    ("subscriberemail", Column::Email),
    ("correoelectronico", Column::Email),
    ("correo", Column::Email),
    ("courriel", Column::Email),
    ("emailaddresses", Column::Email),
    ("contactemail", Column::Email),
    ("adresseemail", Column::Email),
    ("name", Column::Name),
    ("fullname", Column::Name),
    ("displayname", Column::Name),
    ("firstname", Column::FirstName),
    ("fname", Column::FirstName),
    ("givenname", Column::FirstName),
    ("vorname", Column::FirstName),
    ("prenom", Column::FirstName),
    ("nombre", Column::FirstName),
    ("lastname", Column::LastName),
    ("lname", Column::LastName),
    ("surname", Column::LastName),
    ("familyname", Column::LastName),
    ("nachname", Column::LastName),
    ("nom", Column::LastName),
    ("apellidos", Column::LastName),
    ("company", Column::Company),
    ("companyname", Column::Company),
    ("organization", Column::Company),
    ("organisation", Column::Company),
    ("firma", Column::Company),
    ("empresa", Column::Company),
    ("entreprise", Column::Company),
    ("unternehmen", Column::Company),
    ("language", Column::Language),
    ("lang", Column::Language),
    ("locale", Column::Language),
    ("sprache", Column::Language),
    ("timezone", Column::TimeZone),
    ("tz", Column::TimeZone),
    ("zeitzone", Column::TimeZone),
    ("tags", Column::Tags),
    ("tag", Column::Tags),
    ("labels", Column::Tags),
    ("groups", Column::Tags),
    ("confirmtime", Column::ConsentAt),
    ("optintime", Column::ConsentAt),
    ("subscribedat", Column::ConsentAt),
    ("consenttime", Column::ConsentAt),
    ("consentat", Column::ConsentAt),
    ("consentsource", Column::ConsentSource),
    // Ghost's export says when somebody was added and whether they are subscribed.
    ("createdat", Column::ConsentAt),
    ("labelsname", Column::Tags),
    ("optinsource", Column::ConsentSource),
];

/// Columns that the programs themselves keep, and nobody asked for: Mailchimp's, Ghost's, our own export's.
const OF_PROGRAMS: [&str; 30] = [
    "memberrating",
    "optinip",
    "confirmip",
    "latitude",
    "longitude",
    "gmtoff",
    "dstoff",
    "cc",
    "region",
    "lastchanged",
    "leid",
    "euid",
    "notes",
    "unsubtime",
    "unsubcampaigntitle",
    "unsubcampaignid",
    "unsubreason",
    "unsubreasonother",
    "cleantime",
    "cleancampaigntitle",
    "cleancampaignid",
    "id",
    "stripecustomerid",
    "deletedat",
    "subscribedtoemails",
    "complimentaryplan",
    "status",
    "consentwording",
    "unsubscribedtime",
    "addedtime",
];

/// Guesses what columns mean by their names. Each fixed meaning is given once; the first column of a name has it, but the
/// time of confirming outweighs that of asking.
pub fn guess(names: &[String], known: &[Field]) -> Vec<Column> {
    let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let has_confirmed = plain.iter().any(|name| name == "confirmtime");
    let mut columns: Vec<Column> = Vec::new();
    for (name, plain) in names.iter().zip(&plain) {
        let mut column = one(name, plain, known);
        let is_outweighed = has_confirmed && plain == "optintime";
        let is_given = column != Column::Skip && columns.contains(&column);
        if is_outweighed || is_given {
            column = Column::Skip;
        }
        columns.push(column);
    }
    columns
}

fn one(name: &str, plain: &str, known: &[Field]) -> Column {
    let name = name.trim();
    let own = |field: &&Field| field.key == key_of(name) || field.label.eq_ignore_ascii_case(name);
    if let Some(field) = known.iter().find(own) {
        return Column::Field(field.key.clone());
    }
    if let Some((_, column)) = NAMES.iter().find(|(known, _)| *known == plain) {
        return column.clone();
    }
    let key = key_of(name);
    let is_name = crate::audience::rule_key(&key) && !is_reserved(&key) && name.chars().count() <= 100;
    if OF_PROGRAMS.contains(&plain) || !is_name { Column::Skip } else { Column::NewField(name.to_owned()) }
}

fn plain(name: &str) -> String {
    deunicoded(name).chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

fn deunicoded(name: &str) -> String {
    kernel::validate::slug_from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailchimps_columns_are_known() {
        let head = "Email Address,First Name,Last Name,Company,Position,ZIP Code,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,\
                    CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS";
        let names: Vec<String> = head.split(',').map(str::to_owned).collect();
        let words: Vec<String> = guess(&names, &[]).iter().map(ToString::to_string).collect();
        let kept: Vec<&str> = words.iter().map(String::as_str).filter(|word| *word != "skip").collect();
        let expected = [
            "email",
            "first_name",
            "last_name",
            "company",
            "new:Position",
            "new:ZIP Code",
            "consent_at",
            "timezone",
            "tags",
        ];
        assert_eq!(kept, expected);
        assert_eq!(words[9], "consent_at", "the time of confirming");
    }

    #[test]
    fn words_come_back_as_columns() {
        for column in [Column::Email, Column::Field("size".into()), Column::NewField("Shoe size".into()), Column::Skip]
        {
            assert_eq!(Column::from(column.to_string()), column);
        }
        assert_eq!(Column::from("nonsense".to_owned()), Column::Skip);
    }

    #[test]
    fn no_meaning_is_given_twice() {
        let names = ["Email", "E-Mail", "Name", "name", ""].map(str::to_owned);
        let words: Vec<String> = guess(&names, &[]).iter().map(ToString::to_string).collect();
        assert_eq!(words, ["email", "skip", "name", "skip", "skip"]);
    }
}
