//! The file library of a channel.

use std::time::Duration;

use bytes::Bytes;
use kernel::{ChannelId, FileId, Limit, Scope};
use tokio::io::AsyncReadExt as _;
use workspace::{Error, FileItem, FileKind, OnConflict, Role, Settings, Visibility};

use crate::world::{World, code, limit};

struct Library {
    w: World,
    ada: Scope,
    team: kernel::TeamId,
    channel: ChannelId,
}

impl Library {
    async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    async fn with(settings: Settings) -> Self {
        let w = World::with(settings).await;
        let ada = w.person("Ada").await;
        let team = w.team(&ada, "T", Visibility::Private).await;
        let channel = w.general(&ada, team).await;
        Self { w, ada, team, channel }
    }

    async fn put(
        &self,
        folder: Option<FileId>,
        (name, content): (&str, &[u8]),
        conflict: OnConflict,
    ) -> Result<FileItem, Error> {
        self.put_as(&self.ada, (folder, conflict), (name, content)).await
    }

    async fn put_as(
        &self,
        who: &Scope,
        (folder, conflict): (Option<FileId>, OnConflict),
        (name, content): (&str, &[u8]),
    ) -> Result<FileItem, Error> {
        let place = (self.channel, folder);
        let mut upload = self.w.ws.begin_upload(who, place, name, conflict).await?;
        for piece in content.chunks(7) {
            upload.write(&Bytes::copy_from_slice(piece)).await?;
        }
        self.w.ws.finish_upload(who, upload).await
    }

    async fn get(&self, file: FileId, version: Option<i64>, start: u64) -> Vec<u8> {
        let download = self.w.ws.download(&self.ada, file, version).await.unwrap();
        let mut content = Vec::new();
        download.open(start).await.unwrap().read_to_end(&mut content).await.unwrap();
        content
    }

    async fn names(&self, folder: Option<FileId>) -> Vec<String> {
        let place = (self.channel, folder);
        let page = self.w.ws.files(&self.ada, place, None, Limit::default()).await.unwrap();
        page.items.into_iter().map(|item| item.name).collect()
    }

    /// How many files are in a folder of the store, at any depth.
    fn on_disk(&self, folder: &str) -> usize {
        fn count(path: &std::path::Path) -> usize {
            let Ok(entries) = std::fs::read_dir(path) else { return 0 };
            entries
                .map(|entry| entry.unwrap().path())
                .map(|path| if path.is_dir() { count(&path) } else { 1 })
                .sum()
        }
        count(&self.w.folder.path().join("files").join(folder))
    }
}

fn number(item: &FileItem) -> i64 {
    match &item.kind {
        FileKind::File(version) => version.number,
        FileKind::Folder => panic!("a file is expected"),
    }
}

#[tokio::test]
async fn what_was_uploaded_comes_back_byte_for_byte() {
    let l = Library::new().await;
    let content: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let item = l.put(None, ("data.bin", &content), OnConflict::Refuse).await.unwrap();
    assert_eq!(l.get(item.id, None, 0).await, content);
    assert_eq!(l.get(item.id, None, 99_990).await, content[99_990..]);
    let FileKind::File(version) = item.kind else { panic!() };
    assert_eq!(
        (version.size, version.content_type.as_str()),
        (100_000, "application/octet-stream")
    );
    assert_eq!(l.on_disk("incoming"), 0);
}

#[tokio::test]
async fn a_taken_name_refuses_versions_or_renames() {
    let l = Library::new().await;
    let first = l.put(None, ("Été.txt", b"one"), OnConflict::Refuse).await.unwrap();
    let again = l.put(None, ("E\u{301}TE\u{301}.TXT", b"two"), OnConflict::Refuse).await;
    assert_eq!(code(again), "name.taken");
    let second = l.put(None, ("été.txt", b"two"), OnConflict::Version).await.unwrap();
    assert_eq!((second.id, number(&second)), (first.id, 2));
    assert_eq!(l.get(first.id, None, 0).await, b"two");
    assert_eq!(l.get(first.id, Some(1), 0).await, b"one");
    assert_eq!(code(l.w.ws.download(&l.ada, first.id, Some(3)).await.map(drop)), "file.not_found");
    let versions = l.w.ws.versions(&l.ada, first.id).await.unwrap();
    assert_eq!(versions.iter().map(|v| v.number).collect::<Vec<_>>(), [2, 1]);
    let renamed = l.put(None, ("été.txt", b"three"), OnConflict::Rename).await.unwrap();
    assert_eq!(renamed.name, "été (2).txt");
    let folder = l.w.ws.create_folder(&l.ada, (l.channel, None), "ÉTÉ.txt").await;
    assert_eq!(code(folder), "name.taken");
}

