//! The files of vectors: a header, then one block per batch of changes, each with its checksum. Blocks are only ever
//! appended; the manifest says how many bytes are committed.
//!
//! All numbers are little-endian.
//! - header: `THIAPVEC`, format `u32`, dimensions `u32`, length of the model id `u32`, the id, CRC-32 of all before it;
//! - block: length of the payload `u64`, change number `u64`, CRC-32 `u32` of those two and the payload, then the payload;
//! - payload: number of operations `u32`, the operations, inverse lengths (`f32` a row), components (`i8`, row by row);
//! - operation: length of the code `u16`, the code, number of fields `u8`, the fields (`u8` each). An operation replaces
//!   everything that was known of the project; one without fields deletes it.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::quantise::QuantisedVector;
use super::texts::VectorField;
use crate::durable::sync_directory;
use crate::error::{IndexError, IndexPart};
use crate::manifest::{FORMAT_VERSION, ModelIdentity};

const MAGIC: &[u8; 8] = b"THIAPVEC";
const BLOCK_HEAD_BYTES: usize = 20;

/// What happened to the vectors of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Operation {
    pub(crate) code: Box<str>,
    /// The first row of the project in its file.
    pub(crate) first_row: u32,
    /// The field of each row; empty when the project was deleted.
    pub(crate) fields: Vec<VectorField>,
}

/// A file of vectors in memory.
#[derive(Debug, Default)]
pub(crate) struct VectorFile {
    pub(crate) operations: Vec<Operation>,
    pub(crate) inverse_lengths: Vec<f32>,
    /// Row by row.
    pub(crate) components: Vec<i8>,
}

impl VectorFile {
    pub(crate) fn rows(&self) -> usize {
        self.inverse_lengths.len()
    }

    /// Reads and verifies what is committed.
    pub(crate) fn read(path: &Path, committed_bytes: u64, model: &ModelIdentity) -> Result<Self, IndexError> {
        let damaged = |what: &str| IndexError::damaged(path, IndexPart::Vectors, what);
        let mut bytes = Vec::new();
        match File::open(path).and_then(|file| file.take(committed_bytes).read_to_end(&mut bytes)) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(damaged("the file is gone"));
            }
            Err(error) => return Err(IndexError::io(path, error)),
        }
        if bytes.len() as u64 != committed_bytes {
            return Err(damaged("the file is cut off"));
        }
        let mut input = Input(&bytes);
        let head =
            read_header(&mut input).ok_or_else(|| damaged("it does not begin as a file of vectors does"))?;
        let head_bytes = bytes.len() - input.0.len() - 4;
        if bytes.get(..head_bytes).map(crc32fast::hash) != Some(head.checksum) {
            return Err(damaged("the checksum of its header does not fit"));
        }
        if head.model != *model {
            return Err(damaged("it holds vectors of another model than the manifest says"));
        }
        let mut file = Self::default();
        while !input.0.is_empty() {
            file.read_block(&mut input, model.dimensions).map_err(damaged)?;
        }
        Ok(file)
    }

    fn read_block(&mut self, input: &mut Input<'_>, dimensions: usize) -> Result<(), &'static str> {
        const CUT: &str = "a block is cut off";
        let head = input.take(BLOCK_HEAD_BYTES).ok_or(CUT)?;
        let mut fields = Input(head);
        let length = fields.u64().ok_or(CUT)?;
        let change_number = fields.u64().ok_or(CUT)?;
        let checksum = fields.u32().ok_or(CUT)?;
        let payload = usize::try_from(length).ok().and_then(|length| input.take(length)).ok_or(CUT)?;
        if block_checksum(length, change_number, payload) != checksum {
            return Err("the checksum of a block does not fit");
        }
        self.read_payload(payload, dimensions).ok_or("a block does not hold what it says")
    }

    fn read_payload(&mut self, payload: &[u8], dimensions: usize) -> Option<()> {
        let mut input = Input(payload);
        let count = input.u32()?;
        let mut row = u32::try_from(self.rows()).ok()?;
        let first = row;
        for _ in 0..count {
            let length = usize::from(input.u16()?);
            let code = std::str::from_utf8(input.take(length)?).ok()?;
            let fields = usize::from(input.take(1)?.first().copied()?);
            let fields: Vec<VectorField> = input
                .take(fields)?
                .iter()
                .map(|&code| VectorField::from_code(code))
                .collect::<Option<_>>()?;
            let first_row = row;
            row = row.checked_add(u32::try_from(fields.len()).ok()?)?;
            self.operations.push(Operation { code: code.into(), first_row, fields });
        }
        let rows = (row - first) as usize;
        let (lengths, _) = input.take(rows.checked_mul(4)?)?.as_chunks::<4>();
        self.inverse_lengths.extend(lengths.iter().map(|bytes| f32::from_le_bytes(*bytes)));
        let components = input.take(rows.checked_mul(dimensions)?)?;
        self.components.extend(components.iter().map(|&byte| byte as i8));
        input.0.is_empty().then_some(())
    }
}

