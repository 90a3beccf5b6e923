//! Files in named blocks: `InitializeFileBlocksUpload`, `UploadBlock`, `CommitFileBlocksUpload`,
//! `InitializeFileBlocksDownload`, `DownloadBlock`, `DeleteFile` (Dataverse Web API, "Use file column data").
//!
//! The token that a client goes on with is the file itself, so that any node can be asked next.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use records::{FileName, Reference};
use serde_json::{Map, Value, json};
use tables::ColumnKind;
use uuid::Uuid;

use crate::{call::Call, fault::Fault, files, functions::complex, keys, reply::Reply, sharing};

/// Answers one of these actions; none for others.
pub(crate) async fn answer(call: &Call<'_>, name: &str) -> Option<Result<Reply, Fault>> {
    Some(match name {
        "InitializeFileBlocksUpload" => begin(call).await,
        "UploadBlock" => upload(call).await,
        "CommitFileBlocksUpload" => commit(call).await,
        "InitializeFileBlocksDownload" => open(call).await,
        "DownloadBlock" => download(call).await,
        "DeleteFile" => delete(call).await,
        _ => return None,
    })
}

/// The row and the column of a body.
fn target(call: &Call<'_>, body: &Map<String, Value>) -> Result<(Reference, String), Fault> {
    let row = sharing::row(call, body, "Target")?;
    let name = text(body, "FileAttributeName")?;
    let column = call.model().table(&row.table).and_then(|table| table.column(name));
    match column.map(|column| &column.kind) {
        Some(ColumnKind::File { .. } | ColumnKind::Image { .. }) => Ok((row, name.to_owned())),
        _ => Err(Fault::argument(format!("The column '{name}' holds no file."))),
    }
}

async fn begin(call: &Call<'_>) -> Result<Reply, Fault> {
    let body = call.object()?;
    let (row, column) = target(call, &body)?;
    let name = files::tidy(text(&body, "FileName")?)?;
    let kind = KIND.to_owned();
    let token = call.session.begin_upload(&row, &column, FileName { name, kind }, None).await?;
    let body = json!({ "FileContinuationToken": token });
    Ok(complex(call, "InitializeFileBlocksUploadResponse", body))
}

async fn upload(call: &Call<'_>) -> Result<Reply, Fault> {
    let body = call.object()?;
    let (token, _) = uploading(call, &body).await?;
    let id = text(&body, "BlockId")?;
    if id.is_empty() || id.len() > ID_BYTES {
        return Err(Fault::argument(format!("A BlockId has from 1 to {ID_BYTES} bytes.")));
    }
    let bytes = STANDARD
        .decode(text(&body, "BlockData")?)
        .map_err(|_base64| Fault::argument("The parameter 'BlockData' is no Base64."))?;
    let length = bytes.len() as u64;
    if length == 0 || length > files::BLOCK {
        let message = format!("A block has from 1 to {} bytes.", files::BLOCK);
        return Err(Fault::argument(message));
    }
    call.session.add_block(token, id, &bytes).await?;
    Ok(Reply::done())
}

async fn commit(call: &Call<'_>) -> Result<Reply, Fault> {
    let body = call.object()?;
    let (token, begun) = uploading(call, &body).await?;
    let list = body.get("BlockList").and_then(Value::as_array);
    let list =
        list.ok_or_else(|| Fault::argument("The parameter 'BlockList' is missing, or no list."))?;
    if list.len() > BLOCKS {
        return Err(Fault::argument(format!("A file has at most {BLOCKS} blocks.")));
    }
    let named = |id: &Value| {
        let missing = || Fault::argument(format!("The block {id} has not come."));
        id.as_str().map(str::to_owned).ok_or_else(missing)
    };
    let blocks = list.iter().map(named).collect::<Result<Vec<_>, _>>()?;
    let name = match body.get("FileName").and_then(Value::as_str) {
        Some(name) => files::tidy(name)?,
        None => begun.name,
    };
    let kind = body.get("MimeType").and_then(Value::as_str).filter(|kind| kind.len() <= 100);
    let kind = kind.unwrap_or(KIND).to_owned();
    let size = call.session.commit_blocks(token, &blocks, FileName { name, kind }).await?;
    let body = json!({ "FileId": token, "FileSizeInBytes": size });
    Ok(complex(call, "CommitFileBlocksUploadResponse", body))
}

async fn open(call: &Call<'_>) -> Result<Reply, Fault> {
    let body = call.object()?;
    let (row, column) = target(call, &body)?;
    let found = call.session.download(&row, &column, 0, 1).await?;
    let found = found.ok_or_else(|| {
        Fault::missing("FileAttachment", &format!("the column '{column}' of this row"))
    })?;
    let body = json!({
        "FileContinuationToken": found.id,
        "FileSizeInBytes": found.size,
        "FileName": found.name,
        "IsChunkingSupported": true,
    });
    Ok(complex(call, "InitializeFileBlocksDownloadResponse", body))
}

async fn download(call: &Call<'_>) -> Result<Reply, Fault> {
    let body = call.object()?;
    let token = token(&body)?;
    let number = |name: &str| body.get(name).and_then(Value::as_u64);
    let offset = number("Offset").unwrap_or_default();
    let length = number("BlockLength").unwrap_or(files::BLOCK).min(files::BLOCK);
    let most = usize::try_from(length).unwrap_or(usize::MAX);
    let (row, column) = call.session.place_of_file(token).await?.ok_or_else(unknown)?;
    let found = call.session.download(&row, &column, offset, most).await?;
    // the column may hold another file by now: parts of two are none
    let found = found.filter(|found| found.id == token).ok_or_else(unknown)?;
    let body = json!({ "Data": STANDARD.encode(&found.bytes) });
    Ok(complex(call, "DownloadBlockResponse", body))
}

async fn delete(call: &Call<'_>) -> Result<Reply, Fault> {
    let body = call.object()?;
    let id = body.get("FileId").and_then(Value::as_str).and_then(keys::guid);
    let id = id.ok_or_else(|| Fault::argument("The parameter 'FileId' must be a GUID."))?;
    let place = call.session.place_of_file(id).await?;
    let (row, column) =
        place.ok_or_else(|| Fault::missing("FileAttachment", &format!("Id = {id}")))?;
    call.session.clear_file(&row, &column).await?;
    Ok(Reply::done())
}

fn text<'b>(body: &'b Map<String, Value>, name: &str) -> Result<&'b str, Fault> {
    let text = body.get(name).and_then(Value::as_str);
    text.ok_or_else(|| Fault::argument(format!("The parameter '{name}' is missing.")))
}

fn token(body: &Map<String, Value>) -> Result<Uuid, Fault> {
    keys::guid(text(body, "FileContinuationToken")?).ok_or_else(unknown)
}

/// The file under way that a body names, and what it is called.
async fn uploading(call: &Call<'_>, body: &Map<String, Value>) -> Result<(Uuid, FileName), Fault> {
    let token = token(body)?;
    let found = call.session.under_way(token).await?.ok_or_else(unknown)?;
    Ok((token, found.name))
}

fn unknown() -> Fault {
    Fault::argument("The FileContinuationToken is not known: begin again.")
}

const KIND: &str = "application/octet-stream";

/// Blocks of a file, and bytes of the name of one (Azure Blob Storage: 50,000 and 64).
const BLOCKS: usize = 50_000;
const ID_BYTES: usize = 128;
