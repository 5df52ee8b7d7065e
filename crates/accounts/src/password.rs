//! Passwords: what a new one must be, and hashing them slowly without starving the server.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use kernel::validate::Problems;
use kernel::{Error, Result};
use tokio::sync::Semaphore;

/// In characters. NIST SP 800-63B asks for 8 at least, OWASP advises more where there is no second factor.
const SHORTEST: usize = 12;
const LONGEST: usize = 128;
/// A name of this length or more in a password makes it guessable; "al" would forbid half the dictionary.
const LOCAL_PART_SHORTEST: usize = 3;
/// Fewer different characters than this are no password.
const DIFFERENT_LEAST: usize = 5;
/// What must be left of a password when the words and runs that everybody uses are taken out, in letters.
const OWN_LETTERS_LEAST: usize = 4;
const RUNS: [&str; 6] =
    ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop"];

/// Hashes at once: each takes 19 MiB and a core for some 20 ms.
static HASHERS: Semaphore = Semaphore::const_new(2);

/// What everybody chooses, the longest first.
static COMMON: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let mut words: Vec<_> = include_str!("common_passwords.txt").lines().filter(|word| !word.is_empty()).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
});

/// Checked against when nobody has the address, so that it takes as long as a wrong password.
static NOBODYS_HASH: LazyLock<Option<String>> = LazyLock::new(|| hash_now(&kernel::secret::token()).ok());

/// Notes what keeps `text` from being the password of the account with this address.
pub fn check(problems: &mut Problems, field: &str, text: &str, email: &str) {
    let length = text.chars().count();
    let local_part = email.split('@').next().unwrap_or_default().to_lowercase();
    let has_address = local_part.chars().count() >= LOCAL_PART_SHORTEST && text.to_lowercase().contains(&local_part);
    if length < SHORTEST {
        problems.add(
            field,
            "too_short",
            format!("The password needs at least {SHORTEST} characters; a few unrelated words make a good one."),
        );
    } else if length > LONGEST {
        problems.add(
            field,
            "too_long",
            format!("The password has {length} characters; shorten it to at most {LONGEST}."),
        );
    } else if has_address {
        problems.add(
            field,
            "contains_email",
            "The password contains your email address. Choose one that says nothing about you.",
        );
    } else if is_common(text) {
        problems.add(
            field,
            "too_common",
            "This password is among the first that are tried. Choose a few unrelated words.",
        );
    }
}

/// Whether a password is made of what everybody uses: few characters, repetition, runs along the keyboard, and the
/// words that lead every list of leaked passwords, with digits and signs around them.
fn is_common(text: &str) -> bool {
    let lower: Vec<char> = text.to_lowercase().chars().collect();
    let mut different = lower.clone();
    different.sort_unstable();
    different.dedup();
    let all_digits = lower.iter().all(char::is_ascii_digit);
    different.len() < DIFFERENT_LEAST
        || all_digits
        || repeats(&lower)
        || is_run(&lower)
        || has_only_common_words(&lower)
}

fn repeats(text: &[char]) -> bool {
    (1..=text.len() / 2).any(|period| text.iter().zip(&text[period..]).all(|(one, other)| one == other))
}

fn is_run(text: &[char]) -> bool {
    let follows = |pair: &[char]| {
        let [one, other] = pair else { return false };
        one == other
            || RUNS.iter().any(|run| match (run.find(*one), run.find(*other)) {
                (Some(before), Some(after)) => before.abs_diff(after) == 1,
                _ => false,
            })
    };
    let pairs = text.windows(2).count();
    let following = text.windows(2).filter(|pair| follows(pair)).count();
    pairs > 0 && following * 5 >= pairs * 4
}

fn has_only_common_words(text: &[char]) -> bool {
    let plain: String = text.iter().collect();
    let spelled: String = text.iter().map(|character| letter_meant(*character)).collect();
    [plain, spelled].into_iter().any(|text| {
        let mut rest = text.clone();
        for word in COMMON.iter() {
            rest = rest.replace(word, " ");
        }
        rest != text && rest.chars().filter(|character| character.is_alphabetic()).count() < OWN_LETTERS_LEAST
    })
}

/// The letter that a digit or sign stands for in `P@ssw0rd`.
fn letter_meant(character: char) -> char {
    match character {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// The parameters that OWASP's password storage cheat sheet gives for argon2id: 19 MiB, 2 passes, 1 lane.
fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(19_456, 2, 1, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &str) -> Result<String> {
    Ok(hasher()?.hash_password(password.as_bytes()).map_err(Error::internal)?.to_string())
}

/// The hash to keep of a password.
pub async fn hash(password: &str) -> Result<String> {
    let password = password.to_owned();
    apart(move || hash_now(&password)).await
}

/// Whether the password belongs to the hash. Without a hash it takes as long and is false.
pub async fn verifies(kept: Option<&str>, password: &str) -> Result<bool> {
    // What nobody can have chosen is not worth hashing: it would be work for the asking.
    let plausible = password.chars().count() <= LONGEST;
    let password = if plausible { password.to_owned() } else { String::new() };
    let (known, kept) = (kept.is_some(), kept.map(str::to_owned));
    apart(move || {
        let Some(text) = kept.or_else(|| NOBODYS_HASH.clone()) else { return Ok(false) };
        let kept = PasswordHash::new(&text).map_err(Error::internal)?;
        let same = hasher()?.verify_password(password.as_bytes(), &kept).is_ok();
        Ok(same && known && plausible)
    })
    .await
}

/// Runs slow work on a thread of its own, a bounded number at once.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let _permit = HASHERS.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> Option<&'static str> {
        let mut problems = Problems::new();
        check(&mut problems, "password", text, "ada.lovelace@example.org");
        problems.into_vec().first().map(|error| error.code)
    }

    #[test]
    fn guessable_passwords_are_refused() {
        for (text, code) in [
            ("short", "too_short"),
            ("elevenchars", "too_short"),
            (&"long ".repeat(30), "too_long"),
            ("I am Ada.Lovelace!", "contains_email"),
            ("Password1234", "too_common"),
            ("P@ssw0rd2024!", "too_common"),
            ("iloveyou12345", "too_common"),
            ("qwertyuiop123", "too_common"),
            ("abcdefghijkl", "too_common"),
            ("123456789012", "too_common"),
            ("583920174628", "too_common"),
            ("aaaaaaaaaaaaab", "too_common"),
            ("hunkydoryhunkydory", "too_common"),
            ("correcthorsebatterystaple", "too_common"),
            ("welcomeadmin!!", "too_common"),
        ] {
            assert_eq!(refusal(text), Some(code), "{text}");
        }
    }

    #[test]
    fn unrelated_words_and_random_characters_are_taken() {
        for text in [
            "a lantern over the harbour 7",
            "seven ducks on the pond 5",
            "an umbrella in the hall 3",
            "x7#9$2!8@3%1q",
            "Vt4kQz9LmPw2",
            "drei grüne Äpfel",
            "correct horse battery staple 9",
        ] {
            assert_eq!(refusal(text), None, "{text}");
        }
    }

    #[tokio::test]
    async fn a_password_belongs_to_its_hash_and_nobodys_to_none() {
        let kept = hash("seven ducks on the pond").await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verifies(Some(&kept), "seven ducks on the pond").await.unwrap());
        assert!(!verifies(Some(&kept), "six ducks on the pond").await.unwrap());
        assert!(!verifies(None, "seven ducks on the pond").await.unwrap());
    }
}
