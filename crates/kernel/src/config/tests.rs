use super::*;

fn read(pairs: &[(&str, &str)]) -> Outcome<Settings> {
    let environment = pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    Settings::from_sources(environment, Path::new("no-such-file.toml"))
}

#[test]
fn nothing_set_gives_the_defaults() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.public_url, "http://127.0.0.1:8080");
    assert!(settings.database_url.is_none() && !settings.is_secure());
}

#[test]
fn a_mail_server_is_checked_without_being_opened() {
    let settings = read(&[("SMTP_URL", "smtps://user:password@mail.example.org")]).unwrap();
    assert!(settings.smtp_url.is_some());
}

#[test]
fn a_wrong_setting_is_named_and_no_secret_is_told() {
    for (name, value) in [
        ("CONTENTPILOT_LISTEN", "everywhere"),
        ("DATABASE_URL", "postgres:/hunter2"),
        ("CONTENTPILOT_PUBLIC_URL", "example.org"),
        ("CONTENTPILOT_POOL_SIZE", "1"),
        ("CONTENTPILOT_SECRET_KEY", "hunter2"),
        ("CONTENTPILOT_LOG_FORMAT", "xml"),
        ("CONTENTPILOT_TRUSTED_PROXIES", "127.0.0.1, nobody"),
        ("CONTENTPILOT_OUTGOING_ALLOWED", "10.0.0.0/33"),
        ("CONTENTPILOT_LISTEM", "127.0.0.1:1"),
        ("SMTP_URL", "mail.example.org"),
        ("MEDIA_URL", "gopher://x"),
        ("MEDIA_URL", "s3://"),
        ("MEDIA_DELIVERY", "x-accel:internal"),
        ("DATABASE_OWNER_URL", "postgres://owner@localhost/cp"),
        ("CONTENTPILOT_MAIL_FROM", "nobody"),
    ] {
        let error = read(&[(name, value)]).unwrap_err().to_string();
        assert!(error.starts_with(name), "{error}");
        assert!(!error.contains('\n') && !error.contains("hunter2"), "{error}");
    }
}

#[test]
fn files_are_kept_in_the_data_directory_a_folder_or_a_bucket() {
    let folder = |pairs: &[(&str, &str)]| match read(pairs).unwrap().files {
        Location::Folder(folder) => folder.display().to_string(),
        Location::Bucket(bucket) => panic!("{bucket:?}"),
    };
    assert_eq!(folder(&[("CONTENTPILOT_DATA_DIR", "/srv/cp")]), "/srv/cp/media");
    assert_eq!(folder(&[("MEDIA_URL", "file:///srv/files")]), "/srv/files");
    let mut settings = read(&[]).unwrap();
    settings.keep_data_in(Path::new("/elsewhere"));
    assert!(matches!(settings.files, Location::Folder(folder) if folder == Path::new("/elsewhere/media")));
    let key = ("MEDIA_S3_SECRET_KEY", "hunter2");
    assert!(read(&[("MEDIA_URL", "s3://pictures"), key]).unwrap_err().to_string().starts_with("MEDIA_S3_ACCESS_KEY"));
    let settings =
        [("MEDIA_URL", "s3://pictures"), key, ("MEDIA_S3_ACCESS_KEY", "id"), ("MEDIA_S3_ENDPOINT", "http://s3:9000")];
    let Location::Bucket(bucket) = read(&settings).unwrap().files else { panic!("it is a bucket") };
    assert!(bucket.in_path && !format!("{bucket:?}").contains("hunter2"));
}

#[test]
fn the_environment_goes_before_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(FILE);
    std::fs::write(&file, "listen = \"127.0.0.1:1\"\npool_size = 7\n").unwrap();
    let environment = [("CONTENTPILOT_LISTEN".to_owned(), "127.0.0.1:2".to_owned())].into();
    let settings = Settings::from_sources(environment, &file).unwrap();
    assert_eq!((settings.listen.port(), settings.pool_size), (2, 7));
    std::fs::write(&file, "listne = \"127.0.0.1:1\"\n").unwrap();
    assert!(Settings::from_sources(BTreeMap::new(), &file).unwrap_err().to_string().contains("listne"));
}

#[test]
fn the_pool_grows_with_the_cores_and_leaves_room_beside_jobs() {
    for (cores, jobs, size) in [(1, 4, 8), (2, 4, 8), (4, 4, 16), (64, 4, 30), (2, 16, 20), (64, 64, 68)] {
        assert_eq!(values::usual_pool_size(cores, jobs), size, "{cores} cores, {jobs} jobs");
    }
}
