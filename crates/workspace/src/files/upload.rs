//! Uploading: bytes go to a scratch file, then the row and the content appear together.

use std::fmt;

use bytes::Bytes;
use db::Tx;
use file_store::Incoming;
use jiff::Timestamp;
use kernel::{ChannelId, FileId, Permission, Scope};

use super::{FileItem, FileKind, FileVersion, kind, parent, store};
use crate::{Error, Result, Workspace, access, names};

/// What to do when the folder already has a file of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnConflict {
    /// Refuse.
    #[default]
    Refuse,
    /// Make it the new version of that file.
    Version,
    /// Keep both: `report (2).pdf`.
    Rename,
}

/// A file on its way in. Dropped, it leaves nothing behind.
pub struct Upload {
    channel: ChannelId,
    folder: Option<FileId>,
    name: String,
    conflict: OnConflict,
    limit_bytes: u64,
    incoming: Incoming,
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload").field("channel", &self.channel).finish_non_exhaustive()
    }
}

impl Upload {
    /// Adds bytes.
    ///
    /// # Errors
    /// [`Error::FileTooLarge`], [`Error::Files`].
    pub async fn write(&mut self, bytes: &Bytes) -> Result<()> {
        if self.incoming.write(bytes).await? {
            return Ok(());
        }
        Err(Error::FileTooLarge { limit_bytes: self.limit_bytes })
    }
}

impl Workspace {
    /// Begins an upload; rights and name are checked before a byte is read.
    ///
    /// # Errors
    /// [`Error::ChannelNotFound`] and the like, [`Error::FileNotFound`] for the folder,
    /// [`Error::NameTaken`], [`Error::Invalid`], [`Error::FileTypeRefused`], [`Error::Files`].
    pub async fn begin_upload(
        &self,
        scope: &Scope,
        (channel, folder): (ChannelId, Option<FileId>),
        name: &str,
        conflict: OnConflict,
    ) -> Result<Upload> {
        scope.require(Permission::FileWrite)?;
        let name = names::file("/name", name)?;
        if kind::is_refused(&name, &self.settings.refused_file_endings) {
            return Err(Error::FileTypeRefused);
        }
        let check = Target { channel, folder, name: name.clone(), conflict };
        self.db.read(scope, move |tx| check.settle(tx).map(drop)).await?;
        let limit_bytes = self.settings.max_file_bytes;
        let incoming = self.files.begin(scope.tenant(), limit_bytes).await?;
        Ok(Upload { channel, folder, name, conflict, limit_bytes, incoming })
    }

    /// Ends an upload: the file is there when this returns.
    ///
    /// # Errors
    /// As [`Workspace::begin_upload`]; also [`Error::QuotaExceeded`].
    pub async fn finish_upload(&self, scope: &Scope, upload: Upload) -> Result<FileItem> {
        scope.require(Permission::FileWrite)?;
        let Upload { channel, folder, name, conflict, incoming, .. } = upload;
        let kept = incoming.keep().await?;
        if kind::is_program(&kept.head) {
            return Err(Error::FileTypeRefused);
        }
        let version = FileVersion {
            number: 1,
            sha256: kept.sha256,
            size: i64::try_from(kept.size).unwrap_or(i64::MAX),
            content_type: kind::content_type(&name, &kept.head).to_owned(),
            created_at: self.clock.now(),
            created_by: scope.user(),
        };
        let target = Target { channel, folder, name, conflict };
        let (id, quota) = (self.ids.fresh(), self.settings.file_quota_bytes);
        let most = i64::from(self.settings.max_file_versions.max(1));
        let keep = move |tx: &Tx<'_>| {
            let item = match target.settle(tx)? {
                Settled::Over(item) => {
                    let FileKind::File(latest) = &item.kind else { return Err(Error::NameTaken) };
                    let version = FileVersion { number: latest.number + 1, ..version.clone() };
                    let item = FileItem { kind: FileKind::File(version), ..*item };
                    store::update(tx, &item)?;
                    item
                }
                Settled::New(name) => {
                    let item = fresh(id, &target, name, version.clone());
                    store::insert(tx, &item)?;
                    item
                }
            };
            let FileKind::File(version) = &item.kind else { return Err(Error::NameTaken) };
            store::insert_version(tx, item.id, version)?;
            let freed = store::prune_versions(tx, item.id, version.number - most)?;
            let used = store::add_usage(tx, version.size - freed)?;
            if u64::try_from(used).is_ok_and(|used| used > quota) {
                return Err(Error::QuotaExceeded { limit_bytes: quota });
            }
            Ok(item)
        };
        let answer = self.db.write(scope, keep).await;
        drop(kept);
        answer
    }
}

#[derive(Debug, Clone)]
struct Target {
    channel: ChannelId,
    folder: Option<FileId>,
    name: String,
    conflict: OnConflict,
}

/// Where an upload ends.
enum Settled {
    /// A new file with this name.
    New(String),
    /// A new version of this file.
    Over(Box<FileItem>),
}

impl Target {
    fn settle(&self, tx: &Tx<'_>) -> Result<Settled> {
        access::writable(tx, self.channel)?;
        parent(tx, self.channel, self.folder)?;
        let find =
            |name: &str| store::find_by_name(tx, self.channel, self.folder, &names::key(name));
        match (find(&self.name)?, self.conflict) {
            (None, _) => Ok(Settled::New(self.name.clone())),
            (Some(item), OnConflict::Version) if matches!(item.kind, FileKind::File(_)) => {
                Ok(Settled::Over(Box::new(item)))
            }
            (Some(_), OnConflict::Rename) => {
                for number in 2..=MAX_COPIES {
                    let name = numbered(&self.name, number);
                    if find(&name)?.is_none() {
                        return Ok(Settled::New(name));
                    }
                }
                Err(Error::NameTaken)
            }
            (Some(_), _) => Err(Error::NameTaken),
        }
    }
}

fn fresh(id: FileId, target: &Target, name: String, version: FileVersion) -> FileItem {
    let (created_at, created_by): (Timestamp, _) = (version.created_at, version.created_by);
    FileItem {
        id,
        channel: target.channel,
        folder: target.folder,
        name,
        kind: FileKind::File(version),
        created_at,
        created_by,
        deleted_at: None,
    }
}

fn numbered(name: &str, number: u32) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => format!("{stem} ({number}).{ending}"),
        _ => format!("{name} ({number})"),
    }
}

/// Names that are tried before the upload is refused; our own choice.
const MAX_COPIES: u32 = 100;
