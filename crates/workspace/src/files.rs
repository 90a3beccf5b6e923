//! The file library of a channel: folders, files, versions.

pub(crate) mod kind;
pub(crate) mod store;
mod upload;

use db::Tx;
use event_log::Subject;
use jiff::Timestamp;
use kernel::{ChannelId, Cursor, CursorError, FileId, Limit, Page, Permission, Scope, UserId};
use serde_json::json;
use tokio::fs::File;

pub use kind::content_disposition;
pub use upload::{OnConflict, Upload};

use crate::{
    ChannelAccess, Error, FileStore, Result, Role, Sha256, Workspace, access, names,
    service::{change, changed},
};

/// A file or a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileItem {
    /// The identifier.
    pub id: FileId,
    /// The channel whose library it is in.
    pub channel: ChannelId,
    /// The folder it is in; `None` at the top.
    pub folder: Option<FileId>,
    /// The name, unique in its folder whatever its case.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// Since when it is gone, and may be restored.
    pub deleted_at: Option<Timestamp>,
}

impl FileItem {
    /// What changes with every change of the item: its name, its folder, what it holds.
    pub fn tag(&self) -> String {
        let number = match &self.kind {
            FileKind::Folder => 0,
            FileKind::File(version) => version.number,
        };
        let folder = self.folder.map(|folder| folder.to_string()).unwrap_or_default();
        format!("{number}:{folder}:{}", self.name)
    }

    /// Refuses an item that is not what the caller has seen.
    fn expect(&self, tag: Option<&str>) -> Result<()> {
        if tag.is_none_or(|tag| tag == self.tag()) {
            return Ok(());
        }
        Err(Error::FileChanged { file: self.id })
    }
}

/// What an item of a library is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileKind {
    /// A folder.
    Folder,
    /// A file, with its latest version.
    File(FileVersion),
}

/// What a file held at some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileVersion {
    /// From 1, growing.
    pub number: i64,
    /// SHA-256 of the bytes.
    pub sha256: Sha256,
    /// Length in bytes.
    pub size: i64,
    /// The media type, told from the name and confirmed by the first bytes.
    pub content_type: String,
    /// When it was uploaded.
    pub created_at: Timestamp,
    /// Who uploaded it.
    pub created_by: Option<UserId>,
}

/// A file, the way to it, and what the actor may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileView {
    /// The file or folder.
    pub item: FileItem,
    /// The folders above it, the topmost first.
    pub path: Vec<(FileId, String)>,
    /// The channel.
    pub access: ChannelAccess,
}

/// Bytes on their way out.
#[derive(Debug, Clone)]
pub struct Download {
    /// The name to offer.
    pub name: String,
    /// What it is.
    pub version: FileVersion,
    /// Whether a browser may show it in the page's origin: images of known types and plain text only.
    pub inline: bool,
    store: FileStore,
    tenant: kernel::TenantId,
}

impl Download {
    /// The bytes from `start` on.
    ///
    /// # Errors
    /// [`Error::Files`].
    pub async fn open(&self, start: u64) -> Result<File> {
        Ok(self.store.read(self.tenant, self.version.sha256, start).await?)
    }
}

