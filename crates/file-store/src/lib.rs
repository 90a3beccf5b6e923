//! Where bytes live: a folder, each content once under its SHA-256, tenants apart.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;
use kernel::{Ids, TenantId};
use tokio::{
    fs::{self, File},
    io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _},
    sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock},
};
use uuid::Uuid;

/// SHA-256 of a content; its name in the store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(pub [u8; 32]);

impl Sha256 {
    /// Reads 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

/// A folder of contents; cheap to clone.
#[derive(Debug, Clone)]
pub struct FileStore(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    ids: Ids,
    /// Read by who keeps a content until its row is committed, written by who removes orphans.
    keeping: Arc<RwLock<()>>,
}

/// A content on its way in. Dropped before [`Incoming::keep`], it leaves nothing behind.
pub struct Incoming {
    store: FileStore,
    tenant: TenantId,
    path: Scratch,
    file: File,
    hash: Context,
    size: u64,
    limit: u64,
    head: Vec<u8>,
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming").field("size", &self.size).finish_non_exhaustive()
    }
}

/// A content that is kept. As long as this value lives, no sweep takes the content for an orphan:
/// hold it until the row that names it is committed.
#[derive(Debug)]
pub struct Kept {
    /// Its name.
    pub sha256: Sha256,
    /// Its length in bytes.
    pub size: u64,
    /// Its first bytes, at most [`HEAD`], to tell its type from.
    pub head: Vec<u8>,
    _guard: OwnedRwLockReadGuard<()>,
}

/// Bytes at the start of a content that tell its type.
pub const HEAD: usize = 512;

impl FileStore {
    /// The store in `folder`, which is made when it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let folder = folder.to_path_buf();
        std::fs::create_dir_all(folder.join(SCRATCH))?;
        let keeping = Arc::new(RwLock::new(()));
        Ok(Self(Arc::new(Inner { folder, ids: Ids::system(), keeping })))
    }

    /// Begins to take a content of at most `limit` bytes.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn begin(&self, tenant: TenantId, limit: u64) -> io::Result<Incoming> {
        let name = self.0.ids.fresh::<Uuid>().to_string();
        let path = self.0.folder.join(SCRATCH).join(name);
        let file = File::options().write(true).create_new(true).open(&path).await?;
        Ok(Incoming {
            store: self.clone(),
            tenant,
            path: Scratch(path),
            file,
            hash: Context::new(&SHA256),
            size: 0,
            limit,
            head: Vec::new(),
        })
    }

    /// Opens a content, from byte `start` on.
    ///
    /// # Errors
    /// When it is not there or the disk refuses.
    pub async fn read(&self, tenant: TenantId, sha256: Sha256, start: u64) -> io::Result<File> {
        let mut file = File::open(self.path(tenant, sha256)).await?;
        if start > 0 {
            file.seek(io::SeekFrom::Start(start)).await?;
        }
        Ok(file)
    }

    /// Reads a whole content of at most `limit` bytes.
    ///
    /// # Errors
    /// As [`FileStore::read`].
    pub async fn read_all(
        &self,
        tenant: TenantId,
        sha256: Sha256,
        limit: u64,
    ) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.read(tenant, sha256, 0).await?.take(limit).read_to_end(&mut bytes).await?;
        Ok(bytes)
    }

    /// Forgets a content; it is no failure when it is not there.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn remove(&self, tenant: TenantId, sha256: Sha256) -> io::Result<()> {
        match fs::remove_file(self.path(tenant, sha256)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Keeps everyone from keeping contents while orphans are told from them.
    pub async fn pause(&self) -> OwnedRwLockWriteGuard<()> {
        Arc::clone(&self.0.keeping).write_owned().await
    }

    /// Contents of a tenant that nobody touched since `before`, for the sweep of orphans.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn idle(&self, tenant: TenantId, before: jiff::Timestamp) -> io::Result<Vec<Sha256>> {
        let folder = self.0.folder.join(tenant.to_string());
        let found = tokio::task::spawn_blocking(move || idle(&folder, before));
        found.await.map_err(io::Error::other)?
    }

    /// Removes what was on its way in when the hub was killed, if nobody touched it since `before`.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn clear_scratch(&self, before: jiff::Timestamp) -> io::Result<()> {
        let folder = self.0.folder.join(SCRATCH);
        let clear = move || {
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                let touched = jiff::Timestamp::try_from(entry.metadata()?.modified()?);
                if touched.is_ok_and(|touched| touched < before) {
                    std::fs::remove_file(entry.path())?;
                }
            }
            Ok(())
        };
        tokio::task::spawn_blocking(clear).await.map_err(io::Error::other)?
    }

    /// Whether nobody touched a content since `before`.
    ///
    /// # Errors
    /// When the disk does not answer.
    pub async fn is_idle(
        &self,
        tenant: TenantId,
        sha256: Sha256,
        before: jiff::Timestamp,
    ) -> io::Result<bool> {
        let metadata = match fs::metadata(self.path(tenant, sha256)).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            other => other?,
        };
        let touched = jiff::Timestamp::try_from(metadata.modified()?);
        Ok(touched.is_ok_and(|touched| touched < before))
    }

    fn path(&self, tenant: TenantId, sha256: Sha256) -> PathBuf {
        let name = sha256.to_string();
        let first: String = name.chars().take(2).collect();
        self.0.folder.join(tenant.to_string()).join(first).join(name)
    }
}

