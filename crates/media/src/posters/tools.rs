//! Programs of the machine, run on files that users sent: bounded in time, memory and output, and told to read nothing else.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use kernel::{Error, Result};

/// How long a program may take.
const WITHIN: Duration = Duration::from_secs(30);
const LOOKED_AT_EVERY: Duration = Duration::from_millis(20);
/// What the shell bounds for the program that it becomes: seconds of a processor, kilobytes of memory, and blocks of 512
/// bytes in a file that it writes.
const BOUNDED: &str = "ulimit -t 30 && ulimit -v 1572864 && ulimit -f 131072 && exec \"$@\"";
/// How far into a film its still is taken, for its first frame is often black.
const STILL_AT: &str = "1";
/// The longest side of what a program draws, in pixels.
const DRAWN_LONGEST: &str = "1600";

/// Where a program works, and on what.
pub struct Work<'a> {
    /// A folder of its own, that is gone afterwards.
    pub folder: &'a Path,
    /// The file that a user sent.
    pub file: &'a Path,
    pub mime: &'a str,
}

/// The program of this name on the machine's search path.
fn find(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// What a program prints; none when there is no such program, or it failed or took too much, which it does with damaged files.
fn run(name: &str, arguments: &[&OsStr], (folder, within): (&Path, Duration)) -> Result<Option<Vec<u8>>> {
    let Some(program) = find(name) else {
        tracing::info!(name, "a program that would draw films or documents is not on this machine");
        return Ok(None);
    };
    let printed = folder.join("printed");
    let output =
        std::fs::File::create(&printed).context("a temporary file could not be made").map_err(Error::Internal)?;
    let mut child = Command::new("/bin/sh")
        .args(["-c", BOUNDED, "sh"])
        .arg(program)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("{name} could not be started"))
        .map_err(Error::Internal)?;
    let began = Instant::now();
    let status = loop {
        match child.try_wait().context("a program could not be waited for").map_err(Error::Internal)? {
            Some(status) => break Some(status),
            None if began.elapsed() > within => break None,
            None => std::thread::sleep(LOOKED_AT_EVERY),
        }
    };
    if status.is_none() {
        tracing::warn!(name, "a program took too long and was ended");
        // It may have ended by itself in this moment.
        let _ = child.kill();
        child.wait().context("a program could not be waited for").map_err(Error::Internal)?;
    }
    if !status.is_some_and(|status| status.success()) {
        return Ok(None);
    }
    std::fs::read(printed).context("a temporary file could not be read").map(Some).map_err(Error::Internal)
}

/// How ffmpeg is to read a file of this type, whatever else it could be taken for: a list of other files, for one.
fn demuxer(mime: &str) -> &'static str {
    if mime == "video/webm" { "matroska" } else { "mov" }
}

/// A still of a film, as a PNG.
pub fn still(work: &Work<'_>) -> Result<Option<Vec<u8>>> {
    let drawn = work.folder.join("still.png");
    let scale = format!("scale='min({DRAWN_LONGEST},iw)':-2");
    for at in [STILL_AT, "0"] {
        let before = ["-nostdin", "-v", "error", "-threads", "1", "-protocol_whitelist", "file", "-ss", at];
        let format = ["-f", demuxer(work.mime), "-i"];
        let after = ["-frames:v", "1", "-vf", scale.as_str(), "-an", "-sn", "-dn", "-y"];
        let before = before.into_iter().chain(format).map(OsStr::new);
        let after = after.into_iter().map(OsStr::new);
        let arguments: Vec<&OsStr> =
            before.chain([work.file.as_os_str()]).chain(after).chain([drawn.as_os_str()]).collect();
        // A film shorter than a second has no frame there, and ffmpeg succeeds without drawing one.
        if run("ffmpeg", &arguments, (work.folder, WITHIN))?.is_some() && drawn.is_file() {
            return std::fs::read(&drawn).map(Some).map_err(Error::internal);
        }
    }
    Ok(None)
}

/// How many seconds a film lasts that does not say so in its head.
pub fn seconds(work: &Work<'_>) -> Result<Option<i32>> {
    let options = ["-v", "error", "-protocol_whitelist", "file", "-f", demuxer(work.mime)];
    let shown = ["-show_entries", "format=duration", "-of", "default=noprint_wrappers=1:nokey=1"];
    let options = options.into_iter().chain(shown).map(OsStr::new);
    let arguments: Vec<&OsStr> = options.chain([work.file.as_os_str()]).collect();
    let printed = run("ffprobe", &arguments, (work.folder, WITHIN))?;
    let seconds = printed.and_then(|printed| String::from_utf8_lossy(&printed).trim().parse::<f64>().ok());
    Ok(seconds.filter(|seconds| (0.0..f64::from(i32::MAX)).contains(seconds)).map(|seconds| seconds.round() as i32))
}

/// The first page of a PDF, as a PNG.
pub fn first_page(work: &Work<'_>) -> Result<Option<Vec<u8>>> {
    let drawn = work.folder.join("page");
    let options = ["-png", "-singlefile", "-f", "1", "-l", "1", "-scale-to", DRAWN_LONGEST].map(OsStr::new);
    let arguments: Vec<&OsStr> = options.into_iter().chain([work.file.as_os_str(), drawn.as_os_str()]).collect();
    let drawn = work.folder.join("page.png");
    if run("pdftoppm", &arguments, (work.folder, WITHIN))?.is_none() || !drawn.is_file() {
        return Ok(None);
    }
    std::fs::read(drawn).map(Some).map_err(Error::internal)
}

/// How many pages a PDF has.
pub fn pages(work: &Work<'_>) -> Result<Option<i32>> {
    let printed = run("pdfinfo", &[work.file.as_os_str()], (work.folder, WITHIN))?;
    let text = printed.map(|printed| String::from_utf8_lossy(&printed).into_owned()).unwrap_or_default();
    Ok(text.lines().find_map(|line| line.strip_prefix("Pages:")?.trim().parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(name: &str, arguments: &[&str], within: Duration) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let arguments: Vec<&OsStr> = arguments.iter().map(OsStr::new).collect();
        let printed = run(name, &arguments, (folder.path(), within)).unwrap();
        printed.map(|printed| String::from_utf8(printed).unwrap())
    }

    #[test]
    fn a_program_that_is_not_there_or_fails_tells_nothing() {
        assert_eq!(outcome("contentpilot-has-no-such-program", &[], WITHIN), None);
        assert_eq!(outcome("false", &[], WITHIN), None);
        assert_eq!(outcome("echo", &["twelve  pages"], WITHIN).as_deref(), Some("twelve  pages\n"));
    }

    #[test]
    fn a_program_that_takes_too_much_is_ended() {
        let began = Instant::now();
        assert_eq!(outcome("sleep", &["600"], Duration::from_millis(100)), None);
        assert!(began.elapsed() < Duration::from_secs(20));
        // Two gigabytes in one line are more than it may have, and a file of them more than it may write.
        assert_eq!(outcome("dd", &["if=/dev/zero", "of=/dev/null", "bs=2G", "count=1"], WITHIN), None);
        assert_eq!(outcome("dd", &["if=/dev/zero", "of=large", "bs=1M", "count=100"], WITHIN), None);
        assert!(outcome("dd", &["if=/dev/zero", "of=small", "bs=1M", "count=2"], WITHIN).is_some());
    }

    #[test]
    fn nothing_of_the_servers_own_reaches_a_program() {
        let told = outcome("env", &[], WITHIN).unwrap();
        assert!(!told.contains("PATH=") && !told.contains("CARGO"), "{told}");
    }
}
