//! The program's own key: the setting, or a file in the data directory that is made once.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, anyhow};
use kernel::config::Settings;
use kernel::secret::SecretKey;

const FILE: &str = "secret-key";

/// The key that the settings name or the data directory keeps; makes one there on the first start.
pub(crate) fn find(settings: &Settings) -> anyhow::Result<SecretKey> {
    match &settings.secret_key {
        Some(key) => Ok(key.clone()),
        None => kept(&settings.data_dir),
    }
}

fn kept(data_dir: &Path) -> anyhow::Result<SecretKey> {
    let path = data_dir.join(FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => make(data_dir, &path)?,
        Err(error) => return Err(error).with_context(|| format!("could not read {}", path.display())),
    };
    SecretKey::from_text(&text).ok_or_else(|| {
        anyhow!(
            "{} is damaged: put the key back from a backup, or remove the file to have a new one made",
            path.display()
        )
    })
}

/// Written whole under another name first: two programs may start at once, and either may be killed.
fn make(data_dir: &Path, path: &Path) -> anyhow::Result<String> {
    let failed = || format!("could not keep the secret key in {}", path.display());
    fs::create_dir_all(data_dir).with_context(failed)?;
    let text = kernel::secret::token();
    let unfinished = data_dir.join(format!("{FILE}.{}", kernel::secret::hex_digits(4)));
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished).with_context(failed)?;
    writeln!(file, "{text}").and_then(|()| file.sync_all()).with_context(failed)?;
    let linked = fs::hard_link(&unfinished, path);
    fs::remove_file(&unfinished).with_context(failed)?;
    match linked {
        Ok(()) => Ok(text),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => fs::read_to_string(path).with_context(failed),
        Err(error) => Err(error).with_context(failed),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_key_is_made_once_and_is_nobody_else_s_to_read() {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("data");
        let first = kept(&data_dir).unwrap().sign("test", "message");
        assert_eq!(kept(&data_dir).unwrap().sign("test", "message"), first);
        assert_eq!(fs::metadata(data_dir.join(FILE)).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&data_dir).unwrap().count(), 1);
        fs::write(data_dir.join(FILE), "short").unwrap();
        assert!(kept(&data_dir).unwrap_err().to_string().contains("damaged"));
    }
}
