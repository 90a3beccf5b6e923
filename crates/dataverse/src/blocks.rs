//! Files in named blocks: `InitializeFileBlocksUpload`, `UploadBlock`, `CommitFileBlocksUpload`,
//! `InitializeFileBlocksDownload`, `DownloadBlock`, `DeleteFile` (Dataverse Web API, "Use file column data").

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::lock;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
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

/// Uploads and downloads under way, by the token that the client holds.
#[derive(Debug, Default)]
pub(crate) struct Tokens(Mutex<HashMap<Uuid, Held>>);

#[derive(Debug)]
struct Held {
    at: Timestamp,
    /// The user of the environment who began it.
    of: Uuid,
    token: Token,
}

#[derive(Debug, Clone)]
enum Token {
    Up(Arc<lock::Mutex<Upload>>),
    Down(Reference, String),
}

/// A file whose blocks come in any order; they are kept one behind the other as they come.
#[derive(Debug)]
struct Upload {
    file: Uuid,
    row: Reference,
    column: String,
    /// Bytes that the column holds.
    most: u64,
    /// Name, place and length.
    blocks: Vec<(String, u64, u64)>,
    end: u64,
    /// Whether the store took it for whole: it is as long as the column allows.
    whole: bool,
}

impl Tokens {
    /// Whoever begins many has the oldest of their own forgotten, so that nobody takes the room of others.
    fn insert(&self, id: Uuid, held: Held) -> Result<(), Fault> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = || known.iter().filter(|(_, one)| one.of == held.of);
        if own().count() >= OWN_TOKENS
            && let Some(oldest) = own().min_by_key(|(_, one)| one.at).map(|(id, _)| *id)
        {
            known.remove(&oldest);
        }
        if known.len() >= TOKENS {
            known.retain(|_, one| held.at.duration_since(one.at) < FORGOTTEN);
        }
        if known.len() >= TOKENS {
            let message = "Too many files are under way: try again later.";
            return Err(Fault::new(StatusCode::SERVICE_UNAVAILABLE, "0x80072322", message)
                .after(Duration::from_mins(1)));
        }
        known.insert(id, held);
        Ok(())
    }

    fn find(&self, token: Uuid) -> Option<Token> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&token).map(|held| held.token.clone())
    }

    fn remove(&self, token: Uuid) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&token);
    }
}

/// The row and the column of a body, with the bytes that the column holds.
fn target(call: &Call<'_>, body: &Map<String, Value>) -> Result<(Reference, String, u64), Fault> {
    let row = sharing::row(call, body, "Target")?;
    let name = text(body, "FileAttributeName")?;
    let column = call.model().table(&row.table).and_then(|table| table.column(name));
    match column.map(|column| &column.kind) {
        Some(ColumnKind::File { max_kb } | ColumnKind::Image { max_kb }) => {
            Ok((row, name.to_owned(), u64::from(*max_kb) * 1024))
        }
        _ => Err(Fault::argument(format!("The column '{name}' holds no file."))),
    }
}

fn hold(call: &Call<'_>, token: Token) -> Result<Uuid, Fault> {
    let id = call.inner.ids.fresh::<Uuid>();
    let held = Held { at: call.inner.clock.now(), of: call.session.user(), token };
    call.inner.blocks.insert(id, held)?;
    Ok(id)
}

async fn begin(call: &Call<'_>) -> Result<Reply, Fault> {
    let body = call.object()?;
    let (row, column, most) = target(call, &body)?;
    let name = files::tidy(text(&body, "FileName")?)?;
    let kind = "application/octet-stream".to_owned();
    let file = call.session.begin_upload(&row, &column, FileName { name, kind }, None).await?;
    let upload = Upload { file, row, column, most, blocks: Vec::new(), end: 0, whole: false };
    let token = hold(call, Token::Up(Arc::new(lock::Mutex::new(upload))))?;
    let body = json!({ "FileContinuationToken": token });
    Ok(complex(call, "InitializeFileBlocksUploadResponse", body))
}

async fn upload(call: &Call<'_>) -> Result<Reply, Fault> {
    let body = call.object()?;
    let (_, upload) = uploading(call, &body)?;
    let id = text(&body, "BlockId")?;
    if id.len() > ID_BYTES {
        return Err(Fault::argument(format!("A BlockId has at most {ID_BYTES} bytes.")));
    }
    let bytes = STANDARD
        .decode(text(&body, "BlockData")?)
        .map_err(|_base64| Fault::argument("The parameter 'BlockData' is no Base64."))?;
    let length = bytes.len() as u64;
    if length == 0 || length > files::BLOCK {
        let message = format!("A block has from 1 to {} bytes.", files::BLOCK);
        return Err(Fault::argument(message));
    }
    let mut upload = upload.lock().await;
    if upload.blocks.len() >= BLOCKS {
        return Err(Fault::argument(format!("A file has at most {BLOCKS} blocks.")));
    }
    let (file, at) = (upload.file, upload.end);
    let total = (at == 0).then_some(upload.most);
    upload.whole = call.session.upload_block(file, at, total, &bytes).await?;
    upload.end = at + length;
    // what is sent again replaces what came before
    upload.blocks.retain(|(known, ..)| known != id);
    upload.blocks.push((id.to_owned(), at, length));
    Ok(Reply::done())
}

