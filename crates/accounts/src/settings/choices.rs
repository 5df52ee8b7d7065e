use ui::SelectOption;

/// Languages to choose from, each in its own words.
const LANGUAGES: [(&str, &str); 40] = [
    ("ar", "العربية"),
    ("bg", "Български"),
    ("bn", "বাংলা"),
    ("ca", "Català"),
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("en", "English"),
    ("en-GB", "English (United Kingdom)"),
    ("en-US", "English (United States)"),
    ("es", "Español"),
    ("et", "Eesti"),
    ("fa", "فارسی"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("he", "עברית"),
    ("hi", "हिन्दी"),
    ("hr", "Hrvatski"),
    ("hu", "Magyar"),
    ("id", "Bahasa Indonesia"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("lt", "Lietuvių"),
    ("lv", "Latviešu"),
    ("nb", "Norsk bokmål"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("pt-BR", "Português (Brasil)"),
    ("ro", "Română"),
    ("ru", "Русский"),
    ("sk", "Slovenčina"),
    ("sv", "Svenska"),
    ("th", "ไทย"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("vi", "Tiếng Việt"),
    ("zh", "中文"),
];

/// The languages, and the one in use if it is none of them.
pub fn languages(in_use: &str) -> Vec<SelectOption> {
    let mut options: Vec<_> = LANGUAGES.iter().map(|(tag, name)| SelectOption::new(*tag, *name)).collect();
    add(&mut options, in_use);
    options
}

fn add(options: &mut Vec<SelectOption>, in_use: &str) {
    if !in_use.is_empty() && !options.iter().any(|option| option.is(in_use)) {
        options.push(SelectOption::new(in_use, in_use));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_use_can_be_chosen_again() {
        assert!(languages("gsw").iter().any(|option| option.is("gsw")));
        let zones = ui::time_zones("Etc/GMT+5");
        assert!(zones[0].is("UTC"));
        for name in ["Europe/Berlin", "America/New_York", "Etc/GMT+5"] {
            assert_eq!(zones.iter().filter(|option| option.is(name)).count(), 1, "{name}");
        }
    }
}
