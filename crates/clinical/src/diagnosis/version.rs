//! The version of the tables: a digest of their text, so that it changes when they do and needs no care.

use std::sync::LazyLock;

use super::{knowledge, urgency};
use crate::findings;

static VERSION: LazyLock<String> = LazyLock::new(|| {
    // FNV-1a, 64 bits: not secret, only different for different text.
    let digest = findings::texts()
        .chain(knowledge::texts())
        .chain([urgency::TEXT])
        .flat_map(str::bytes)
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("dx-{digest:016x}")
});

/// Version of the tables of findings, conditions and red flags, such as `dx-0123456789abcdef`.
pub fn data_version() -> &'static str {
    &VERSION
}
