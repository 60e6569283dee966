//! The version of the tables: a digest of their text, so that it changes when they do and needs no care.

use std::sync::LazyLock;

use super::{formulary, tables};

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let texts = formulary::texts().chain([
        tables::interactions::TEXT,
        tables::disease::TEXT,
        tables::allergies::TEXT,
        tables::conditions::TEXT,
        tables::treatments::TEXT,
    ]);
    // FNV-1a, 64 bits: not secret, only different for different text.
    let digest = texts
        .flat_map(str::bytes)
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("rx-{digest:016x}")
});

/// Version of the prescription tables, such as `rx-0123456789abcdef`.
pub fn data_version() -> &'static str {
    &VERSION
}