impl Workspace {
    /// What is in a folder, or at the top of a channel's library: folders first, then by name.
    ///
    /// # Errors
    /// [`Error::ChannelNotFound`] and the like, [`Error::FileNotFound`], [`Error::Cursor`].
    pub async fn files(
        &self,
        scope: &Scope,
        (channel, folder): (ChannelId, Option<FileId>),
        after: Option<Cursor>,
        limit: Limit,
    ) -> Result<Page<FileItem>> {
        scope.require(Permission::FileRead)?;
        let after = after.as_ref().map(place).transpose()?;
        let read = move |tx: &Tx<'_>| {
            access::readable(tx, channel)?;
            let folder = parent(tx, channel, folder)?;
            let rows = store::page(tx, channel, folder, (after.as_ref(), limit.probe()))?;
            Ok(Page::cut(rows, limit, cursor))
        };
        self.db.read(scope, read).await
    }

    /// A file or folder and the way to it.
    ///
    /// # Errors
    /// [`Error::FileNotFound`], also when the actor may not read its channel.
    pub async fn file(&self, scope: &Scope, id: FileId) -> Result<FileView> {
        scope.require(Permission::FileRead)?;
        self.db.read(scope, move |tx| view(tx, id)).await
    }

    /// Makes a folder.
    ///
    /// # Errors
    /// [`Error::ChannelNotFound`] and the like, [`Error::FileNotFound`], [`Error::NameTaken`],
    /// [`Error::Invalid`], [`Error::TooMany`] for folders too deep.
    pub async fn create_folder(
        &self,
        scope: &Scope,
        (channel, folder): (ChannelId, Option<FileId>),
        name: &str,
    ) -> Result<FileItem> {
        scope.require(Permission::FileWrite)?;
        let item = FileItem {
            id: self.ids.fresh(),
            channel,
            folder,
            name: names::file("/name", name)?,
            kind: FileKind::Folder,
            created_at: self.clock.now(),
            created_by: scope.user(),
            deleted_at: None,
        };
        let create = move |tx: &Tx<'_>| {
            access::writable(tx, channel)?;
            let parent = parent(tx, channel, folder)?;
            if depth(tx, channel, parent)? >= MAX_DEPTH {
                return Err(Error::TooMany { limit: MAX_DEPTH });
            }
            free(tx, &item, &item.name)?;
            store::insert(tx, &item)?;
            Ok(item.clone())
        };
        self.db.write(scope, create).await
    }

    /// The versions of a file, newest first.
    ///
    /// # Errors
    /// [`Error::FileNotFound`].
    pub async fn versions(&self, scope: &Scope, id: FileId) -> Result<Vec<FileVersion>> {
        scope.require(Permission::FileRead)?;
        let read = move |tx: &Tx<'_>| {
            view(tx, id)?;
            Ok(store::versions(tx, id)?)
        };
        self.db.read(scope, read).await
    }

    /// A file to download: its latest version, or another.
    ///
    /// # Errors
    /// [`Error::FileNotFound`], also for a folder and for a version that is gone.
    pub async fn download(
        &self,
        scope: &Scope,
        id: FileId,
        version: Option<i64>,
    ) -> Result<Download> {
        scope.require(Permission::FileRead)?;
        let read = move |tx: &Tx<'_>| {
            let item = view(tx, id)?.item;
            let FileKind::File(latest) = item.kind else {
                return Err(Error::FileNotFound { file: id });
            };
            let wanted = match version {
                Some(number) => store::version(tx, id, number)?,
                None => Some(latest),
            };
            Ok((item.name, wanted.ok_or(Error::FileNotFound { file: id })?))
        };
        let (name, version) = self.db.read(scope, read).await?;
        let inline = kind::is_safe_inline(&version.content_type);
        Ok(Download { name, version, inline, store: self.files.clone(), tenant: scope.tenant() })
    }

    /// Renames a file or folder.
    ///
    /// # Errors
    /// [`Error::FileNotFound`], [`Error::NameTaken`], [`Error::Invalid`], [`Error::FileTypeRefused`],
    /// [`Error::RoleNeeded`], [`Error::ChannelArchived`].
    pub async fn rename_file(&self, scope: &Scope, id: FileId, name: &str) -> Result<FileItem> {
        self.rename_file_at(scope, (id, None), name).await
    }

    /// Renames a file or folder while it is what its [`FileItem::tag`] says.
    ///
    /// # Errors
    /// As [`Workspace::rename_file`]; [`Error::FileChanged`].
    pub async fn rename_file_at(
        &self,
        scope: &Scope,
        (id, tag): (FileId, Option<String>),
        name: &str,
    ) -> Result<FileItem> {
        scope.require(Permission::FileWrite)?;
        let name = names::file("/name", name)?;
        let refused = kind::is_refused(&name, &self.settings.refused_file_endings);
        let rename = move |tx: &Tx<'_>| {
            let item = changeable(tx, id)?;
            item.expect(tag.as_deref())?;
            if refused && matches!(item.kind, FileKind::File(_)) {
                return Err(Error::FileTypeRefused);
            }
            free(tx, &item, &name)?;
            let item = FileItem { name: name.clone(), ..item };
            store::update(tx, &item)?;
            Ok(item)
        };
        self.db.write(scope, rename).await
    }

    /// Moves a file or folder to another folder of its channel, or to the top.
    ///
    /// # Errors
    /// [`Error::FileNotFound`], [`Error::NameTaken`], [`Error::FolderLoop`], [`Error::TooMany`] for
    /// folders too deep, [`Error::RoleNeeded`], [`Error::ChannelArchived`].
    pub async fn move_file(
        &self,
        scope: &Scope,
        id: FileId,
        folder: Option<FileId>,
    ) -> Result<FileItem> {
        scope.require(Permission::FileWrite)?;
        let shift = move |tx: &Tx<'_>| {
            let item = changeable(tx, id)?;
            let parent = parent(tx, item.channel, folder)?;
            if let Some(target) = folder
                && (target == id || above(tx, target)?.iter().any(|(folder, _)| *folder == id))
            {
                return Err(Error::FolderLoop);
            }
            if depth(tx, item.channel, parent)? >= MAX_DEPTH {
                return Err(Error::TooMany { limit: MAX_DEPTH });
            }
            let item = FileItem { folder, ..item };
            free(tx, &item, &item.name)?;
            store::update(tx, &item)?;
            Ok(item)
        };
        self.db.write(scope, shift).await
    }

    /// Deletes a file, or a folder with all in it; it can be restored for a while.
    ///
    /// # Errors
    /// [`Error::FileNotFound`], [`Error::RoleNeeded`], [`Error::ChannelArchived`].
    pub async fn delete_file(&self, scope: &Scope, id: FileId) -> Result<()> {
        self.delete_file_at(scope, (id, None)).await
    }

    /// Deletes a file or folder while it is what its [`FileItem::tag`] says.
    ///
    /// # Errors
    /// As [`Workspace::delete_file`]; [`Error::FileChanged`].
    pub async fn delete_file_at(
        &self,
        scope: &Scope,
        (id, tag): (FileId, Option<String>),
    ) -> Result<()> {
        scope.require(Permission::FileWrite)?;
        let now = self.clock.now();
        let delete = move |tx: &Tx<'_>| {
            let item = changeable(tx, id)?;
            item.expect(tag.as_deref())?;
            let before = json!({"channel": item.channel, "name": item.name});
            store::update(tx, &FileItem { deleted_at: Some(now), ..item })?;
            let deleted = change("file.delete", Subject::new("file", id), now);
            Ok(event_log::audit(tx, &changed(deleted, Some(before), None))?)
        };
        self.db.write(scope, delete).await
    }

    /// Deleted files and folders of a channel, newest first; at most 200.
    ///
    /// # Errors
    /// [`Error::ChannelNotFound`] and the like.
    pub async fn deleted_files(&self, scope: &Scope, channel: ChannelId) -> Result<Vec<FileItem>> {
        scope.require(Permission::FileRead)?;
        let read = move |tx: &Tx<'_>| {
            access::readable(tx, channel)?;
            Ok(store::deleted(tx, channel)?)
        };
        self.db.read(scope, read).await
    }

    /// Brings a deleted file or folder back; to the top when its folder is gone.
    ///
    /// # Errors
    /// [`Error::FileNotFound`], [`Error::NameTaken`], [`Error::RoleNeeded`],
    /// [`Error::ChannelArchived`].
    pub async fn restore_file(&self, scope: &Scope, id: FileId) -> Result<FileItem> {
        scope.require(Permission::FileWrite)?;
        let now = self.clock.now();
        let restore = move |tx: &Tx<'_>| {
            let missing = Error::FileNotFound { file: id };
            let Some(item) = store::lookup(tx, id)?.filter(|item| item.deleted_at.is_some()) else {
                return Err(missing);
            };
            let access = of_channel(access::writable(tx, item.channel), id)?;
            own(tx, &item, &access)?;
            let folder = item.folder.filter(|folder| above(tx, *folder).is_ok());
            let item = FileItem { folder, deleted_at: None, ..item };
            free(tx, &item, &item.name)?;
            store::update(tx, &item)?;
            let restored = change("file.restore", Subject::new("file", id), now);
            let after = json!({"channel": item.channel, "name": item.name});
            event_log::audit(tx, &changed(restored, None, Some(after)))?;
            Ok(item)
        };
        self.db.write(scope, restore).await
    }
}