impl Incoming {
    /// Adds bytes; `false` when they go over the limit, and then nothing more is taken.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn write(&mut self, bytes: &Bytes) -> io::Result<bool> {
        let size = self.size.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if size > self.limit {
            self.limit = 0;
            return Ok(false);
        }
        self.size = size;
        let missing = HEAD.saturating_sub(self.head.len());
        self.head.extend(bytes.iter().take(missing));
        self.hash.update(bytes);
        self.file.write_all(bytes).await?;
        Ok(true)
    }

    /// Puts the content where it belongs; it is on disk when this returns.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn keep(mut self) -> io::Result<Kept> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        let digest = self.hash.clone().finish();
        let sha256 = Sha256::from_slice(digest.as_ref()).ok_or(io::ErrorKind::InvalidData)?;
        let guard = Arc::clone(&self.store.0.keeping).read_owned().await;
        let target = self.store.path(self.tenant, sha256);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).await?;
        }
        // Also when it is there already: the newer one is touched last, so that no sweep takes it.
        fs::rename(&self.path.0, &target).await?;
        if let Some(folder) = target.parent() {
            File::open(folder).await?.sync_all().await?;
        }
        let head = std::mem::take(&mut self.head);
        Ok(Kept { sha256, size: self.size, head, _guard: guard })
    }
}

/// A path whose file goes when this does.
#[derive(Debug)]
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        // After a rename there is nothing left to remove.
        drop(std::fs::remove_file(&self.0));
    }
}

fn idle(folder: &Path, before: jiff::Timestamp) -> io::Result<Vec<Sha256>> {
    let mut found = Vec::new();
    let shelves = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        other => other?,
    };
    for shelf in shelves {
        for entry in std::fs::read_dir(shelf?.path())? {
            let entry = entry?;
            let touched = jiff::Timestamp::try_from(entry.metadata()?.modified()?);
            let name = entry.file_name().to_string_lossy().into_owned();
            if let (Ok(touched), Some(sha256)) = (touched, parse(&name))
                && touched < before
            {
                found.push(sha256);
            }
        }
    }
    Ok(found)
}

fn parse(name: &str) -> Option<Sha256> {
    let mut bytes = [0_u8; 32];
    if name.len() != 64 {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(name.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(Sha256(bytes))
}

/// The folder of contents on their way in.
const SCRATCH: &str = "incoming";
