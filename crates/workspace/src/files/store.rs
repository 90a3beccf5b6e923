//! Statements on files and their versions.

use db::{Result, Row, Tx, Value};
use kernel::{ChannelId, FileId};

use super::{FileItem, FileKind, FileVersion};
use crate::{Sha256, names};

/// The columns that [`read`] reads, before the rest of a statement.
macro_rules! select {
    ($($rest:literal)*) => {
        concat!(
            "SELECT f.id, f.channel_id, f.folder_id, f.name, f.kind, f.created_at, f.created_by, \
             f.deleted_at, v.number, v.sha256, v.size, v.content_type, v.created_at, v.created_by \
             FROM files f LEFT JOIN file_versions v ON v.tenant_id = f.tenant_id \
             AND v.file_id = f.id AND v.number = f.version ",
            $($rest),*
        )
    };
}

fn read(row: &Row) -> Result<FileItem> {
    let channel: ChannelId = row.id(1)?;
    let folder: FileId = row.id(2)?;
    let is_folder = row.parsed(4, |kind| match kind {
        "folder" => Some(true),
        "file" => Some(false),
        _ => None,
    })?;
    Ok(FileItem {
        id: row.id(0)?,
        channel,
        folder: (folder.uuid() != channel.uuid()).then_some(folder),
        name: row.get(3)?,
        kind: if is_folder { FileKind::Folder } else { FileKind::File(version_at(row, 8)?) },
        created_at: row.get(5)?,
        created_by: row.maybe_id(6)?,
        deleted_at: row.get(7)?,
    })
}

fn version_at(row: &Row, column: usize) -> Result<FileVersion> {
    let hash: Vec<u8> = row.get(column + 1)?;
    let wrong = db::Error::Inconsistent { column: column + 1, expected: "32 bytes" };
    Ok(FileVersion {
        number: row.get(column)?,
        sha256: Sha256::from_slice(&hash).ok_or(wrong)?,
        size: row.get(column + 2)?,
        content_type: row.get(column + 3)?,
        created_at: row.get(column + 4)?,
        created_by: row.maybe_id(column + 5)?,
    })
}

/// The name of a kind in the database.
pub(crate) const fn kind_name(kind: &FileKind) -> &'static str {
    match kind {
        FileKind::Folder => "folder",
        FileKind::File(_) => "file",
    }
}

fn parent(channel: ChannelId, folder: Option<FileId>) -> FileId {
    folder.unwrap_or_else(|| channel.uuid().into())
}