/// A live file that the actor may read.
fn view(tx: &Tx<'_>, id: FileId) -> Result<FileView> {
    let item = store::lookup(tx, id)?.filter(|item| item.deleted_at.is_none());
    let item = item.ok_or(Error::FileNotFound { file: id })?;
    let access = of_channel(access::readable(tx, item.channel), id)?;
    let path = item.folder.map_or_else(|| Ok(Vec::new()), |folder| above(tx, folder));
    let path = path.map_err(|error| hidden(error, id))?;
    Ok(FileView { item, path, access })
}

/// A live file that the actor may rename, move and delete: makers their own, members all, guests no others'.
fn changeable(tx: &Tx<'_>, id: FileId) -> Result<FileItem> {
    let FileView { item, access, .. } = view(tx, id)?;
    if !access.rights.write {
        return Err(Error::ChannelArchived { channel: item.channel });
    }
    own(tx, &item, &access)?;
    Ok(item)
}

fn own(tx: &Tx<'_>, item: &FileItem, access: &ChannelAccess) -> Result<()> {
    let maker = item.created_by.is_some() && item.created_by == tx.scope().user();
    if maker || access.rights.connect || access.rights.moderate {
        Ok(())
    } else {
        Err(Error::RoleNeeded { needed: Role::Member })
    }
}