#[tokio::test]
async fn hostile_names_programs_and_sizes_are_refused_and_leave_nothing() {
    let settings = Settings { max_file_bytes: 20, file_quota_bytes: 30, ..Settings::default() };
    let l = Library::with(settings).await;
    for name in ["../x", "a\\b", "CON", "a\u{202e}gpj.exe", "x\u{0}", "", "a."] {
        let put = l.put(None, (name, b"x"), OnConflict::Refuse).await;
        assert_eq!(code(put), "workspace.invalid", "{name:?}");
    }
    let put = l.put(None, ("run.EXE", b"x"), OnConflict::Refuse).await;
    assert_eq!(code(put), "file.type_refused");
    let put = l.put(None, ("picture.png", b"MZ\x90\x00"), OnConflict::Refuse).await;
    assert_eq!(code(put), "file.type_refused");
    let put = l.put(None, ("big.txt", &[b'x'; 21]), OnConflict::Refuse).await;
    assert_eq!(code(put), "file.too_large");
    l.put(None, ("a.txt", &[b'a'; 20]), OnConflict::Refuse).await.unwrap();
    let put = l.put(None, ("b.txt", &[b'b'; 20]), OnConflict::Refuse).await;
    assert_eq!(code(put), "file.quota_exceeded");
    assert_eq!(l.names(None).await, ["a.txt"]);
    assert_eq!(l.on_disk("incoming"), 0);
    let rename = l.w.ws.files(&l.ada, (l.channel, None), None, limit(1)).await.unwrap().items[0].id;
    assert_eq!(code(l.w.ws.rename_file(&l.ada, rename, "a.exe").await), "file.type_refused");
}

#[tokio::test]
async fn a_page_is_told_only_harmless_types() {
    let l = Library::new().await;
    for (name, content, inline) in [
        ("a.png", &b"\x89PNG\r\n\x1a\n...."[..], true),
        ("b.png", b"<script>alert(1)</script>", false),
        ("c.html", b"<script>alert(1)</script>", false),
        ("d.svg", b"<svg onload=alert(1)>", false),
        ("e.txt", b"<script>alert(1)</script>", true),
    ] {
        let item = l.put(None, (name, content), OnConflict::Refuse).await.unwrap();
        let download = l.w.ws.download(&l.ada, item.id, None).await.unwrap();
        assert_eq!(download.inline, inline, "{name}");
        assert!(!download.version.content_type.contains("html"), "{name}");
    }
}

