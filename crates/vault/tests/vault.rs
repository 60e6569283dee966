//! What sealing promises, through the public interface.

use std::collections::HashSet;

use proptest::prelude::*;
use vault::{DataKey, MasterKey, Place, VaultError, wrapped_with};

const PLACE: Place<'static> = Place { table: "messages", column: "body", row: "msg_1" };
const TEXT: &[u8] = "I have had a headache for three days. ❤".as_bytes();

fn master() -> MasterKey {
    MasterKey::new("main-1", [7; 32])
}

#[test]
fn sealed_text_opens_at_its_place() {
    let key = DataKey::generate().unwrap();
    let sealed = key.seal(PLACE, TEXT).unwrap();
    assert_eq!(key.open(PLACE, &sealed).unwrap().as_slice(), TEXT);
    assert!(!sealed.windows(8).any(|window| window == &TEXT[..8]));
}

#[test]
fn empty_text_can_be_sealed() {
    let key = DataKey::generate().unwrap();
    assert!(key.open(PLACE, &key.seal(PLACE, b"").unwrap()).unwrap().is_empty());
}

#[test]
fn every_flipped_bit_is_refused() {
    let key = DataKey::generate().unwrap();
    let sealed = key.seal(PLACE, TEXT).unwrap();
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(key.open(PLACE, &changed).is_err(), "bit {bit}");
    }
}

#[test]
fn every_flipped_bit_of_a_wrapped_key_is_refused() {
    let wrapped = DataKey::generate().unwrap().wrap(&master(), "conv_1").unwrap();
    for bit in 0..wrapped.len() * 8 {
        let mut changed = wrapped.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(DataKey::unwrap(&changed, &master(), "conv_1").is_err(), "bit {bit}");
    }
}

#[test]
fn every_truncation_and_extension_is_refused() {
    let key = DataKey::generate().unwrap();
    let sealed = key.seal(PLACE, TEXT).unwrap();
    let wrapped = key.wrap(&master(), "conv_1").unwrap();
    for length in 0..sealed.len() {
        assert!(key.open(PLACE, &sealed[..length]).is_err(), "{length}");
    }
    for length in 0..wrapped.len() {
        assert!(DataKey::unwrap(&wrapped[..length], &master(), "conv_1").is_err(), "{length}");
        assert_eq!(wrapped_with(&wrapped[..length]), None, "{length}");
    }
    assert!(key.open(PLACE, &[&sealed[..], &[0]].concat()).is_err());
    assert!(DataKey::unwrap(&[&wrapped[..], &[0]].concat(), &master(), "conv_1").is_err());
}

#[test]
fn text_moved_to_another_place_is_refused() {
    let key = DataKey::generate().unwrap();
    let sealed = key.seal(PLACE, TEXT).unwrap();
    for elsewhere in [
        Place { row: "msg_2", ..PLACE },
        Place { column: "title", ..PLACE },
        Place { table: "records", ..PLACE },
        Place { table: "messagesbody", column: "", row: "msg_1" },
    ] {
        assert_eq!(key.open(elsewhere, &sealed).unwrap_err(), VaultError::Opened);
    }
}

#[test]
fn another_data_key_does_not_open() {
    let sealed = DataKey::generate().unwrap().seal(PLACE, TEXT).unwrap();
    assert_eq!(DataKey::generate().unwrap().open(PLACE, &sealed).unwrap_err(), VaultError::Opened);
}

#[test]
fn a_wrapped_key_opens_what_the_key_sealed() {
    let key = DataKey::generate().unwrap();
    let sealed = key.seal(PLACE, TEXT).unwrap();
    let wrapped = key.wrap(&master(), "conv_1").unwrap();
    assert_eq!(wrapped_with(&wrapped), Some("main-1"));
    let again = DataKey::unwrap(&wrapped, &master(), "conv_1").unwrap();
    assert_eq!(again.open(PLACE, &sealed).unwrap().as_slice(), TEXT);
}

#[test]
fn a_wrapped_key_belongs_to_one_scope() {
    let wrapped = DataKey::generate().unwrap().wrap(&master(), "conv_1").unwrap();
    assert_eq!(DataKey::unwrap(&wrapped, &master(), "conv_2").unwrap_err(), VaultError::Opened);
}

#[test]
fn a_foreign_master_key_is_named() {
    let wrapped = DataKey::generate().unwrap().wrap(&master(), "conv_1").unwrap();
    let rotated = MasterKey::new("main-2", [7; 32]);
    let same_name = MasterKey::new("main-1", [8; 32]);
    assert_eq!(
        DataKey::unwrap(&wrapped, &rotated, "conv_1").unwrap_err(),
        VaultError::UnknownKey { id: "main-1".to_owned() }
    );
    assert_eq!(DataKey::unwrap(&wrapped, &same_name, "conv_1").unwrap_err(), VaultError::Opened);
}

#[test]
fn a_wrapped_key_cannot_pass_for_sealed_text_nor_the_reverse() {
    let key = DataKey::generate().unwrap();
    assert!(key.open(PLACE, &key.wrap(&master(), "conv_1").unwrap()).is_err());
    assert_eq!(wrapped_with(&key.seal(PLACE, TEXT).unwrap()), None);
}

#[test]
fn a_master_key_with_a_bad_id_wraps_nothing() {
    let bad = MasterKey::new("Not An Id", [7; 32]);
    assert_eq!(DataKey::generate().unwrap().wrap(&bad, "conv_1").unwrap_err(), VaultError::Format);
}

#[test]
fn nonces_differ() {
    let key = DataKey::generate().unwrap();
    let nonces: HashSet<_> = (0..1_000).map(|_| key.seal(PLACE, TEXT).unwrap()[1..25].to_vec()).collect();
    assert_eq!(nonces.len(), 1_000);
}

proptest! {
    #[test]
    fn whatever_is_sealed_comes_back(
        text in proptest::collection::vec(any::<u8>(), 0..2_000), table in ".*", column in ".*", row in ".*",
    ) {
        let key = DataKey::generate().unwrap();
        let place = Place { table: &table, column: &column, row: &row };
        let sealed = key.seal(place, &text).unwrap();
        prop_assert_eq!(sealed.len(), text.len() + 41);
        let opened = key.open(place, &sealed).unwrap();
        prop_assert_eq!(opened.as_slice(), text.as_slice());
    }

    #[test]
    fn two_different_places_never_share_a_ciphertext(a in ("\\PC*", "\\PC*", "\\PC*"), b in ("\\PC*", "\\PC*", "\\PC*")) {
        prop_assume!(a != b);
        let key = DataKey::generate().unwrap();
        let sealed = key.seal(Place { table: &a.0, column: &a.1, row: &a.2 }, TEXT).unwrap();
        let elsewhere = Place { table: &b.0, column: &b.1, row: &b.2 };
        prop_assert!(key.open(elsewhere, &sealed).is_err());
    }

    #[test]
    fn arbitrary_bytes_never_open_and_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(DataKey::generate().unwrap().open(PLACE, &bytes).is_err());
        prop_assert!(DataKey::unwrap(&bytes, &master(), "conv_1").is_err());
        let _ = wrapped_with(&bytes);
    }
}
