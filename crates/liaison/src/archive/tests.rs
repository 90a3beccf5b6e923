use super::*;

fn about() -> About {
    let key_check = String::new();
    About { engine: Engine::Sqlite, taken_at: Timestamp::UNIX_EPOCH, key_check }
}

fn archive(folder: &Path) -> (PathBuf, Manifest) {
    let data = folder.join("data");
    fs::create_dir_all(data.join("files/aa")).unwrap();
    fs::write(data.join("db"), b"rows").unwrap();
    fs::write(data.join("files/aa/one"), b"content").unwrap();
    let target = folder.join("backup.tar");
    let mut writer = Writer::create(&target, about()).unwrap();
    writer.file(DATABASE, &data.join("db")).unwrap();
    writer.folder(FILES, &data.join("files")).unwrap();
    let manifest = writer.finish().unwrap();
    (target, manifest)
}

#[test]
fn what_went_in_comes_out() {
    let folder = tempfile::tempdir().unwrap();
    let (target, manifest) = archive(folder.path());
    let out = tempfile::tempdir().unwrap();
    assert_eq!(unpack(&target, out.path()).unwrap(), manifest);
    assert_eq!(fs::read(out.path().join("database")).unwrap(), b"rows");
    assert_eq!(fs::read(out.path().join("files/aa/one")).unwrap(), b"content");
}

#[test]
fn an_archive_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (target, _) = archive(folder.path());
    let refused = Writer::create(&target, about());
    assert_eq!(refused.err().unwrap().exit(), Exit::Refused);
}

#[test]
fn a_changed_or_cut_archive_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (target, _) = archive(folder.path());
    let whole = fs::read(&target).unwrap();
    let at = whole.windows(4).position(|w| w == b"rows").unwrap();
    let mut changed = whole.clone();
    changed[at] = b'R';
    for bytes in [changed.as_slice(), &whole[..1024], &whole[..whole.len() / 2], b"no tar"] {
        let bad = folder.path().join("bad.tar");
        fs::write(&bad, bytes).unwrap();
        let out = tempfile::tempdir().unwrap();
        assert_eq!(unpack(&bad, out.path()).unwrap_err().exit(), Exit::Refused);
    }
}

#[test]
fn names_that_lead_out_of_the_folder_are_refused() {
    assert_eq!(safe(Path::new("files/aa/one")).as_deref(), Some("files/aa/one"));
    for bad in ["/etc/passwd", "../x", "files/../../x", ""] {
        assert_eq!(safe(Path::new(bad)), None, "{bad}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("evil.tar");
    let mut tar = Builder::new(File::create(&path).unwrap());
    let mut head = header(1);
    head.as_old_mut().name[..7].copy_from_slice(b"../evil");
    head.set_cksum();
    tar.append(&head, &b"x"[..]).unwrap();
    tar.into_inner().unwrap();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    assert_eq!(unpack(&path, &out).unwrap_err().exit(), Exit::Refused);
    assert!(!folder.path().join("evil").exists());
}
