//! Sealing and opening: what keeps health text unreadable wherever it rests.
//!
//! Every conversation and every record has a [`DataKey`] of its own. It is stored only wrapped under a [`MasterKey`],
//! whose id travels with it so that master keys can be rotated. What the data key seals is bound to the [`Place`] where
//! it is stored, so that a ciphertext can't be moved to another row. What must be found again without being readable
//! (addresses, tokens, codes) is stored as a keyed hash made by a [`LookupKey`].
//!
//! Start reading at `data_key`; `aead` has the one byte layout that everything sealed shares.
//!
//! This crate must stay pure: no network, database, clock or environment. It builds for the browser as well, and its
//! only input beside arguments is the system's randomness.

#![warn(missing_docs)]

mod aead;
mod associated;
mod data_key;
mod error;
mod lookup;
mod master;
mod random;

pub use associated::Place;
pub use data_key::{DataKey, wrapped_with};
pub use error::VaultError;
pub use lookup::LookupKey;
pub use master::{MasterKey, is_master_key_id};
pub use random::random_bytes;

/// Length of every secret key here, in bytes.
pub const KEY_BYTES: usize = 32;
