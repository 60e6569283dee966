//! Pictures: what they are checked for, and what is taken out of them.
//!
//! A picture tells where and when it was taken, with what, and what a program noted in it (EXIF, XMP, IPTC, comments). None
//! of that is kept, by copying only the parts that are needed to show it. What is shown stays byte for byte the same; which
//! side is up, where EXIF says so, is kept as the only thing it says.

use super::{Kind, Limits, Unreadable};

/// A picture without what it told beside itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What is kept.
    pub bytes: Vec<u8>,
    /// In pixels, as stored.
    pub width: u32,
    /// In pixels, as stored.
    pub height: u32,
}

/// Checks a picture and takes out what it tells beside itself.
///
/// # Errors
/// Where it is damaged, or too large.
pub fn clean(bytes: &[u8], kind: Kind, limits: &Limits) -> Result<Picture, Unreadable> {
    let cleaned = match kind {
        Kind::Png => png(bytes),
        Kind::Jpeg => jpeg(bytes),
        Kind::Webp => webp(bytes),
        _ => None,
    };
    let picture = cleaned.filter(|it| it.width > 0 && it.height > 0).ok_or_else(|| Unreadable::damaged(kind))?;
    let pixels = u64::from(picture.width) * u64::from(picture.height);
    if pixels > limits.pixels {
        return Err(Unreadable::Pixels { has: pixels / 1_000_000, most: limits.pixels / 1_000_000 });
    }
    Ok(picture)
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).map(|four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|two| u16::from_be_bytes([two[0], two[1]]))
}

/// Chunks that are needed to show a PNG.
const PNG_KEPT: [&[u8; 4]; 14] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs", b"acTL",
    b"fcTL", b"fdAT",
];

fn png(bytes: &[u8]) -> Option<Picture> {
    let mut kept = bytes.get(..8)?.to_vec();
    let (width, height) = (be32(bytes, 16)?, be32(bytes, 20)?);
    if bytes.get(12..16)? != b"IHDR" {
        return None;
    }
    let mut at = 8;
    loop {
        let length = usize::try_from(be32(bytes, at)?).ok()?;
        let name = bytes.get(at + 4..at + 8)?;
        let end = at.checked_add(12)?.checked_add(length)?;
        let chunk = bytes.get(at..end)?;
        if PNG_KEPT.iter().any(|kept| kept.as_slice() == name) {
            kept.extend_from_slice(chunk);
        }
        if name == b"IEND" {
            return Some(Picture { bytes: kept, width, height });
        }
        at = end;
    }
}

fn jpeg(bytes: &[u8]) -> Option<Picture> {
    let mut kept = vec![0xff, 0xd8];
    let mut size = None;
    let mut orientation = None;
    let mut at = 2;
    loop {
        // Any number of fill bytes may stand before a marker.
        while bytes.get(at) == Some(&0xff) && bytes.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let marker = *bytes.get(at + 1).filter(|_| bytes.get(at) == Some(&0xff))?;
        if matches!(marker, 0x01 | 0xd0..=0xd7) {
            kept.extend_from_slice(&bytes[at..at + 2]);
            at += 2;
            continue;
        }
        if marker == 0xd9 {
            kept.extend_from_slice(&[0xff, 0xd9]);
            break;
        }
        let length = usize::from(be16(bytes, at + 2)?);
        let end = at + 2 + length;
        let segment = bytes.get(at..end).filter(|_| length >= 2)?;
        match marker {
            // Frames, but not tables of Huffman codes, nor arithmetic conditions, nor an extension.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                size = Some((u32::from(be16(segment, 7)?), u32::from(be16(segment, 5)?)));
                kept.extend_from_slice(segment);
            }
            0xe1 => orientation = orientation.or_else(|| turned(segment.get(4..)?)),
            // The colours: a profile, and how Adobe mixes them.
            0xe0 | 0xee => kept.extend_from_slice(segment),
            0xe2 if segment.get(4..15) == Some(b"ICC_PROFILE") => kept.extend_from_slice(segment),
            0xe2..=0xef | 0xfe => {}
            0xda => {
                kept.extend_from_slice(segment);
                let scan = scan(bytes, end);
                kept.extend_from_slice(&bytes[end..scan]);
                at = scan;
                if at >= bytes.len() {
                    // Cut off: browsers show what there is.
                    break;
                }
                continue;
            }
            _ => kept.extend_from_slice(segment),
        }
        at = end;
    }
    let (width, height) = size?;
    if let Some(orientation) = orientation.filter(|side| (2..=8).contains(side)) {
        kept.splice(2..2, side_up(orientation));
    }
    Some(Picture { bytes: kept, width, height })
}

