//! Comparing a file with the directory. Nothing is written here.

use sha2::{Digest as _, Sha256};
use usher_domain::people_file::{self, File, FileError, Known, Limits, Plan, Row, Rules};
use usher_store::source::Source;
use usher_store::source_record::Record;
use usher_store::{Conn, StoreError, source_people, source_record};
use usher_vocabulary::SubjectId;

use super::{ImportError, Options};
use crate::{Context, Fault};

/// What a file says and what it would do.
#[derive(Debug, Clone)]
pub struct Report {
    pub file: File,
    pub plan: Plan,
    /// Changes with what would be done: whoever agrees to a report agrees to this one only.
    pub fingerprint: String,
    /// Records of the source whose last word is another than before.
    pub(super) records: Vec<Record>,
    pub(super) known: Known,
}

impl Report {
    /// Rows that cannot be taken.
    #[must_use]
    pub fn refused(&self) -> usize {
        let mut lines: Vec<u64> = self.plan.faults.iter().map(|f| f.line).collect();
        lines.dedup();
        lines.len()
    }

    /// Whether the directory and the source say this already. What is held is not counted.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.plan.added.is_empty()
            && self.plan.changed.is_empty()
            && self.plan.absent.is_empty()
            && self.records.is_empty()
    }
}

/// Reads a file and compares it. `source` is `None` while nobody has delivered under its name.
pub(super) async fn compare(
    cx: &Context,
    conn: &mut Conn,
    source: Option<&Source>,
    body: &[u8],
    options: &Options,
    may_change_claims: bool,
) -> Result<Report, ImportError> {
    let file = read(body, options)?;
    let zone = options.zone().ok_or(Fault::NotFound)?;
    let records = match source {
        Some(source) => source_record::of_source(conn, source.id).await?,
        None => Vec::new(),
    };
    let known = Known {
        people: source_people::people(conn).await?,
        relationships: source_people::relationships(conn).await?,
        units: source_people::units(conn).await?,
        records,
    };
    let brake_share = source.map_or(super::BRAKE_SHARE, |s| s.brake_share);
    let rules = Rules { zone, brake_share, may_change_claims };
    let plan = people_file::plan(&file, &known, &rules, cx.now());
    let fingerprint = fingerprint(&plan)?;
    let records = same_records(&file, &known, &plan)?;
    Ok(Report { file, plan, fingerprint, records, known })
}

/// Only reads: the first look at an upload.
pub(super) fn read(body: &[u8], options: &Options) -> Result<File, FileError> {
    people_file::read(body, Limits::DEFAULT, &options.chosen())
}

/// Of everything that would be done, whether held or not.
fn fingerprint(plan: &Plan) -> Result<String, StoreError> {
    let mut changes: Vec<_> = plan.changed.iter().chain(&plan.held).collect();
    changes.sort_by_key(|change| change.line);
    let text = serde_json::to_vec(&(&plan.added, changes, &plan.absent))
        .map_err(|source| StoreError::Json { what: "an import", source })?;
    Ok(hex(&Sha256::digest(text)))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The last word of the source about a row.
pub(super) fn record(key: &str, row: &Row, subject: SubjectId) -> Result<Record, StoreError> {
    let raw = serde_json::to_string(&row.cells)
        .map_err(|source| StoreError::Json { what: "a row", source })?;
    let content_hash = Sha256::digest(&raw).to_vec();
    Ok(Record { key: key.to_owned(), subject, raw, content_hash })
}

/// Records of unchanged people that are new, are written in other words, or were missing.
fn same_records(file: &File, known: &Known, plan: &Plan) -> Result<Vec<Record>, StoreError> {
    let before: std::collections::HashMap<_, _> =
        known.records.iter().map(|r| (r.key.as_str(), r)).collect();
    let mut records = Vec::new();
    for same in &plan.same {
        let Some(row) = file.rows.get(same.row) else { continue };
        let new = record(&same.key, row, same.person)?;
        let is_known = before
            .get(same.key.as_str())
            .is_some_and(|r| r.content_hash == new.content_hash && r.missing_since.is_none());
        if !is_known {
            records.push(new);
        }
    }
    Ok(records)
}
