//! Files.

use bytes::Bytes;

use super::{Bench, good, refused};
use crate::{ChannelId, Conflict, Error, File, FileId, FileKind, NewFile};

fn new(folder: &FileId, name: &str, bytes: &'static [u8], conflict: Conflict) -> NewFile {
    let (folder, name) = (folder.clone(), name.to_owned());
    NewFile { folder, name, bytes: Bytes::from_static(bytes), conflict }
}

async fn library(bench: &Bench, name: &str) -> (ChannelId, File) {
    let team = bench.team(name).await;
    let channel = bench.channel(&team, "Deal").await;
    let root = bench.settled("the library", async || bench.owner.library(&channel).await).await;
    (channel, root)
}

/// A member does so too; folders stand before files.
pub(super) async fn a_file_is_brought_read_renamed_and_deleted(bench: &Bench) {
    let (_, root) = library(bench, "Files").await;
    assert_eq!(root.kind, FileKind::Folder);
    let brought = new(&root.id, "Offer.txt", b"An offer", Conflict::Refuse);
    let file = good("bringing", bench.member.upload(&brought).await);
    assert_eq!((file.name.as_str(), file.kind), ("Offer.txt", FileKind::File { bytes: 8 }));
    let folder = good("a folder", bench.owner.create_folder(&root.id, "Signed").await);
    let names = |files: Vec<File>| files.into_iter().map(|file| file.name).collect::<Vec<_>>();
    let listed = good("listing", bench.owner.files(&root.id).await);
    assert_eq!(names(listed), ["Signed", "Offer.txt"]);
    assert_eq!(good("reading", bench.owner.download(&file.id).await), "An offer");
    let renamed = good("renaming", bench.owner.rename_file(&file.id, "Deal.txt", None).await);
    assert_eq!((renamed.name.as_str(), &renamed.id), ("Deal.txt", &file.id));
    let inside = new(&folder.id, "Contract.txt", b"A contract", Conflict::Refuse);
    good("bringing", bench.owner.upload(&inside).await);
    let inside = good("listing", bench.member.files(&folder.id).await);
    assert_eq!(names(inside), ["Contract.txt"]);
    good("deleting", bench.owner.delete_file(&file.id, None).await);
    refused!("a deleted file", bench.owner.file(&file.id).await, Error::NotFound);
    refused!("a deleted file", bench.owner.download(&file.id).await, Error::NotFound);
}

/// As the caller says.
pub(super) async fn a_name_that_is_taken_is_refused_replaced_or_made_anew(bench: &Bench) {
    let (_, root) = library(bench, "Names of files").await;
    let one = async |bytes, conflict| {
        bench.owner.upload(&new(&root.id, "Plan.txt", bytes, conflict)).await
    };
    let first = good("the first", one(b"one", Conflict::Refuse).await);
    refused!("a second", one(b"two", Conflict::Refuse).await, Error::NameTaken);
    let over = good("a version", one(b"three", Conflict::Replace).await);
    assert_eq!(over.id, first.id);
    assert_ne!(over.version, first.version);
    assert_eq!(good("reading", bench.owner.download(&first.id).await), "three");
    let beside = good("beside", one(b"four", Conflict::Rename).await);
    assert_ne!((&beside.id, beside.name.as_str()), (&first.id, "Plan.txt"));
    assert_eq!(good("listing", bench.owner.files(&root.id).await).len(), 2);
    good("a folder", bench.owner.create_folder(&root.id, "Signed").await);
    let again = bench.owner.create_folder(&root.id, "Signed").await;
    refused!("a folder twice", again, Error::NameTaken);
    let taken = bench.owner.rename_file(&beside.id, "Plan.txt", None).await;
    refused!("a name that is taken", taken, Error::NameTaken);
}

/// Neither renamed nor deleted.
pub(super) async fn a_file_at_another_version_stays_as_it_is(bench: &Bench) {
    let (_, root) = library(bench, "Versions").await;
    let text = new(&root.id, "Note.txt", b"one", Conflict::Replace);
    let first = good("bringing", bench.owner.upload(&text).await);
    let text = new(&root.id, "Note.txt", b"two", Conflict::Replace);
    let second = good("bringing", bench.member.upload(&text).await);
    let old = Some(&first.version);
    let renamed = bench.owner.rename_file(&first.id, "Other.txt", old).await;
    refused!("renaming", renamed, Error::Changed);
    refused!("deleting", bench.owner.delete_file(&first.id, old).await, Error::Changed);
    assert_eq!(good("reading", bench.owner.file(&first.id).await).name, "Note.txt");
    let renamed = bench.owner.rename_file(&first.id, "Other.txt", Some(&second.version)).await;
    let third = good("renaming", renamed);
    good("deleting", bench.owner.delete_file(&first.id, Some(&third.version)).await);
}

/// In pieces where the workspace wants it so.
pub(super) async fn a_large_file_arrives_whole(bench: &Bench) {
    let (_, root) = library(bench, "Large").await;
    let bytes: Bytes = (0..6_000_000_u32).map(|at| (at % 251).to_le_bytes()[0]).collect();
    let large = NewFile {
        folder: root.id.clone(),
        name: "Large.bin".to_owned(),
        bytes: bytes.clone(),
        conflict: Conflict::Refuse,
    };
    let file = good("bringing", bench.owner.upload(&large).await);
    assert_eq!(file.kind, FileKind::File { bytes: 6_000_000 });
    let read = good("reading", bench.member.download(&file.id).await);
    assert!(read == bytes, "what is read is what was brought");
}

/// Neither sees nor brings any.
pub(super) async fn who_is_not_in_the_team_has_no_files(bench: &Bench) {
    let (channel, root) = library(bench, "Private files").await;
    let text = new(&root.id, "Secret.txt", b"a secret", Conflict::Refuse);
    let file = good("bringing", bench.owner.upload(&text).await);
    refused!("a library", bench.stranger.library(&channel).await, Error::NotFound);
    refused!("a list", bench.stranger.files(&root.id).await, Error::NotFound);
    refused!("a file", bench.stranger.file(&file.id).await, Error::NotFound);
    refused!("a file", bench.stranger.download(&file.id).await, Error::NotFound);
    let text = new(&root.id, "Mine.txt", b"mine", Conflict::Refuse);
    refused!("bringing", bench.stranger.upload(&text).await, Error::NotFound);
}
