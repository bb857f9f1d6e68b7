//! Which character encoding a file of records uses: UTF-8, UTF-16 with a mark, or Windows-874 / TIS-620, which Thai
//! office software still writes without saying so.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_874};

const CHUNK_BYTES: usize = 1 << 16;

/// Tells the encoding of a file by reading all of it once from its beginning, and rewinds it.
///
/// A file that is valid UTF-8 is UTF-8. One that is not is Windows-874 unless its Thai letters in UTF-8 outweigh its broken
/// bytes: then it is UTF-8 with some broken rows, which are rejected one by one rather than misread.
///
/// # Errors
/// What reading the file gives.
pub fn detect(file: &mut (impl Read + Seek)) -> io::Result<&'static Encoding> {
    file.seek(SeekFrom::Start(0))?;
    let mut reader = io::BufReader::with_capacity(CHUNK_BYTES, &mut *file);
    let mark = reader.fill_buf()?;
    let marked = Encoding::for_bom(mark).map(|(encoding, _)| encoding);
    let encoding = match marked {
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => encoding,
        _ => {
            let (valid, broken) = count_high_bytes(&mut reader)?;
            if broken <= valid { UTF_8 } else { WINDOWS_874 }
        }
    };
    file.seek(SeekFrom::Start(0))?;
    Ok(encoding)
}

/// Bytes of valid Thai letters in UTF-8, and bytes that are no UTF-8. Other letters prove nothing: two Thai letters of
/// Windows-874 side by side often look like an accented Latin one.
fn count_high_bytes(reader: &mut impl BufRead) -> io::Result<(u64, u64)> {
    let (mut valid, mut broken) = (0u64, 0u64);
    let mut pending: Vec<u8> = Vec::with_capacity(CHUNK_BYTES + 4);
    loop {
        let chunk = reader.fill_buf()?;
        let read = chunk.len();
        pending.extend_from_slice(chunk);
        reader.consume(read);
        // a sequence cut by the chunk's end waits for the next chunk
        let keep = if read == 0 { 0 } else { unfinished_tail(&pending) };
        let (complete, rest) = pending.split_at(pending.len() - keep);
        for piece in complete.utf8_chunks() {
            valid +=
                piece.valid().chars().filter(|c| ('\u{0E00}'..='\u{0E7F}').contains(c)).count() as u64 * 3;
            broken += piece.invalid().len() as u64;
        }
        if read == 0 {
            return Ok((valid, broken));
        }
        pending = rest.to_vec();
    }
}

/// Length of a UTF-8 sequence that starts within the last three bytes and is not finished there.
fn unfinished_tail(bytes: &[u8]) -> usize {
    (1..=3.min(bytes.len()))
        .find(|&back| {
            let lead = bytes.iter().rev().nth(back - 1).copied().unwrap_or(0);
            let needed = match lead {
                0xC2..=0xDF => 2,
                0xE0..=0xEF => 3,
                0xF0..=0xF4 => 4,
                _ => 0,
            };
            needed > back
        })
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn detected(bytes: &[u8]) -> &'static Encoding {
        detect(&mut Cursor::new(bytes)).unwrap()
    }

    #[test]
    fn windows_874_is_told_from_utf8_without_a_mark() {
        let text = "รหัสโครงการ,ชื่อโครงการ,กระทรวง,งบประมาณ (บาท)\n1,เน้นพัฒนาคุณภาพชีวิตผู้สูงอายุ,กระทรวงมหาดไทย,5\n";
        let (bytes, _, _) = WINDOWS_874.encode(text);
        assert_eq!(detected(&bytes), WINDOWS_874);
        assert_eq!(detected(text.as_bytes()), UTF_8);
        assert_eq!(detected(b"id,title\n1,road\n"), UTF_8);
    }

    #[test]
    fn a_few_broken_bytes_do_not_make_utf8_something_else() {
        let mut bytes = "1,พัฒนาคุณภาพชีวิตผู้สูงอายุ\n".repeat(50).into_bytes();
        bytes.extend_from_slice(b"2,\xff\xfe\xba\n");
        assert_eq!(detected(&bytes), UTF_8);
    }

    #[test]
    fn utf16_is_known_by_its_mark() {
        let bytes: Vec<u8> =
            [0xFEFF].into_iter().chain("id,ชื่อ".encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(detected(&bytes), UTF_16LE);
    }

    proptest! {
        #[test]
        fn chunk_ends_never_break_a_valid_file(padding in 0usize..8) {
            let text = "x".repeat(CHUNK_BYTES - padding) + "กขค๑";
            prop_assert_eq!(detected(text.as_bytes()), UTF_8);
            let (valid, broken) = count_high_bytes(&mut io::BufReader::with_capacity(CHUNK_BYTES, text.as_bytes())).unwrap();
            prop_assert_eq!((valid, broken), (12, 0));
        }
    }
}
