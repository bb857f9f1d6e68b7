//! Records out of files: CSV, XLSX, JSON lines or JSON, in whatever encoding Thai offices write.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use calamine::{Data, DataType, Reader as _, open_workbook_auto_from_rs};
use encoding_rs::{Encoding, UTF_8};
use encoding_rs_io::DecodeReaderBytesBuilder;
use serde_json::{Map, Value};
use thiap_domain::Project;

use super::build::{FieldProblem, project_from_object, project_from_values};
use super::encoding;
use super::field::RecordField;
use super::mapping::Mapping;

/// The largest row that is read: longer ones come from a quotation mark that is never closed, or from an attack.
const ROW_LIMIT_BYTES: usize = 16 << 20;
/// The largest JSON file that is one value rather than a line each; it has to be held in memory.
const JSON_DOCUMENT_LIMIT_BYTES: u64 = 256 << 20;

/// One record of a file, counted as a spreadsheet shows it (the header is row 1) or by line in JSON files.
#[derive(Debug)]
pub struct RecordRow {
    /// Row or line number, from 1.
    pub row: u64,
    /// The project, or what is wrong with the row.
    pub project: Result<Project, Vec<FieldProblem>>,
}

/// Why a file of records cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum RecordFileError {
    /// The file cannot be opened or read; the environment's fault.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Nothing in it; the caller's fault.
    #[error("{path} holds no records; a header row and at least one row are needed, or a JSON object a line")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// No column holds a field that every record needs; the caller's fault.
    #[error(
        "{path} has no column for {missing}. Its columns are: {headers}. Rename a column, or name it in a mapping file (--mapping)"
    )]
    MissingColumns {
        /// The file.
        path: PathBuf,
        /// Canonical names of the missing fields.
        missing: String,
        /// The header row.
        headers: String,
    },
    /// The mapping names columns that the file lacks; the caller's fault.
    #[error("{path} has no column {missing}, which the mapping file names. Its columns are: {headers}")]
    MappedColumnMissing {
        /// The file.
        path: PathBuf,
        /// The columns.
        missing: String,
        /// The header row.
        headers: String,
    },
    /// Not a workbook, or a damaged one; the caller's fault.
    #[error("{path} is no readable workbook: {reason}")]
    Workbook {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Not JSON; the caller's fault.
    #[error("{path} is no readable JSON: {reason}")]
    Json {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// How a file is read.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Which column holds which field, where headers are not recognised.
    pub mapping: Mapping,
    /// What rows without a code are called, followed by their number; without it they are refused.
    pub row_code: Option<String>,
}

impl ReadOptions {
    /// As drafts are read: one without an id is called after its row (`row-2`).
    #[must_use]
    pub fn of_drafts() -> Self {
        Self { row_code: Some("row-".to_owned()), ..Self::default() }
    }
}

/// The records of a file, in order.
pub struct RecordReader {
    path: PathBuf,
    rows: Box<dyn Iterator<Item = Result<RecordRow, RecordFileError>> + Send>,
    encoding: &'static Encoding,
}

impl std::fmt::Debug for RecordReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordReader")
            .field("path", &self.path)
            .field("encoding", &self.encoding.name())
            .finish()
    }
}

impl Iterator for RecordReader {
    type Item = Result<RecordRow, RecordFileError>;
    fn next(&mut self) -> Option<Self::Item> {
        self.rows.next()
    }
}

impl RecordReader {
    /// Opens a file; what it is is told from its content, not from its name.
    ///
    /// # Errors
    /// [`RecordFileError`].
    pub fn open(path: &Path, options: &ReadOptions) -> Result<Self, RecordFileError> {
        let unreadable = |source| unreadable(path, source);
        let mut file = File::open(path).map_err(unreadable)?;
        let mut start = [0u8; 4096];
        let length = read_fully(&mut file, &mut start).map_err(unreadable)?;
        let start = start.get(..length).unwrap_or_default();
        if start.starts_with(b"PK\x03\x04") || start.starts_with(b"\xD0\xCF\x11\xE0") {
            return Self::workbook(path, options);
        }
        let encoding = encoding::detect(&mut file).map_err(unreadable)?;
        // UTF-8 goes through as it is, so that a broken row can be told from its neighbours
        let decoded = DecodeReaderBytesBuilder::new()
            .encoding((encoding != UTF_8).then_some(encoding))
            .utf8_passthru(encoding == UTF_8)
            .strip_bom(true)
            .build(file);
        let mut source = BufReader::with_capacity(1 << 16, decoded);
        let first = loop {
            let buffer = source.fill_buf().map_err(unreadable)?;
            let Some(&byte) = buffer.first() else {
                return Err(RecordFileError::Empty { path: path.to_owned() });
            };
            if !byte.is_ascii_whitespace() {
                break byte;
            }
            source.consume(1);
        };
        let rows = match first {
            b'{' | b'[' => json_rows(path, source, options, first == b'[')?,
            _ => csv_rows(path, source, options)?,
        };
        Ok(Self { path: path.to_owned(), rows, encoding })
    }

