//! Associated data: what a ciphertext is bound to without containing it.

/// Where a sealed value is stored. It opens at this place and no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// Table that holds the value.
    pub table: &'a str,
    /// Column of that table.
    pub column: &'a str,
    /// Id of the row.
    pub row: &'a str,
}

/// One unambiguous byte string for a purpose and the fields that belong to it.
///
/// Every field is preceded by its length (64 bits, little-endian), so that `("ab", "c")` and `("a", "bc")` differ. The
/// purpose comes first, so that a wrapped key can never be taken for a sealed value.
pub(crate) fn encode(purpose: &str, version: u8, fields: &[&str]) -> Vec<u8> {
    let total = fields.iter().map(|field| field.len() + 8).sum::<usize>() + purpose.len() + 9;
    let mut bytes = Vec::with_capacity(total);
    push(&mut bytes, purpose.as_bytes());
    bytes.push(version);
    for field in fields {
        push(&mut bytes, field.as_bytes());
    }
    bytes
}

/// Appends one field with its length before it.
pub(crate) fn push(bytes: &mut Vec<u8>, field: &[u8]) {
    bytes.extend_from_slice(&(field.len() as u64).to_le_bytes());
    bytes.extend_from_slice(field);
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn the_same_letters_split_elsewhere_encode_differently() {
        assert_ne!(encode("p", 1, &["ab", "c"]), encode("p", 1, &["a", "bc"]));
        assert_ne!(encode("p", 1, &["ab", ""]), encode("p", 1, &["ab"]));
        assert_ne!(encode("pa", 1, &["b"]), encode("p", 1, &["ab"]));
    }

    #[test]
    fn purpose_and_version_are_bound() {
        assert_ne!(encode("seal", 1, &["a"]), encode("wrap", 1, &["a"]));
        assert_ne!(encode("seal", 1, &["a"]), encode("seal", 2, &["a"]));
    }
}
