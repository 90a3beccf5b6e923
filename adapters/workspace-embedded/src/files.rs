//! Files: a library has no item of its own here, so its identifier is that of the channel, marked.

use bytes::Bytes;
use kernel::{ChannelId, Limit};
use tokio::io::AsyncReadExt as _;
use workspace::{FileItem, FileKind as Kind, OnConflict};
use workspace_port::{
    Conflict, Error, File, FileId, FileKind, FileVersion, MAX_UPLOAD, MOST, NewFile, Result,
};

use crate::{
    Embedded,
    port::{LONGEST, id},
    refusal::refusal,
};

/// Marks the library of a channel among identifiers of files.
const LIBRARY: &str = "library:";

impl Embedded {
    pub(crate) async fn folder_of(&self, channel: ChannelId) -> Result<File> {
        let access = self.workspace.channel(&self.scope, channel).await.map_err(refusal)?;
        // who may know of the channel and not read it has no library either
        self.workspace
            .files(&self.scope, (channel, None), None, Limit::default())
            .await
            .map_err(refusal)?;
        Ok(File {
            id: FileId(format!("{LIBRARY}{channel}")),
            name: access.channel.name,
            kind: FileKind::Folder,
            version: FileVersion(String::new()),
            changed_at: access.channel.created_at,
            address: self.page(&format!("channels/{channel}/files")),
        })
    }

    pub(crate) async fn children(&self, folder: &FileId) -> Result<Vec<File>> {
        let place = self.place(folder).await?;
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page =
                self.workspace.files(&self.scope, place, after, LONGEST).await.map_err(refusal)?;
            all.extend(page.items.into_iter().map(|item| self.file_of(item)));
            after = page.next;
            if after.is_none() || all.len() >= MOST {
                all.truncate(MOST);
                return Ok(all);
            }
        }
    }

    pub(crate) async fn item(&self, file: &FileId) -> Result<File> {
        if let Some(channel) = library(file) {
            return self.folder_of(channel?).await;
        }
        let view = self.workspace.file(&self.scope, id(&file.0)?).await.map_err(refusal)?;
        Ok(self.file_of(view.item))
    }

    pub(crate) async fn new_folder(&self, folder: &FileId, name: &str) -> Result<File> {
        let place = self.place(folder).await?;
        let made = self.workspace.create_folder(&self.scope, place, name).await;
        Ok(self.file_of(made.map_err(refusal)?))
    }

    pub(crate) async fn bring(&self, new: &NewFile) -> Result<File> {
        if new.bytes.len() > MAX_UPLOAD {
            return Err(Error::TooLarge);
        }
        let place = self.place(&new.folder).await?;
        let conflict = match new.conflict {
            Conflict::Refuse => OnConflict::Refuse,
            Conflict::Replace => OnConflict::Version,
            Conflict::Rename => OnConflict::Rename,
        };
        let begun = self.workspace.begin_upload(&self.scope, place, &new.name, conflict).await;
        let mut upload = begun.map_err(refusal)?;
        upload.write(&new.bytes).await.map_err(refusal)?;
        let item = self.workspace.finish_upload(&self.scope, upload).await.map_err(refusal)?;
        Ok(self.file_of(item))
    }

    pub(crate) async fn content(&self, file: &FileId) -> Result<Bytes> {
        let found =
            self.workspace.download(&self.scope, id(&file.0)?, None).await.map_err(refusal)?;
        let size = usize::try_from(found.version.size).unwrap_or(usize::MAX);
        if size > MAX_UPLOAD {
            return Err(Error::TooLarge);
        }
        let mut bytes = Vec::with_capacity(size);
        let mut source = found.open(0).await.map_err(refusal)?;
        let read = source.read_to_end(&mut bytes).await;
        read.map_err(|error| refusal(workspace::Error::Files(error)))?;
        Ok(bytes.into())
    }

    pub(crate) async fn rename_item(
        &self,
        file: &FileId,
        name: &str,
        expected: Option<&FileVersion>,
    ) -> Result<File> {
        let at = (id(&file.0)?, expected.map(|version| version.0.clone()));
        let renamed = self.workspace.rename_file_at(&self.scope, at, name).await;
        Ok(self.file_of(renamed.map_err(refusal)?))
    }

    pub(crate) async fn drop_item(
        &self,
        file: &FileId,
        expected: Option<&FileVersion>,
    ) -> Result<()> {
        let at = (id(&file.0)?, expected.map(|version| version.0.clone()));
        self.workspace.delete_file_at(&self.scope, at).await.map_err(refusal)
    }

    /// The channel and the folder in it.
    async fn place(&self, folder: &FileId) -> Result<(ChannelId, Option<kernel::FileId>)> {
        if let Some(channel) = library(folder) {
            return Ok((channel?, None));
        }
        let id = id(&folder.0)?;
        let view = self.workspace.file(&self.scope, id).await.map_err(refusal)?;
        Ok((view.item.channel, Some(id)))
    }

    fn file_of(&self, item: FileItem) -> File {
        let version = FileVersion(item.tag());
        let (kind, changed_at) = match &item.kind {
            Kind::Folder => (FileKind::Folder, item.created_at),
            Kind::File(version) => {
                let bytes = u64::try_from(version.size).unwrap_or_default();
                (FileKind::File { bytes }, version.created_at)
            }
        };
        File {
            id: FileId(item.id.to_string()),
            name: item.name,
            kind,
            version,
            changed_at,
            address: self.page(&format!("files/{}", item.id)),
        }
    }
}

fn library(file: &FileId) -> Option<Result<ChannelId>> {
    file.0.strip_prefix(LIBRARY).map(id)
}