#[tokio::test]
async fn folders_come_first_and_pages_show_each_once() {
    let l = Library::new().await;
    for name in ["b", "a"] {
        l.w.ws.create_folder(&l.ada, (l.channel, None), name).await.unwrap();
    }
    for name in ["z.txt", "c.txt", "m.txt"] {
        l.put(None, (name, b"x"), OnConflict::Refuse).await.unwrap();
    }
    let (mut after, mut names) = (None, Vec::new());
    loop {
        let page = l.w.ws.files(&l.ada, (l.channel, None), after, limit(2)).await.unwrap();
        names.extend(page.items.into_iter().map(|item| item.name));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(names, ["a", "b", "c.txt", "m.txt", "z.txt"]);
}

#[tokio::test]
async fn files_move_and_folders_never_into_themselves() {
    let l = Library::new().await;
    let ws = &l.w.ws;
    let outer = ws.create_folder(&l.ada, (l.channel, None), "outer").await.unwrap().id;
    let inner = ws.create_folder(&l.ada, (l.channel, Some(outer)), "inner").await.unwrap().id;
    let file = l.put(Some(outer), ("f.txt", b"x"), OnConflict::Refuse).await.unwrap().id;
    ws.move_file(&l.ada, file, Some(inner)).await.unwrap();
    let path = ws.file(&l.ada, file).await.unwrap().path;
    assert_eq!(path, [(outer, "outer".to_owned()), (inner, "inner".to_owned())]);
    assert_eq!(code(ws.move_file(&l.ada, outer, Some(inner)).await), "folder.loop");
    assert_eq!(code(ws.move_file(&l.ada, outer, Some(outer)).await), "folder.loop");
    assert_eq!(code(ws.move_file(&l.ada, outer, Some(file)).await), "file.not_found");
    l.put(None, ("F.TXT", b"x"), OnConflict::Refuse).await.unwrap();
    assert_eq!(code(ws.move_file(&l.ada, file, None).await), "name.taken");
    assert_eq!(ws.rename_file(&l.ada, file, "g.txt").await.unwrap().name, "g.txt");
    ws.move_file(&l.ada, file, None).await.unwrap();
    assert_eq!(l.names(None).await, ["outer", "F.TXT", "g.txt"]);
    let mut deep = Some(inner);
    let refused = loop {
        match ws.create_folder(&l.ada, (l.channel, deep), "deeper").await {
            Ok(folder) => deep = Some(folder.id),
            error => break error,
        }
    };
    assert_eq!(code(refused), "workspace.too_many");
}

#[tokio::test]
async fn a_deleted_folder_hides_all_in_it_until_restored() {
    let l = Library::new().await;
    let ws = &l.w.ws;
    let folder = ws.create_folder(&l.ada, (l.channel, None), "docs").await.unwrap().id;
    let file = l.put(Some(folder), ("f.txt", b"x"), OnConflict::Refuse).await.unwrap().id;
    ws.delete_file(&l.ada, folder).await.unwrap();
    assert_eq!(l.names(None).await, Vec::<String>::new());
    assert_eq!(code(ws.file(&l.ada, file).await), "file.not_found");
    assert_eq!(code(ws.download(&l.ada, file, None).await.map(drop)), "file.not_found");
    let inside = ws.files(&l.ada, (l.channel, Some(folder)), None, limit(5)).await;
    assert_eq!(code(inside), "file.not_found");
    assert_eq!(ws.deleted_files(&l.ada, l.channel).await.unwrap()[0].id, folder);
    ws.create_folder(&l.ada, (l.channel, None), "DOCS").await.unwrap();
    assert_eq!(code(ws.restore_file(&l.ada, folder).await), "name.taken");
    let other = ws.files(&l.ada, (l.channel, None), None, limit(5)).await.unwrap().items[0].id;
    ws.rename_file(&l.ada, other, "other").await.unwrap();
    ws.restore_file(&l.ada, folder).await.unwrap();
    assert_eq!(l.get(file, None, 0).await, b"x");
}

#[tokio::test]
async fn guests_change_their_own_files_and_strangers_see_none() {
    let l = Library::new().await;
    let (gus, eve) = (l.w.person("Gus").await, l.w.person("Eve").await);
    l.w.add(&l.ada, l.team, &gus, Role::Guest).await;
    let theirs = l.put(None, ("a.txt", b"x"), OnConflict::Refuse).await.unwrap().id;
    let own = l.put_as(&gus, (None, OnConflict::Refuse), ("g.txt", b"x")).await.unwrap().id;
    assert_eq!(code(l.w.ws.delete_file(&gus, theirs).await), "team.role_needed");
    l.w.ws.delete_file(&gus, own).await.unwrap();
    for stranger in [eve, l.w.foreigner()] {
        let ws = &l.w.ws;
        assert_eq!(code(ws.file(&stranger, theirs).await), "file.not_found");
        assert_eq!(code(ws.download(&stranger, theirs, None).await.map(drop)), "file.not_found");
        assert_eq!(code(ws.delete_file(&stranger, theirs).await), "file.not_found");
        assert_eq!(code(ws.restore_file(&stranger, own).await), "file.not_found");
        let list = ws.files(&stranger, (l.channel, None), None, limit(5)).await;
        assert_eq!(code(list), "channel.not_found");
        let put = l.put_as(&stranger, (None, OnConflict::Refuse), ("e.txt", b"x")).await;
        assert_eq!(code(put), "channel.not_found");
    }
}

#[tokio::test]
async fn only_so_many_versions_are_kept() {
    let l = Library::with(Settings { max_file_versions: 2, ..Settings::default() }).await;
    for content in [b"1", b"2", b"3"] {
        l.put(None, ("f.txt", content), OnConflict::Version).await.unwrap();
    }
    let file = l.w.ws.files(&l.ada, (l.channel, None), None, limit(5)).await.unwrap().items[0].id;
    let versions = l.w.ws.versions(&l.ada, file).await.unwrap();
    assert_eq!(versions.iter().map(|v| v.number).collect::<Vec<_>>(), [3, 2]);
}

#[tokio::test]
async fn contents_go_when_nothing_names_them_any_more() {
    let l = Library::new().await;
    // The store asks the disk how old a content is: the clock starts at the true day.
    let disk = std::fs::metadata(l.w.folder.path()).unwrap().modified().unwrap();
    l.w.clock.set(disk.try_into().unwrap());
    let kept = l.put(None, ("kept.txt", b"kept"), OnConflict::Refuse).await.unwrap().id;
    let gone = l.put(None, ("gone.txt", b"gone"), OnConflict::Refuse).await.unwrap().id;
    l.put(None, ("same.txt", b"kept"), OnConflict::Refuse).await.unwrap();
    let tenant = l.w.tenant.to_string();
    assert_eq!(l.on_disk(&tenant), 2);
    // An upload that was cut off by a kill.
    std::fs::write(l.w.folder.path().join("files/incoming/half"), b"half").unwrap();
    l.w.ws.delete_file(&l.ada, gone).await.unwrap();
    assert_eq!(l.w.ws.sweep(&l.w.job()).await.unwrap().files, 0);
    l.w.clock.advance(Duration::from_hours(31 * 24));
    let swept = l.w.ws.sweep(&l.w.job()).await.unwrap();
    assert_eq!((swept.files, swept.contents), (1, 1));
    assert_eq!((l.on_disk(&tenant), l.on_disk("incoming")), (1, 0));
    assert_eq!(l.get(kept, None, 0).await, b"kept");
    assert_eq!(code(l.w.ws.restore_file(&l.ada, gone).await), "file.not_found");
}
