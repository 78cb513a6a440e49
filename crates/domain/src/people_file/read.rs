//! From the bytes of a file to rows, one at a time, with the line of each.

use std::collections::{BTreeMap, HashMap};

use csv::{ByteRecord, ReaderBuilder};

use super::header::{self, Chosen};
use super::row::{Row, Zones};
use super::text::{clean, fold, shorten};
use super::{Fault, Field, FileError, Limits, Why};

/// A file that could be read.
#[derive(Debug, Clone)]
pub struct File {
    /// Headers with the field that each is, in the order of the file.
    pub columns: Vec<(String, Option<Field>)>,
    /// Rows with a value of the right kind in each cell.
    pub rows: Vec<Row>,
    /// What is wrong with the others.
    pub faults: Vec<Fault>,
    /// Rows of the file, good and bad, without the first line.
    pub count: usize,
    /// Lines by folded key, of every row whose key can be read, good and bad.
    pub keys: HashMap<String, Vec<u64>>,
    /// Whether the key of some row cannot be read: then nobody knows who is missing.
    pub has_lost_key: bool,
}

impl File {
    /// Whether a column is mapped to the field.
    #[must_use]
    pub fn has(&self, field: Field) -> bool {
        self.columns.iter().any(|(_, mapped)| *mapped == Some(field))
    }

    /// The header of the column that is this field; empty when there is none.
    #[must_use]
    pub fn header(&self, field: Field) -> &str {
        self.columns.iter().find(|(_, f)| *f == Some(field)).map_or("", |(name, _)| name.as_str())
    }
}

/// Reads a file: UTF-8 with or without a byte order mark; comma, semicolon or tab; any line ends; line
/// breaks and separators inside quotation marks.
///
/// # Errors
/// The file as a whole cannot be read. A row that cannot be read is a fault of the [`File`].
pub fn read(body: &[u8], limits: Limits, chosen: &[Chosen]) -> Result<File, FileError> {
    if body.len() > limits.bytes {
        return Err(FileError::TooLarge { limits });
    }
    if body.starts_with(&[0xff, 0xfe]) || body.starts_with(&[0xfe, 0xff]) {
        return Err(FileError::Utf16);
    }
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(body))
        .from_reader(body);
    let mut record = ByteRecord::new();
    // Reading from memory cannot fail, and the reader takes any bytes.
    if !reader.read_byte_record(&mut record).unwrap_or(false) {
        return Err(FileError::Empty);
    }
    let headers = record
        .iter()
        .map(|cell| {
            let text = std::str::from_utf8(cell).map_err(|_| FileError::Header)?;
            clean(text, 200).map_err(|_| FileError::Header)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let columns: Vec<_> = headers.iter().cloned().zip(header::map(&headers, chosen)?).collect();
    let mut file = File {
        columns,
        rows: Vec::new(),
        faults: Vec::new(),
        count: 0,
        keys: HashMap::new(),
        has_lost_key: false,
    };
    let mut zones = Zones::default();
    let mut lines = Lines { body, at: 0, line: 1 };
    loop {
        let start = usize::try_from(reader.position().byte()).unwrap_or(body.len());
        if !reader.read_byte_record(&mut record).unwrap_or(false) {
            return Ok(file);
        }
        // Spreadsheets leave rows of nothing but separators behind.
        if record.iter().all(<[u8]>::is_empty) {
            continue;
        }
        file.count += 1;
        if file.count > limits.rows {
            return Err(FileError::TooManyRows { limits });
        }
        let line = lines.line_of(start);
        let end = usize::try_from(reader.position().byte()).unwrap_or(body.len());
        let is_open = end >= body.len() && is_odd(body.get(start..end).unwrap_or_default());
        take(&mut file, &record, line, is_open, limits, &mut zones);
    }
}

/// Counts lines as an editor does. The reader of the rows counts line feeds only, and stands between the
/// two signs of a line end when a row is read.
struct Lines<'a> {
    body: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the first row that begins at this place or after line ends that follow it.
    fn line_of(&mut self, place: usize) -> u64 {
        let sign = |at: usize| self.body.get(at).copied();
        let is_end = |at: usize| matches!(sign(at), Some(b'\n' | b'\r'));
        while self.at < place || is_end(self.at) {
            let is_first_of_two = sign(self.at) == Some(b'\r') && sign(self.at + 1) == Some(b'\n');
            if is_end(self.at) && !is_first_of_two {
                self.line += 1;
            }
            self.at += 1;
        }
        self.line
    }
}

/// Whether the quotation marks come in pairs.
fn is_odd(bytes: &[u8]) -> bool {
    bytes.iter().filter(|byte| **byte == b'"').count() % 2 == 1
}

/// The sign that separates the cells of the first line most often.
fn separator(body: &[u8]) -> u8 {
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    let mut is_quoted = false;
    for byte in body {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            _ if !is_quoted => {
                if let Some((_, count)) = counts.iter_mut().find(|(sign, _)| sign == byte) {
                    *count += 1;
                }
            }
            _ => {}
        }
    }
    // The first of equals wins: a comma.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(sign, _)| *sign)
}

fn take(
    file: &mut File,
    record: &ByteRecord,
    line: u64,
    is_open: bool,
    limits: Limits,
    zones: &mut Zones,
) {
    let (found, expected) = (record.len(), file.columns.len());
    let whole = |why| Fault {
        line,
        column: String::new(),
        value: shorten(&String::from_utf8_lossy(record.get(0).unwrap_or_default())),
        why,
    };
    if is_open {
        file.faults.push(whole(Why::OpenQuote));
        file.has_lost_key = true;
        return;
    }
    if found != expected {
        file.faults.push(whole(Why::CellCount { found, expected }));
        file.has_lost_key = true;
        return;
    }
    let (cells, mut faults) = cells(file, record, line, limits);
    match cells.get(&Field::EmployeeNumber).filter(|key| !key.is_empty()) {
        Some(key) => {
            file.keys.entry(fold(key)).or_default().push(line);
        }
        None => file.has_lost_key = true,
    }
    match Row::parse(line, cells, file, zones) {
        Ok(row) if faults.is_empty() => file.rows.push(row),
        Ok(_) => {}
        Err(more) => faults.extend(more),
    }
    file.faults.append(&mut faults);
}

/// The mapped cells as even text. A cell that cannot be read is a fault, and left out.
fn cells(
    file: &File,
    record: &ByteRecord,
    line: u64,
    limits: Limits,
) -> (BTreeMap<Field, String>, Vec<Fault>) {
    let (mut cells, mut faults) = (BTreeMap::new(), Vec::new());
    for ((header, field), cell) in file.columns.iter().zip(record) {
        let Some(field) = field else { continue };
        let text = if cell.len() > limits.cell {
            Err(Why::CellTooLong { limit: limits.cell })
        } else {
            std::str::from_utf8(cell)
                .map_err(|_| Why::NotUtf8)
                .and_then(|text| clean(text, field.longest()))
        };
        match text {
            Ok(text) => {
                cells.insert(*field, text);
            }
            Err(why) => faults.push(Fault {
                line,
                column: header.clone(),
                value: shorten(&String::from_utf8_lossy(cell)),
                why,
            }),
        }
    }
    (cells, faults)
}