/// Hides a channel that the actor may not know of behind its file.
fn of_channel(access: Result<ChannelAccess>, file: FileId) -> Result<ChannelAccess> {
    access.map_err(|error| hidden(error, file))
}

fn hidden(error: Error, file: FileId) -> Error {
    match error {
        Error::ChannelNotFound { .. }
        | Error::NotTeamMember { .. }
        | Error::NotChannelMember { .. }
        | Error::FileNotFound { .. } => Error::FileNotFound { file },
        other => other,
    }
}

/// The identifier that items of a folder refer to; the folder lives in the channel.
fn parent(tx: &Tx<'_>, channel: ChannelId, folder: Option<FileId>) -> Result<FileId> {
    let Some(folder) = folder else { return Ok(channel.uuid().into()) };
    let found = store::lookup(tx, folder)?.filter(|item| item.channel == channel);
    if !found.is_some_and(|item| item.kind == FileKind::Folder) {
        return Err(Error::FileNotFound { file: folder });
    }
    above(tx, folder)?;
    Ok(folder)
}

/// The folder and those above it, the topmost first; all of them live.
fn above(tx: &Tx<'_>, folder: FileId) -> Result<Vec<(FileId, String)>> {
    let missing = || Error::FileNotFound { file: folder };
    let (mut path, mut next) = (Vec::new(), Some(folder));
    while let Some(id) = next {
        let item = store::lookup(tx, id)?.filter(|item| item.deleted_at.is_none());
        let item = item.ok_or_else(missing)?;
        path.push((id, item.name));
        next = item.folder;
        // A subtree that moved may be deeper than one may build.
        if path.len() > 4096 {
            return Err(missing());
        }
    }
    path.reverse();
    Ok(path)
}

fn depth(tx: &Tx<'_>, channel: ChannelId, parent: FileId) -> Result<u32> {
    let above = if parent.uuid() == channel.uuid() { Vec::new() } else { above(tx, parent)? };
    Ok(u32::try_from(above.len()).unwrap_or(u32::MAX))
}

/// Refuses a name that another item of the folder has.
fn free(tx: &Tx<'_>, item: &FileItem, name: &str) -> Result<()> {
    match store::find_by_name(tx, item.channel, item.folder, &names::key(name))? {
        Some(other) if other.id != item.id => Err(Error::NameTaken),
        _ => Ok(()),
    }
}

fn cursor(item: &FileItem) -> Cursor {
    Cursor::new(&format!("{}/{}", store::kind_name(&item.kind), names::key(&item.name)))
}

fn place(cursor: &Cursor) -> Result<(String, String)> {
    let key = cursor.key()?;
    let (kind, name) = key.split_once('/').ok_or(CursorError)?;
    Ok((kind.to_owned(), name.to_owned()))
}

/// The most folders in one another; our own choice.
const MAX_DEPTH: u32 = 32;
