//! Files: items of the drive that is the library of a channel.

use bytes::Bytes;
use graph::Ask;
use http::{
    HeaderValue, Method,
    header::{CONTENT_TYPE, IF_MATCH},
};
use serde_json::{Value, json};
use workspace_port::{
    ChannelId, Conflict, Error, File, FileId, FileKind, FileVersion, MAX_UPLOAD, NewFile, Result,
};

use crate::{
    Seat, paths,
    refusal::{plain, reading},
    seat::{address, text, words},
};

/// What goes in one request; more goes in pieces. Graph takes up to 250 MB so: our choice.
const AT_ONCE: usize = 4 * 1024 * 1024;

impl Seat {
    pub(crate) async fn folder_of(&self, channel: &ChannelId) -> Result<File> {
        let path = format!("{}/filesFolder", paths::channel(channel));
        match self.read(&path).await {
            Ok(row) => file(&row),
            // Graph does not tell a channel that is not there from a folder that is being made.
            Err(Error::NotFound) => Err(match self.one_channel(channel).await {
                Ok(_) => Error::NotYet,
                Err(error) => error,
            }),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn children(&self, folder: &FileId) -> Result<Vec<File>> {
        let rows = self.list(&format!("{}/children?$top=200", paths::item(folder)?)).await?;
        let mut all: Vec<File> = rows.iter().map(file).collect::<Result<_>>()?;
        kernel::sort_by_key(&mut all, |file| {
            (file.kind != FileKind::Folder, file.name.to_lowercase())
        });
        Ok(all)
    }

    pub(crate) async fn item(&self, id: &FileId) -> Result<File> {
        file(&self.read(&paths::item(id)?).await?)
    }

    pub(crate) async fn new_folder(&self, folder: &FileId, name: &str) -> Result<File> {
        let body = json!({
            "name": name,
            "folder": {},
            "@microsoft.graph.conflictBehavior": "fail",
        });
        let path = format!("{}/children", paths::item(folder)?);
        let ask = Ask { method: Method::POST, path, body: Some(body), ..Ask::default() };
        file(&self.alter(folder, &ask).await?)
    }

    pub(crate) async fn bring(&self, new: &NewFile) -> Result<File> {
        if new.bytes.len() > MAX_UPLOAD {
            return Err(Error::TooLarge);
        }
        let behaviour = match new.conflict {
            Conflict::Refuse => "fail",
            Conflict::Replace => "replace",
            Conflict::Rename => "rename",
        };
        let place = format!("{}:/{}:", paths::item(&new.folder)?, paths::segment(&new.name));
        if new.bytes.len() <= AT_ONCE {
            let ask = Ask {
                method: Method::PUT,
                path: format!("{place}/content?@microsoft.graph.conflictBehavior={behaviour}"),
                bytes: Some(new.bytes.clone()),
                headers: vec![(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"))],
                ..Ask::default()
            };
            return file(&self.alter(&new.folder, &ask).await?);
        }
        let body = json!({"item": {
            "@microsoft.graph.conflictBehavior": behaviour,
            "name": new.name,
        }});
        let path = format!("{place}/createUploadSession");
        let ask = Ask { method: Method::POST, path, body: Some(body), ..Ask::default() };
        let session = self.alter(&new.folder, &ask).await?;
        file(&self.graph().upload(&session, &new.bytes).await.map_err(plain)?)
    }

    pub(crate) async fn content(&self, id: &FileId) -> Result<Bytes> {
        let path = format!("{}/content", paths::item(id)?);
        self.graph().download(self.caller(), &path, MAX_UPLOAD).await.map_err(reading)
    }

    pub(crate) async fn rename_item(
        &self,
        id: &FileId,
        name: &str,
        expected: Option<&FileVersion>,
    ) -> Result<File> {
        let ask = Ask {
            method: Method::PATCH,
            path: paths::item(id)?,
            body: Some(json!({"name": name})),
            headers: at_version(expected)?,
            ..Ask::default()
        };
        file(&self.alter(id, &ask).await?)
    }

    pub(crate) async fn drop_item(
        &self,
        id: &FileId,
        expected: Option<&FileVersion>,
    ) -> Result<()> {
        let ask = Ask {
            method: Method::DELETE,
            path: paths::item(id)?,
            headers: at_version(expected)?,
            ..Ask::default()
        };
        self.alter(id, &ask).await.map(drop)
    }

    /// Sends a change of something in a folder; a refusal is held against what of it the caller sees.
    async fn alter(&self, near: &FileId, ask: &Ask) -> Result<Value> {
        match self.ask(ask).await {
            Ok(answer) => Ok(answer.body),
            Err(Error::NotAllowed) => Err(match self.item(near).await {
                Ok(_) => Error::NotAllowed,
                Err(error) => error,
            }),
            Err(error) => Err(error),
        }
    }
}

fn at_version(expected: Option<&FileVersion>) -> Result<Vec<(http::HeaderName, HeaderValue)>> {
    let Some(version) = expected else { return Ok(Vec::new()) };
    let value = HeaderValue::try_from(&version.0).map_err(|_wrong| Error::Changed)?;
    Ok(vec![(IF_MATCH, value)])
}

fn file(row: &Value) -> Result<File> {
    let wrong = Error::Answer { reason: "a file is none" };
    let drive = row.get("parentReference").and_then(|parent| parent.get("driveId"));
    let Some(drive) = drive.and_then(Value::as_str) else { return Err(wrong) };
    let kind = if row.get("folder").is_some_and(|folder| !folder.is_null()) {
        FileKind::Folder
    } else {
        FileKind::File { bytes: row.get("size").and_then(Value::as_u64).unwrap_or_default() }
    };
    let changed = words(row, "lastModifiedDateTime");
    Ok(File {
        id: paths::file_id(drive, text(row, "id")?),
        name: words(row, "name"),
        kind,
        version: FileVersion(words(row, "eTag")),
        changed_at: changed.parse().map_err(|_wrong| wrong)?,
        address: address(row),
    })
}