    /// Name of the encoding that the file was read in, such as `UTF-8` or `windows-874`.
    #[must_use]
    pub fn encoding_name(&self) -> &'static str {
        self.encoding.name()
    }

    fn workbook(path: &Path, options: &ReadOptions) -> Result<Self, RecordFileError> {
        let broken = |reason: String| RecordFileError::Workbook { path: path.to_owned(), reason };
        let bytes = std::fs::read(path).map_err(|source| unreadable(path, source))?;
        let mut workbook =
            open_workbook_auto_from_rs(io::Cursor::new(bytes)).map_err(|error| broken(error.to_string()))?;
        let sheet = workbook
            .worksheet_range_at(0)
            .ok_or_else(|| broken("it has no sheet".into()))?
            .map_err(|error| broken(error.to_string()))?;
        let first_row = u64::from(sheet.start().map_or(0, |(row, _)| row)) + 1;
        let mut rows = sheet.rows().map(|cells| cells.iter().map(cell_value).collect::<Vec<_>>()).enumerate();
        // a title or an empty row may stand above the headers
        let options = options.clone();
        let mut tried: Option<RecordFileError> = None;
        let columns = loop {
            let Some((_, cells)) = rows.next() else {
                return Err(tried.unwrap_or(RecordFileError::Empty { path: path.to_owned() }));
            };
            let headers: Vec<String> =
                cells.iter().map(|cell| cell.as_str().unwrap_or("").to_owned()).collect();
            match Columns::of(path, &headers, &options) {
                Ok(columns) => break columns,
                Err(error) => _ = tried.get_or_insert(error),
            }
        };
        let rows: Vec<_> = rows
            .filter(|(_, cells)| cells.iter().any(|cell| !cell.is_null()))
            .map(|(index, cells)| Ok(columns.row(first_row + index as u64, cells)))
            .collect();
        if rows.is_empty() {
            return Err(RecordFileError::Empty { path: path.to_owned() });
        }
        Ok(Self { path: path.to_owned(), rows: Box::new(rows.into_iter()), encoding: UTF_8 })
    }
}

fn read_fully(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest)? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

fn cell_value(cell: &Data) -> Value {
    match cell {
        Data::Empty | Data::Error(_) => Value::Null,
        Data::Int(number) => Value::from(*number),
        // amounts and years are floats in workbooks; whole ones are written as such
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => Value::from(*number as i64),
        Data::Float(number) => Value::from(*number),
        Data::Bool(flag) => Value::from(*flag),
        Data::DateTime(_) | Data::DateTimeIso(_) => {
            cell.as_date().map_or(Value::Null, |day| Value::from(day.to_string()))
        }
        Data::String(text) | Data::DurationIso(text) => Value::from(text.as_str()),
    }
}

/// Which column of a table holds which field.
struct Columns {
    fields: Vec<Option<RecordField>>,
    row_code: Option<String>,
}

