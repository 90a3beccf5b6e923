//! Secrets sealed at rest, with a key from outside the database.
//!
//! Every value is encrypted with AES-256-GCM under a random data key of its own; the data key is wrapped by
//! the key-encryption key of the hub, which lives in a file (`seal.key`) or is given. The table, the column, the
//! tenant and the row are associated data, so that a sealed value that is copied to another place does
//! not open there. A new key is taken into use by putting it first in the file; old values open with the
//! others until [`Sealer::rewrap`] has wrapped them anew, which never touches the encrypted value itself. Which
//! values there are is told by the rooms, each with its list of [`SealedColumn`]s.
//!
//! It is not a store: who seals a value keeps the bytes.
//!
//! ```ignore
//! use kernel::{Ids, TenantId};
//! use liaison_seal::{Context, Key, Sealer};
//!
//! let ids = Ids::seeded(1);
//! let sealer = Sealer::new(vec![Key::generate(&ids)], ids.clone())?;
//! let place = Context::new("totp_secrets.secret", ids.fresh::<TenantId>(), ids.fresh());
//! let sealed = sealer.seal(&place, b"hunter2")?;
//! assert_eq!(sealer.open(&place, &sealed)?.expose(), b"hunter2");
//! # Ok::<(), liaison_seal::Error>(())
//! ```

mod column;
mod error;
mod file;
mod sealer;

pub use column::SealedColumn;
pub use error::Error;
pub use file::{KeyFile, KeyUse};
pub use sealer::{Context, Key, KeyId, Sealer};