/// The vectors of a project as they are to be written; none when it was deleted.
pub(crate) struct NewVectors<'a> {
    pub(crate) code: &'a str,
    pub(crate) rows: Vec<(VectorField, QuantisedVector)>,
}

/// Appends to a file of vectors.
pub(crate) struct VectorFileWriter {
    file: File,
    bytes: u64,
}

impl VectorFileWriter {
    /// Creates the file with its header, on disk when it returns.
    pub(crate) fn create(path: &Path, model: &ModelIdentity) -> Result<Self, IndexError> {
        let io = |source| IndexError::io(path, source);
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(path).map_err(io)?;
        let mut head = Vec::new();
        head.extend_from_slice(MAGIC);
        head.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        head.extend_from_slice(&(model.dimensions as u32).to_le_bytes());
        head.extend_from_slice(&(model.id.len() as u32).to_le_bytes());
        head.extend_from_slice(model.id.as_bytes());
        let checksum = crc32fast::hash(&head);
        head.extend_from_slice(&checksum.to_le_bytes());
        file.write_all(&head).and_then(|()| file.sync_all()).map_err(io)?;
        if let Some(directory) = path.parent() {
            sync_directory(directory)?;
        }
        Ok(Self { file, bytes: head.len() as u64 })
    }

    /// Opens a file to append to it; whatever lies behind the committed bytes is cut off.
    pub(crate) fn open(path: &Path, committed_bytes: u64) -> Result<Self, IndexError> {
        let io = |source| IndexError::io(path, source);
        let mut file = OpenOptions::new().write(true).open(path).map_err(io)?;
        let length = file.metadata().map_err(io)?.len();
        if length < committed_bytes {
            return Err(IndexError::damaged(path, IndexPart::Vectors, "the file is cut off"));
        }
        if length > committed_bytes {
            file.set_len(committed_bytes).and_then(|()| file.sync_all()).map_err(io)?;
        }
        file.seek(SeekFrom::Start(committed_bytes)).map_err(io)?;
        Ok(Self { file, bytes: committed_bytes })
    }

    /// Bytes written so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Appends a block and flushes it to disk. It counts once the manifest names the new length.
    pub(crate) fn append(
        &mut self,
        path: &Path,
        changes: &[NewVectors<'_>],
        change_number: u64,
    ) -> Result<(), IndexError> {
        let io = |source| IndexError::io(path, source);
        let payload = payload(changes)?;
        let length = payload.len() as u64;
        let mut head = Vec::with_capacity(BLOCK_HEAD_BYTES);
        head.extend_from_slice(&length.to_le_bytes());
        head.extend_from_slice(&change_number.to_le_bytes());
        head.extend_from_slice(&block_checksum(length, change_number, &payload).to_le_bytes());
        self.file
            .write_all(&head)
            .and_then(|()| self.file.write_all(&payload))
            .and_then(|()| self.file.sync_data())
            .map_err(io)?;
        self.bytes += head.len() as u64 + length;
        Ok(())
    }
}

fn payload(changes: &[NewVectors<'_>]) -> Result<Vec<u8>, IndexError> {
    let too_large = |_| IndexError::Bug("a batch of vectors is too large for one block".into());
    let mut payload = Vec::new();
    payload.extend_from_slice(&u32::try_from(changes.len()).map_err(too_large)?.to_le_bytes());
    for change in changes {
        payload.extend_from_slice(&u16::try_from(change.code.len()).map_err(too_large)?.to_le_bytes());
        payload.extend_from_slice(change.code.as_bytes());
        payload.push(u8::try_from(change.rows.len()).map_err(too_large)?);
        payload.extend(change.rows.iter().map(|(field, _)| field.code()));
    }
    let vectors = || changes.iter().flat_map(|change| &change.rows).map(|(_, vector)| vector);
    for vector in vectors() {
        payload.extend_from_slice(&vector.inverse_length.to_le_bytes());
    }
    for vector in vectors() {
        payload.extend(vector.components.iter().map(|&component| component as u8));
    }
    Ok(payload)
}

fn block_checksum(length: u64, change_number: u64, payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&length.to_le_bytes());
    hasher.update(&change_number.to_le_bytes());
    hasher.update(payload);
    hasher.finalize()
}

struct Header {
    model: ModelIdentity,
    checksum: u32,
}

fn read_header(input: &mut Input<'_>) -> Option<Header> {
    if input.take(MAGIC.len())? != MAGIC || input.u32()? != FORMAT_VERSION {
        return None;
    }
    let dimensions = input.u32()? as usize;
    let id_bytes = input.u32()? as usize;
    let id = std::str::from_utf8(input.take(id_bytes)?).ok()?.to_owned();
    let checksum = input.u32()?;
    Some(Header { model: ModelIdentity { id, dimensions }, checksum })
}

/// Reads from the front of some bytes; `None` when they end too early.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }
}