impl Columns {
    fn of(path: &Path, headers: &[String], options: &ReadOptions) -> Result<Self, RecordFileError> {
        let fields: Vec<_> = headers.iter().map(|header| options.mapping.field_of(header)).collect();
        let shown = || {
            let named: Vec<_> =
                headers.iter().map(|h| h.chars().take(40).collect::<String>()).take(40).collect();
            named.join(", ")
        };
        let unmapped = options.mapping.missing_from(headers);
        if !unmapped.is_empty() {
            let missing = unmapped.join(", ");
            return Err(RecordFileError::MappedColumnMissing {
                path: path.to_owned(),
                missing,
                headers: shown(),
            });
        }
        let needed: &[RecordField] = if options.row_code.is_some() {
            &[RecordField::Title]
        } else {
            &[RecordField::Code, RecordField::Title]
        };
        let missing: Vec<_> = needed
            .iter()
            .filter(|field| !fields.contains(&Some(**field)))
            .map(|field| field.name())
            .collect();
        if missing.is_empty() {
            Ok(Self { fields, row_code: options.row_code.clone() })
        } else {
            let missing = missing.join(", ");
            Err(RecordFileError::MissingColumns { path: path.to_owned(), missing, headers: shown() })
        }
    }

    fn row(&self, row: u64, cells: Vec<Value>) -> RecordRow {
        if let Some(excess) =
            cells.iter().skip(self.fields.len()).position(|cell| cell.as_str() != Some("") && !cell.is_null())
        {
            let reason = format!(
                "has {} cells where the header has {}; a comma or quotation mark may be amiss",
                self.fields.len() + excess + 1,
                self.fields.len()
            );
            return rejected(row, "row", reason);
        }
        let mut values: Vec<_> = self
            .fields
            .iter()
            .zip(cells)
            .filter_map(|(field, value)| field.map(|field| (field, value)))
            .collect();
        if let Some(name) = &self.row_code {
            values.push((RecordField::Code, Value::from(format!("{name}{row}"))));
        }
        RecordRow { row, project: project_from_values(values) }
    }
}

fn rejected(row: u64, field: &'static str, reason: String) -> RecordRow {
    RecordRow { row, project: Err(vec![FieldProblem { field, reason }]) }
}

fn unreadable(path: &Path, source: io::Error) -> RecordFileError {
    RecordFileError::Unreadable { path: path.to_owned(), source }
}

type Rows = Box<dyn Iterator<Item = Result<RecordRow, RecordFileError>> + Send>;

fn csv_rows(
    path: &Path,
    mut source: impl BufRead + Send + 'static,
    options: &ReadOptions,
) -> Result<Rows, RecordFileError> {
    let delimiter = delimiter_of(source.fill_buf().map_err(|source| unreadable(path, source))?);
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).has_headers(true).delimiter(delimiter).from_reader(source);
    let headers: Vec<String> = reader
        .byte_headers()
        .map_err(|error| unreadable(path, error.into()))?
        .iter()
        .map(|header| String::from_utf8_lossy(header).into_owned())
        .collect();
    let columns = Columns::of(path, &headers, options)?;
    let empty = RecordFileError::Empty { path: path.to_owned() };
    let path = path.to_owned();
    let mut record = csv::ByteRecord::new();
    let mut row = 1u64;
    let mut rows = std::iter::from_fn(move || {
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => return Some(Err(unreadable(&path, error.into()))),
        }
        row += 1;
        if record.as_slice().len() > ROW_LIMIT_BYTES {
            let reason = format!(
                "is {} MiB long, beyond the limit of {} MiB; a quotation mark may never be closed",
                record.as_slice().len() >> 20,
                ROW_LIMIT_BYTES >> 20
            );
            // the memory of such a row is given back at once
            record = csv::ByteRecord::new();
            return Some(Ok(rejected(row, "row", reason)));
        }
        let mut cells = Vec::with_capacity(record.len());
        for cell in &record {
            match std::str::from_utf8(cell) {
                Ok(text) => cells.push(Value::from(text)),
                Err(error) => return Some(Ok(invalid_utf8(row, cell, error.valid_up_to()))),
            }
        }
        Some(Ok(columns.row(row, cells)))
    })
    .peekable();
    if rows.peek().is_none() {
        return Err(empty);
    }
    Ok(Box::new(rows))
}

fn invalid_utf8(row: u64, bytes: &[u8], at: usize) -> RecordRow {
    let before =
        String::from_utf8_lossy(bytes.get(at.saturating_sub(30)..at).unwrap_or_default()).into_owned();
    rejected(
        row,
        "row",
        format!("holds bytes that are not UTF-8 after {before:?}; save the file again as UTF-8"),
    )
}