async fn commit(call: &Call<'_>) -> Result<Reply, Fault> {
    let body = call.object()?;
    let (token, upload) = uploading(call, &body)?;
    let list = body.get("BlockList").and_then(Value::as_array);
    let list =
        list.ok_or_else(|| Fault::argument("The parameter 'BlockList' is missing, or no list."))?;
    let upload = upload.lock().await;
    let come = upload.blocks.iter().map(|(id, at, length)| (id.as_str(), (*at, *length)));
    let come: HashMap<_, _> = come.collect();
    let mut wanted = Vec::with_capacity(list.len().min(BLOCKS));
    for id in list {
        let found = id.as_str().and_then(|id| come.get(id));
        let missing = || Fault::argument(format!("The block {id} has not come."));
        wanted.push(*found.ok_or_else(missing)?);
    }
    let size: u64 = wanted.iter().map(|(_, length)| length).sum();
    let mut end = 0;
    let as_they_came = wanted.iter().all(|(at, length)| {
        let follows = *at == end;
        end += length;
        follows
    }) && end == upload.end;
    let name = match body.get("FileName").and_then(Value::as_str) {
        Some(name) => files::tidy(name)?,
        None => "file".to_owned(),
    };
    let kind = body.get("MimeType").and_then(Value::as_str).filter(|kind| kind.len() <= 100);
    let kind = kind.unwrap_or("application/octet-stream").to_owned();
    let named = FileName { name, kind };
    let file = if as_they_came && size > 0 {
        if !upload.whole {
            call.session.end_upload(upload.file, named).await?;
        }
        upload.file
    } else if upload.whole {
        return Err(Fault::argument("The blocks of a file of the largest size come in order."));
    } else {
        let (row, column) = (&upload.row, &upload.column);
        let file = call.session.begin_upload(row, column, named, Some(size)).await?;
        let mut start = 0;
        for (at, length) in wanted {
            let most = usize::try_from(length).unwrap_or(usize::MAX);
            let bytes = call.session.uploaded(upload.file, at, most).await?;
            call.session.upload_block(file, start, None, &bytes).await?;
            start += length;
        }
        call.session.abandon_upload(upload.file).await?;
        file
    };
    call.inner.blocks.remove(token);
    let body = json!({ "FileId": file, "FileSizeInBytes": size });
    Ok(complex(call, "CommitFileBlocksUploadResponse", body))
}

async fn open(call: &Call<'_>) -> Result<Reply, Fault> {
    let body = call.object()?;
    let (row, column, _) = target(call, &body)?;
    let found = call.session.download(&row, &column, 0, 1).await?;
    let found = found.ok_or_else(|| {
        Fault::missing("FileAttachment", &format!("the column '{column}' of this row"))
    })?;
    let token = hold(call, Token::Down(row, column))?;
    let body = json!({
        "FileContinuationToken": token,
        "FileSizeInBytes": found.size,
        "FileName": found.name,
        "IsChunkingSupported": true,
    });
    Ok(complex(call, "InitializeFileBlocksDownloadResponse", body))
}

async fn download(call: &Call<'_>) -> Result<Reply, Fault> {
    let body = call.object()?;
    let Some(Token::Down(row, column)) = token(call, &body)?.1 else { return Err(unknown()) };
    let number = |name: &str| body.get(name).and_then(Value::as_u64);
    let offset = number("Offset").unwrap_or_default();
    let length = number("BlockLength").unwrap_or(files::BLOCK).min(files::BLOCK);
    let most = usize::try_from(length).unwrap_or(usize::MAX);
    let found = call.session.download(&row, &column, offset, most).await?;
    let found = found.ok_or_else(unknown)?;
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

fn token(call: &Call<'_>, body: &Map<String, Value>) -> Result<(Uuid, Option<Token>), Fault> {
    let token = keys::guid(text(body, "FileContinuationToken")?).ok_or_else(unknown)?;
    Ok((token, call.inner.blocks.find(token)))
}

fn uploading(
    call: &Call<'_>,
    body: &Map<String, Value>,
) -> Result<(Uuid, Arc<lock::Mutex<Upload>>), Fault> {
    match token(call, body)? {
        (token, Some(Token::Up(upload))) => Ok((token, upload)),
        _ => Err(unknown()),
    }
}

fn unknown() -> Fault {
    Fault::argument("The FileContinuationToken is not known: begin again.")
}

/// Files under way that are remembered of one user and in all, and for how long where there are more; our own choice.
const OWN_TOKENS: usize = 100;
const TOKENS: usize = 10_000;
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);

/// Blocks of a file, and bytes of the name of one (Azure Blob Storage: 50,000 and 64).
const BLOCKS: usize = 50_000;
const ID_BYTES: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    fn held(of: u128, second: i64) -> Held {
        let at = Timestamp::from_second(second).unwrap();
        let row = Reference::id("annotation", Uuid::from_u128(1));
        Held { at, of: Uuid::from_u128(of), token: Token::Down(row, "body".to_owned()) }
    }

    #[test]
    fn whoever_begins_many_files_loses_their_own_first_and_nobody_elses() {
        let tokens = Tokens::default();
        let most = i64::try_from(OWN_TOKENS).unwrap();
        let id = |second: i64| Uuid::from_u128(u128::try_from(second + 10).unwrap());
        let other = Uuid::from_u128(5);
        assert!(tokens.insert(other, held(2, 0)).is_ok());
        for second in 0..=most {
            assert!(tokens.insert(id(second), held(1, second)).is_ok());
        }
        assert!(tokens.find(id(0)).is_none());
        assert!(tokens.find(id(1)).is_some() && tokens.find(id(most)).is_some());
        assert!(tokens.find(other).is_some());
    }
}