/// Where the packed picture that begins here ends: at the next marker that is no part of it.
fn scan(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while at + 1 < bytes.len() {
        if bytes[at] == 0xff && !matches!(bytes[at + 1], 0x00 | 0xff | 0xd0..=0xd7) {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

/// Which side is up, by EXIF.
fn turned(segment: &[u8]) -> Option<u16> {
    let tiff = segment.strip_prefix(b"Exif\0\0")?;
    let little = match tiff.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let number = |at: usize| {
        let two = tiff.get(at..at + 2)?;
        Some(if little { u16::from_le_bytes([two[0], two[1]]) } else { u16::from_be_bytes([two[0], two[1]]) })
    };
    let first = if little { le32(tiff, 4)? } else { be32(tiff, 4)? };
    let first = usize::try_from(first).ok()?;
    let entries = usize::from(number(first)?);
    (0..entries.min(512)).find_map(|entry| {
        let at = first.checked_add(2 + entry * 12)?;
        (number(at)? == 0x0112).then(|| number(at + 8))?
    })
}

/// A segment that says which side is up and nothing else.
fn side_up(orientation: u16) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    tiff.extend_from_slice(&orientation.to_be_bytes());
    tiff.extend_from_slice(&[0; 6]);
    let length = u16::try_from(2 + 6 + tiff.len()).expect("a few bytes");
    let mut segment = vec![0xff, 0xe1];
    segment.extend_from_slice(&length.to_be_bytes());
    segment.extend_from_slice(b"Exif\0\0");
    segment.extend_from_slice(&tiff);
    segment
}

fn webp(bytes: &[u8]) -> Option<Picture> {
    let declared = usize::try_from(le32(bytes, 4)?).ok()?;
    let all = bytes.get(..declared.checked_add(8)?.min(bytes.len()))?;
    let mut kept = b"RIFF\0\0\0\0WEBP".to_vec();
    let mut size = None;
    let mut at = 12;
    while at + 8 <= all.len() {
        let name = &all[at..at + 4];
        let length = usize::try_from(le32(all, at + 4)?).ok()?;
        let data = all.get(at + 8..at.checked_add(8)?.checked_add(length)?)?;
        if matches!(name, b"VP8 " | b"VP8L" | b"VP8X" | b"ALPH" | b"ANIM" | b"ANMF" | b"ICCP") {
            size = size.or_else(|| webp_size(name, data));
            kept.extend_from_slice(name);
            kept.extend_from_slice(&u32::try_from(length).ok()?.to_le_bytes());
            let from = kept.len();
            kept.extend_from_slice(data);
            if name == b"VP8X" {
                // It says no longer that there is EXIF and XMP.
                *kept.get_mut(from)? &= !0b0000_1100;
            }
            if length % 2 == 1 {
                kept.push(0);
            }
        }
        at = at + 8 + length + length % 2;
    }
    let (width, height) = size?;
    let length = u32::try_from(kept.len() - 8).ok()?;
    kept[4..8].copy_from_slice(&length.to_le_bytes());
    Some(Picture { bytes: kept, width, height })
}

fn webp_size(name: &[u8], data: &[u8]) -> Option<(u32, u32)> {
    let le24 = |at: usize| data.get(at..at + 3).map(|it| u32::from_le_bytes([it[0], it[1], it[2], 0]));
    let le16 = |at: usize| data.get(at..at + 2).map(|it| u32::from(u16::from_le_bytes([it[0], it[1]])));
    match name {
        b"VP8X" => Some((le24(4)? + 1, le24(7)? + 1)),
        b"VP8 " if data.get(3..6)? == b"\x9d\x01\x2a" => Some((le16(6)? & 0x3fff, le16(8)? & 0x3fff)),
        b"VP8L" if data.first() == Some(&0x2f) => {
            let bits = le32(data, 1)?;
            Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        _ => None,
    }
}
