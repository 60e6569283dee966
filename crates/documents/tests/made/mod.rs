//! Files for tests, made here: nothing of a person is in any of them.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

/// A line of a page: where from the foot, how large, and what.
pub(crate) type PdfLine<'a> = (u32, u32, &'a str);

/// A PDF of these pages, packed or not.
pub(crate) fn pdf(pages: &[Vec<PdfLine<'_>>], packed: bool) -> Vec<u8> {
    let contents = pages.iter().map(|lines| {
        lines.iter().fold(String::new(), |mut content, (y, size, text)| {
            let text = text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
            writeln!(content, "BT /F1 {size} Tf 72 {y} Td ({text}) Tj ET").expect("a text takes everything");
            content
        })
    });
    pdf_of(&contents.map(String::into_bytes).collect::<Vec<_>>(), packed)
}

/// A PDF of pages that say this.
pub(crate) fn pdf_of(contents: &[Vec<u8>], packed: bool) -> Vec<u8> {
    let count = contents.len();
    let kids = (0..count).map(|page| format!("{} 0 R", 4 + page * 2)).collect::<Vec<_>>().join(" ");
    let mut objects: Vec<Vec<u8>> = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {count} >>").into_bytes(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ];
    for (page, content) in contents.iter().enumerate() {
        objects.push(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R /Resources << /Font << /F1 3 0 R \
                 >> >> >>",
                5 + page * 2
            )
            .into_bytes(),
        );
        objects.push(stream(content, packed));
    }
    written(&objects, "")
}

/// A stream of a PDF.
pub(crate) fn stream(content: &[u8], packed: bool) -> Vec<u8> {
    let (content, filter) = if packed { (deflated(content), " /Filter /FlateDecode") } else { (content.to_vec(), "") };
    let mut object = format!("<< /Length {}{filter} >>\nstream\n", content.len()).into_bytes();
    object.extend_from_slice(&content);
    object.extend_from_slice(b"\nendstream");
    object
}

/// Objects as a PDF; `trailer` is added to its last dictionary.
pub(crate) fn written(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n", number + 1).as_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let start = file.len();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        writeln!(table, "{place:010} 00000 n ").expect("a text takes everything");
    }
    write!(table, "trailer\n<< /Size {} /Root 1 0 R {trailer}>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1)
        .expect("a text takes everything");
    file.extend_from_slice(table.as_bytes());
    file
}

/// Packed as PDF packs.
pub(crate) fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}

/// A Word document with this as its body.
pub(crate) fn docx(body: &str) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    );
    zip_of(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", document.as_bytes())])
}

/// A paragraph of a Word document, in a style.
pub(crate) fn paragraph(style: &str, text: &str) -> String {
    let style = if style.is_empty() { String::new() } else { format!("<w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>") };
    format!("<w:p>{style}<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

/// A ZIP archive.
pub(crate) fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, content) in files {
        archive.start_file(*name, options).expect("a name");
        archive.write_all(content).expect("memory takes everything");
    }
    archive.finish().expect("memory takes everything").into_inner()
}

/// A PNG of one pixel, with a text in it.
pub(crate) fn png() -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |name: &[u8; 4], data: &[u8]| {
        file.extend_from_slice(&u32::try_from(data.len()).expect("short").to_be_bytes());
        let mut crc = flate2::Crc::new();
        crc.update(name);
        crc.update(data);
        file.extend_from_slice(name);
        file.extend_from_slice(data);
        file.extend_from_slice(&crc.sum().to_be_bytes());
    };
    chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
    chunk(b"tEXt", b"Comment\0taken at home");
    chunk(b"IDAT", &deflated(&[0, 200, 30, 30]));
    chunk(b"IEND", &[]);
    file
}

/// A JPEG that says where it was taken, which side is up, and a comment. Its picture is two bytes of nothing.
pub(crate) fn jpeg() -> Vec<u8> {
    let mut file = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec();
    let exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\x25\x88\x04\0\x01\0\0\0\x26\0\0\0\0\0\0\0GPS 52.5 N";
    for (marker, data) in [(0xe1, &exif[..]), (0xfe, b"taken at home")] {
        file.extend_from_slice(&[0xff, marker]);
        file.extend_from_slice(&u16::try_from(data.len() + 2).expect("short").to_be_bytes());
        file.extend_from_slice(data);
    }
    file.extend_from_slice(b"\xff\xc0\0\x0b\x08\0\x10\0\x20\x01\x01\x11\0");
    file.extend_from_slice(b"\xff\xda\0\x08\x01\x01\0\0\x3f\0\xab\xcd\xff\xd9after the end");
    file
}

/// A lossless `WebP` of 3 by 2 pixels that says that it has EXIF.
pub(crate) fn webp() -> Vec<u8> {
    let mut chunks = Vec::new();
    let mut chunk = |name: &[u8; 4], data: &[u8]| {
        chunks.extend_from_slice(name);
        chunks.extend_from_slice(&u32::try_from(data.len()).expect("short").to_le_bytes());
        chunks.extend_from_slice(data);
        if data.len() % 2 == 1 {
            chunks.push(0);
        }
    };
    chunk(b"VP8X", &[0b0000_1000, 0, 0, 0, 2, 0, 0, 1, 0, 0]);
    chunk(b"VP8L", &[0x2f, 2, 0x40, 0, 0, 0]);
    chunk(b"EXIF", b"taken at home");
    let mut file = b"RIFF".to_vec();
    file.extend_from_slice(&u32::try_from(chunks.len() + 4).expect("short").to_le_bytes());
    file.extend_from_slice(b"WEBP");
    file.extend_from_slice(&chunks);
    file
}