/// The delimiter that the header row uses most: comma, semicolon or tab.
fn delimiter_of(start: &[u8]) -> u8 {
    let header = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| header.iter().filter(|byte| **byte == delimiter).count();
    [b',', b'\t', b';'].into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

fn json_rows(
    path: &Path,
    mut source: impl BufRead + Send + 'static,
    options: &ReadOptions,
    is_array: bool,
) -> Result<Rows, RecordFileError> {
    let unreadable = |source| unreadable(path, source);
    let row_code = options.row_code.clone();
    let first_line = match read_line(&mut source).map_err(unreadable)? {
        Some(line) => line,
        None => return Err(RecordFileError::Empty { path: path.to_owned() }),
    };
    let first_is_whole = !is_array
        && matches!(&first_line, Line::Text(text) if serde_json::from_slice::<Map<String, Value>>(text).is_ok());
    if !first_is_whole && let Line::Text(text) = &first_line {
        let mut document = text.clone();
        source.by_ref().take(JSON_DOCUMENT_LIMIT_BYTES).read_to_end(&mut document).map_err(unreadable)?;
        match serde_json::from_slice::<Value>(&document) {
            Ok(Value::Object(object)) => {
                return Ok(Box::new(std::iter::once(Ok(json_row(1, &object, row_code.as_deref())))));
            }
            Ok(Value::Array(values)) if values.is_empty() => {
                return Err(RecordFileError::Empty { path: path.to_owned() });
            }
            Ok(Value::Array(values)) => {
                return Ok(Box::new(values.into_iter().zip(1u64..).map(move |(value, row)| {
                    Ok(match value {
                        Value::Object(object) => json_row(row, &object, row_code.as_deref()),
                        _ => rejected(row, "row", "is no JSON object".into()),
                    })
                })));
            }
            Ok(_) => {}
            Err(error) if is_array || !document.contains(&b'\n') => {
                return Err(RecordFileError::Json { path: path.to_owned(), reason: error.to_string() });
            }
            // not one document: lines, of which the first is broken
            Err(_) => {
                return Ok(Box::new(json_line_rows(
                    path.to_owned(),
                    None,
                    io::Cursor::new(document),
                    row_code,
                )));
            }
        }
    }
    Ok(Box::new(json_line_rows(path.to_owned(), Some(first_line), source, row_code)))
}

fn json_row(row: u64, object: &Map<String, Value>, row_code: Option<&str>) -> RecordRow {
    let has_code = || object.keys().any(|key| RecordField::recognise(key) == Some(RecordField::Code));
    let project = match row_code {
        Some(name) if !has_code() => {
            let mut object = object.clone();
            object.insert(RecordField::Code.name().into(), Value::from(format!("{name}{row}")));
            project_from_object(&object)
        }
        _ => project_from_object(object),
    };
    RecordRow { row, project }
}

/// A line, or the length of one that is too long to be held.
enum Line {
    Text(Vec<u8>),
    TooLong,
}

fn json_line_rows(
    path: PathBuf,
    first: Option<Line>,
    mut source: impl BufRead + Send + 'static,
    row_code: Option<String>,
) -> impl Iterator<Item = Result<RecordRow, RecordFileError>> + Send {
    let mut first = first;
    let mut row = 0u64;
    std::iter::from_fn(move || {
        loop {
            let line = match first.take().map_or_else(|| read_line(&mut source), |line| Ok(Some(line))) {
                Ok(Some(line)) => line,
                Ok(None) => return None,
                Err(source) => return Some(Err(RecordFileError::Unreadable { path: path.clone(), source })),
            };
            row += 1;
            let Line::Text(text) = line else {
                let reason = format!("is longer than the limit of {} MiB", ROW_LIMIT_BYTES >> 20);
                return Some(Ok(rejected(row, "row", reason)));
            };
            if text.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            return Some(Ok(match serde_json::from_slice::<Map<String, Value>>(&text) {
                Ok(object) => json_row(row, &object, row_code.as_deref()),
                Err(error) => rejected(row, "row", format!("is no JSON object: {error}")),
            }));
        }
    })
}

/// Reads up to the next line break without ever holding more than the row limit.
fn read_line(source: &mut impl BufRead) -> io::Result<Option<Line>> {
    let mut text = Vec::new();
    let limit = ROW_LIMIT_BYTES as u64 + 1;
    if source.by_ref().take(limit).read_until(b'\n', &mut text)? == 0 {
        return Ok(None);
    }
    if text.len() as u64 == limit && !text.ends_with(b"\n") {
        source.skip_until(b'\n')?;
        return Ok(Some(Line::TooLong));
    }
    Ok(Some(Line::Text(text)))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use encoding_rs::WINDOWS_874;

    use super::*;

    fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    fn read(bytes: &[u8]) -> Result<Vec<RecordRow>, RecordFileError> {
        read_with(bytes, &ReadOptions::default())
    }

    fn read_with(bytes: &[u8], options: &ReadOptions) -> Result<Vec<RecordRow>, RecordFileError> {
        RecordReader::open(file(bytes).path(), options)?.collect()
    }

    fn titles(rows: &[RecordRow]) -> Vec<&str> {
        rows.iter()
            .filter_map(|row| row.project.as_ref().ok())
            .map(|project| project.title.as_str())
            .collect()
    }

    #[test]
    fn windows_874_simply_works() {
        let text = "รหัสโครงการ,ชื่อโครงการ,ปีงบประมาณ,งบประมาณ\nก-1,เน้นดูแลผู้สูงอายุ,๒๕๖๕,\"1,000\"\n";
        let (bytes, _, _) = WINDOWS_874.encode(text);
        let rows = read(&bytes).unwrap();
        assert_eq!(titles(&rows), ["เน้นดูแลผู้สูงอายุ"]);
        assert_eq!(rows[0].row, 2);
        assert_eq!(rows[0].project.as_ref().unwrap().fiscal_year_be.unwrap().be(), 2565);
    }

    #[test]
    fn utf16_and_semicolons_and_tabs_work() {
        for text in ["id;title\n1;ก\n", "id\ttitle\n1\tก\n", "id,title\r\n1,ก\r\n"] {
            let utf16: Vec<u8> =
                "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
            assert_eq!(titles(&read(&utf16).unwrap()), ["ก"]);
            assert_eq!(titles(&read(format!("\u{feff}{text}").as_bytes()).unwrap()), ["ก"]);
        }
    }

    #[test]
    fn an_empty_file_says_so() {
        for bytes in [&b""[..], b"\n \n", b"[]", b"\xef\xbb\xbf", b"id,title\n"] {
            assert!(matches!(read(bytes), Err(RecordFileError::Empty { .. })), "{bytes:?}");
        }
    }

    #[test]
    fn missing_columns_are_named_beside_those_that_are_there() {
        let error = read("รหัส,หมายเหตุ\n1,ก\n".as_bytes()).unwrap_err();
        assert!(error.to_string().contains("no column for title"), "{error}");
        assert!(error.to_string().contains("หมายเหตุ"), "{error}");
    }

    #[test]
    fn one_broken_row_does_not_take_its_neighbours_along() {
        let mut bytes = "id,title,year\n1,พัฒนา,2565\n2,สร้าง,".as_bytes().to_vec();
        bytes.extend_from_slice(b"\xff\xff\n3,");
        bytes.extend_from_slice("อบรม,2566\n4,ขุด,2565,more\n".as_bytes());
        let rows = read(&bytes).unwrap();
        assert_eq!(titles(&rows), ["พัฒนา", "อบรม"]);
        let reasons: Vec<_> =
            rows.iter().filter_map(|row| row.project.as_ref().err().map(|p| (row.row, p[0].field))).collect();
        assert_eq!(reasons, [(3, "row"), (5, "row")]);
    }

    #[test]
    fn a_row_of_fifty_megabytes_is_rejected_alone() {
        let huge = "ก".repeat(17_500_000);
        let csv = format!("id,title\n1,ก\n2,{huge}\n3,ข\n");
        let rows = read(csv.as_bytes()).unwrap();
        assert_eq!(titles(&rows), ["ก", "ข"]);
        assert!(rows[1].project.as_ref().unwrap_err()[0].reason.contains("MiB"));
        let lines = format!(
            "{{\"id\":\"1\",\"title\":\"ก\"}}\n{{\"id\":\"2\",\"title\":\"{huge}\"}}\n{{\"id\":\"3\",\"title\":\"ข\"}}\n"
        );
        assert_eq!(titles(&read(lines.as_bytes()).unwrap()), ["ก", "ข"]);
    }

    #[test]
    fn json_comes_as_lines_as_an_array_or_as_one_object() {
        let object = |id: u32| format!("{{\"id\":\"{id}\",\"title\":\"งาน {id}\"}}");
        let lines = format!("{}\n\n{}", object(1), object(2));
        assert_eq!(titles(&read(lines.as_bytes()).unwrap()), ["งาน 1", "งาน 2"]);
        let array = format!("[{},\n{}, 7]", object(1), object(2));
        let rows = read(array.as_bytes()).unwrap();
        assert_eq!(titles(&rows), ["งาน 1", "งาน 2"]);
        assert!(rows[2].project.is_err());
        let pretty = "{\n \"id\": \"9\",\n \"title\": \"งาน\"\n}\n";
        assert_eq!(titles(&read(pretty.as_bytes()).unwrap()), ["งาน"]);
    }

    #[test]
    fn a_broken_json_line_is_rejected_alone_and_broken_json_says_where() {
        let rows = read("{\"id\":1,\n{\"id\":\"2\",\"title\":\"ข\"}\n".as_bytes()).unwrap();
        assert_eq!(titles(&rows), ["ข"]);
        assert!(rows[0].project.is_err());
        let error = read(b"{\"id\": ").unwrap_err();
        assert!(matches!(&error, RecordFileError::Json { .. }), "{error}");
    }

    #[test]
    fn a_mapping_names_columns_that_are_not_recognised() {
        let mapping = file("[columns]\n\"งาน\" = \"title\"\n\"no.\" = \"project_code\"\n".as_bytes());
        let options =
            ReadOptions { mapping: Mapping::read(mapping.path()).unwrap(), ..ReadOptions::default() };
        assert_eq!(titles(&read_with("no.,งาน\n1,ก\n".as_bytes(), &options).unwrap()), ["ก"]);
        let error = read_with("id,title\n1,ก\n".as_bytes(), &options).unwrap_err();
        assert!(matches!(error, RecordFileError::MappedColumnMissing { .. }), "{error}");
        let unknown = file(b"[columns]\n\"a\" = \"tittle\"\n");
        assert!(Mapping::read(unknown.path()).unwrap_err().to_string().contains("tittle"));
    }

    #[test]
    fn drafts_without_a_code_are_named_by_their_row() {
        let options = ReadOptions::of_drafts();
        let rows = read_with("ชื่อโครงการ\nก\nข\n".as_bytes(), &options).unwrap();
        let codes: Vec<_> =
            rows.iter().map(|row| row.project.as_ref().unwrap().project_code.as_str().to_owned()).collect();
        assert_eq!(codes, ["row-2", "row-3"]);
        let rows =
            read_with(b"{\"draft_id\":\"D-1\",\"title\":\"x\"}\n{\"title\":\"y\"}\n", &options).unwrap();
        assert_eq!(rows[0].project.as_ref().unwrap().project_code.as_str(), "D-1");
        assert_eq!(rows[1].project.as_ref().unwrap().project_code.as_str(), "row-2");
    }

    #[test]
    fn a_workbook_is_read_with_a_title_above_its_headers() {
        let path = tempfile::Builder::new().suffix(".xlsx").tempfile().unwrap();
        let mut workbook = rust_xlsxwriter::Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write(0, 0, "รายงานโครงการ").unwrap();
        for (column, header) in ["รหัส", "ชื่อโครงการ", "ปีงบประมาณ", "วงเงิน"].iter().enumerate()
        {
            sheet.write(2, column as u16, *header).unwrap();
        }
        sheet.write(3, 0, 7).unwrap();
        sheet.write(3, 1, "ขุดลอกคลอง").unwrap();
        sheet.write(3, 2, 2565).unwrap();
        sheet.write(3, 3, 1_500_000.5).unwrap();
        workbook.save(path.path()).unwrap();
        let rows: Vec<_> = RecordReader::open(path.path(), &ReadOptions::default())
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let project = rows[0].project.as_ref().unwrap();
        assert_eq!((rows[0].row, project.project_code.as_str()), (4, "7"));
        assert_eq!(project.budget_total().unwrap().satang(), 150_000_050);
        let damaged = file(b"PK\x03\x04 no workbook");
        assert!(RecordReader::open(damaged.path(), &ReadOptions::default()).is_err());
    }
}