pub(crate) fn insert(tx: &Tx<'_>, item: &FileItem) -> Result<()> {
    const SQL: &str = "INSERT INTO files (tenant_id, id, channel_id, folder_id, kind, name, name_key, \
                       version, created_at, created_by, deleted_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let key = names::key(&item.name);
    let number = match &item.kind {
        FileKind::Folder => 0,
        FileKind::File(version) => version.number,
    };
    let params: [Value<'_>; 11] = [
        tx.tenant().into(),
        item.id.into(),
        item.channel.into(),
        parent(item.channel, item.folder).into(),
        kind_name(&item.kind).into(),
        (&item.name).into(),
        key.into(),
        number.into(),
        item.created_at.into(),
        item.created_by.into(),
        item.deleted_at.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

/// Keeps name, folder, state and the number of the latest version.
pub(crate) fn update(tx: &Tx<'_>, item: &FileItem) -> Result<()> {
    const SQL: &str = "UPDATE files SET folder_id = $3, name = $4, name_key = $5, deleted_at = $6, \
                       version = $7 WHERE tenant_id = $1 AND id = $2";
    let key = names::key(&item.name);
    let number = match &item.kind {
        FileKind::Folder => 0,
        FileKind::File(version) => version.number,
    };
    let params: [Value<'_>; 7] = [
        tx.tenant().into(),
        item.id.into(),
        parent(item.channel, item.folder).into(),
        (&item.name).into(),
        key.into(),
        item.deleted_at.into(),
        number.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

pub(crate) fn lookup(tx: &Tx<'_>, id: FileId) -> Result<Option<FileItem>> {
    const SQL: &str = select!("WHERE f.tenant_id = $1 AND f.id = $2");
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.map(|row| read(&row)).transpose()
}

/// The live item of a folder with that name.
pub(crate) fn find_by_name(
    tx: &Tx<'_>,
    channel: ChannelId,
    folder: Option<FileId>,
    key: &str,
) -> Result<Option<FileItem>> {
    const SQL: &str = select!(
        "WHERE f.tenant_id = $1 AND f.channel_id = $2 AND f.folder_id = $3 AND f.name_key = $4 "
        "AND f.deleted_at IS NULL"
    );
    let params = [tx.tenant().into(), channel.into(), parent(channel, folder).into(), key.into()];
    tx.first(SQL, &params)?.map(|row| read(&row)).transpose()
}

pub(super) fn page(
    tx: &Tx<'_>,
    channel: ChannelId,
    folder: FileId,
    (after, limit): (Option<&(String, String)>, i64),
) -> Result<Vec<FileItem>> {
    const SQL: &str = select!(
        "WHERE f.tenant_id = $1 AND f.channel_id = $2 AND f.folder_id = $3 AND f.deleted_at IS NULL "
        "AND (f.kind < $4 OR (f.kind = $4 AND f.name_key > $5)) "
        "ORDER BY f.kind DESC, f.name_key LIMIT $6"
    );
    let (kind, name) = after.map_or(("folder", ""), |(kind, name)| (kind, name));
    let params =
        [tx.tenant().into(), channel.into(), folder.into(), kind.into(), name.into(), limit.into()];
    tx.all(SQL, &params)?.iter().map(read).collect()
}

pub(super) fn deleted(tx: &Tx<'_>, channel: ChannelId) -> Result<Vec<FileItem>> {
    const SQL: &str = select!(
        "WHERE f.tenant_id = $1 AND f.channel_id = $2 AND f.deleted_at IS NOT NULL "
        "ORDER BY f.deleted_at DESC, f.id LIMIT 200"
    );
    tx.all(SQL, &[tx.tenant().into(), channel.into()])?.iter().map(read).collect()
}

pub(crate) fn insert_version(tx: &Tx<'_>, file: FileId, version: &FileVersion) -> Result<()> {
    const SQL: &str = "INSERT INTO file_versions (tenant_id, file_id, number, sha256, size, \
                       content_type, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let params: [Value<'_>; 8] = [
        tx.tenant().into(),
        file.into(),
        version.number.into(),
        (&version.sha256.0).into(),
        version.size.into(),
        (&version.content_type).into(),
        version.created_at.into(),
        version.created_by.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

pub(super) fn versions(tx: &Tx<'_>, file: FileId) -> Result<Vec<FileVersion>> {
    const SQL: &str = "SELECT number, sha256, size, content_type, created_at, created_by \
                       FROM file_versions WHERE tenant_id = $1 AND file_id = $2 \
                       ORDER BY number DESC LIMIT 1000";
    let rows = tx.all(SQL, &[tx.tenant().into(), file.into()])?;
    rows.iter().map(|row| version_at(row, 0)).collect()
}

pub(super) fn version(tx: &Tx<'_>, file: FileId, number: i64) -> Result<Option<FileVersion>> {
    const SQL: &str = "SELECT number, sha256, size, content_type, created_at, created_by \
                       FROM file_versions WHERE tenant_id = $1 AND file_id = $2 AND number = $3";
    let row = tx.first(SQL, &[tx.tenant().into(), file.into(), number.into()])?;
    row.map(|row| version_at(&row, 0)).transpose()
}

/// Deletes versions of a file up to a number; how many bytes they had together.
pub(crate) fn prune_versions(tx: &Tx<'_>, file: FileId, through: i64) -> Result<i64> {
    const SQL: &str = "DELETE FROM file_versions WHERE tenant_id = $1 AND file_id = $2 \
                       AND number <= $3 RETURNING size";
    let rows = tx.all(SQL, &[tx.tenant().into(), file.into(), through.into()])?;
    rows.iter().try_fold(0, |sum, row| Ok(sum + row.get::<i64>(0)?))
}

/// Adds to the bytes that the tenant's versions have together, and answers the sum.
pub(crate) fn add_usage(tx: &Tx<'_>, bytes: i64) -> Result<i64> {
    const SQL: &str = "INSERT INTO file_usage (tenant_id, bytes) VALUES ($1, $2) \
                       ON CONFLICT (tenant_id) DO UPDATE SET bytes = file_usage.bytes + excluded.bytes \
                       RETURNING bytes";
    let row = tx.first(SQL, &[tx.tenant().into(), bytes.into()])?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// Whether a version of a file or a mail refers to a content.
pub(crate) fn is_used(tx: &Tx<'_>, sha256: Sha256) -> Result<bool> {
    const FILE: &str =
        "SELECT number FROM file_versions WHERE tenant_id = $1 AND sha256 = $2 LIMIT 1";
    const MAIL: &str = "SELECT position FROM mails WHERE tenant_id = $1 AND sha256 = $2 LIMIT 1";
    let params = [tx.tenant().into(), (&sha256.0).into()];
    Ok(tx.first(FILE, &params)?.is_some() || tx.first(MAIL, &params)?.is_some())
}
