//! The files of a drop folder, as its owner reads and writes them.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str};
use sha2::{Digest, Sha256};

use super::DropAccount;

/// What would end a part of a grant.
const SEPARATORS: &AsciiSet = &CONTROLS.add(b'%').add(b':').add(b';');
const HEADER: [&str; 4] = ["user_name", "external_id", "active", "grants"];

/// One change that is asked for.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) action: String,
    pub(super) external_id: String,
    pub(super) user_name: String,
    display_name: String,
    pub(super) grant: (String, String, String),
}

impl Request {
    /// # Errors
    /// Why the file is no change, in words for its acknowledgement.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let mut reader = csv::Reader::from_reader(bytes);
        let headers = reader.headers().map_err(|error| error.to_string())?.clone();
        let mut records = reader.records();
        let row = records.next().ok_or("no row")?.map_err(|error| error.to_string())?;
        if records.next().is_some() {
            return Err("more than one row".to_owned());
        }
        let field = |name: &str| {
            let place = headers.iter().position(|header| header == name);
            let field = place.and_then(|place| row.get(place)).ok_or(format!("no {name}"))?;
            Ok::<_, String>(plain(field).to_owned())
        };
        Ok(Self {
            action: field("action")?,
            external_id: field("external_id")?,
            user_name: field("user_name")?,
            display_name: field("display_name")?,
            grant: (field("grant_kind")?, field("grant_id")?, field("grant_scope")?),
        })
    }

    pub(super) fn account(&self) -> DropAccount {
        DropAccount {
            user_name: self.user_name.clone(),
            external_id: self.external_id.clone(),
            display_name: self.display_name.clone(),
            active: true,
            grants: BTreeSet::new(),
        }
    }
}

/// One `'` in front keeps spreadsheets from taking a field for a formula.
fn plain(field: &str) -> &str {
    field.strip_prefix('\'').unwrap_or(field)
}

fn guarded(value: &str) -> String {
    let is_dangerous = value.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'']);
    if is_dangerous { format!("'{value}") } else { value.to_owned() }
}

/// Writes the state and its checksum, each whole.
pub(super) fn publish(folder: &Path, accounts: &[DropAccount]) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER)?;
    for account in accounts {
        let grants: Vec<String> = account.grants.iter().map(written).collect();
        let active = account.active.to_string();
        let row = [&account.user_name, &account.external_id, &active, &grants.join(";")];
        writer.write_record(row.map(|value| guarded(value)))?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    let inside = folder.join("in");
    write_whole(&inside, "state.csv", &bytes)?;
    let checksum = format!("{}  state.csv\n", sha256_hex(&bytes));
    write_whole(&inside, "state.csv.sha256", checksum.as_bytes())
}

/// The state of last time; nothing when there is none.
pub(super) fn published(folder: &Path) -> io::Result<Vec<DropAccount>> {
    let bytes = match fs::read(folder.join("in").join("state.csv")) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut accounts = Vec::new();
    for row in csv::Reader::from_reader(bytes.as_slice()).records() {
        let row = row?;
        let field = |place: usize| plain(row.get(place).unwrap_or_default()).to_owned();
        accounts.push(DropAccount {
            user_name: field(0),
            external_id: field(1),
            display_name: String::new(),
            active: field(2) == "true",
            grants: field(3).split(';').filter(|g| !g.is_empty()).map(read).collect(),
        });
    }
    Ok(accounts)
}

fn written((kind, id, scope): &(String, String, String)) -> String {
    let part = |text: &str| {
        text.chars().fold(String::new(), |mut out, c| {
            // Letters of every script stay as they are.
            let mut bytes = [0; 4];
            let text = c.encode_utf8(&mut bytes);
            match c.is_ascii() {
                true => out.extend(percent_encoding::utf8_percent_encode(text, SEPARATORS)),
                false => out.push(c),
            }
            out
        })
    };
    match scope.is_empty() {
        true => format!("{}:{}", part(kind), part(id)),
        false => format!("{}:{}:{}", part(kind), part(id), part(scope)),
    }
}

fn read(text: &str) -> (String, String, String) {
    let part = |text: Option<&str>| {
        percent_decode_str(text.unwrap_or_default()).decode_utf8_lossy().into_owned()
    };
    let mut parts = text.split(':');
    (part(parts.next()), part(parts.next()), part(parts.next()))
}

/// Under another name first, so that nobody reads half a file.
pub(super) fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let part = folder.join(format!(".{name}.part"));
    let mut file = File::create(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(part, folder.join(name))
}

pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
