//! What the target says is there: one file with every account.
//!
//! A file that is cut off, grows while it is read or belongs to another checksum must never look like
//! accounts that are gone. Hence the checksum, and an error for every row that cannot be understood.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use usher_connector::{
    AccountKey, AccountPage, Cause, ConnectorError, Grant, ObservedAccount, ObservedState,
};

use crate::change_file::digest;
use crate::folder::{Folder, IN};
use crate::formula::unguard;
use crate::verdict::{garbage, not_done, reject};

/// Most bytes of a state; about half a million accounts.
const LARGEST: u64 = 64 * 1_024 * 1_024;
/// Accounts of one page of a list.
const PAGE: usize = 500;
const STATE: &str = "state.csv";
/// How often a state that does not fit is looked at, and how long between.
const LOOKS: usize = 8;
const BETWEEN_LOOKS: Duration = Duration::from_millis(25);

/// One account as the state has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) user_name: String,
    /// `None` when the target keeps none for it.
    pub(crate) external_id: Option<String>,
    pub(crate) active: bool,
    pub(crate) grants: BTreeSet<Grant>,
}

/// Everything that the state has.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) records: Vec<Record>,
    digest: String,
}

/// Reads the state whole. State and checksum are two files: between the two renames of the target they do
/// not fit, so a misfit is looked at again a few times.
///
/// # Errors
/// It is not there, cannot be read, does not fit its checksum, or holds what makes no sense.
pub(crate) fn read(folder: &Folder) -> Result<State, ConnectorError> {
    for _ in 1..LOOKS {
        if let Some(state) = published(folder)? {
            return Ok(state);
        }
        std::thread::sleep(BETWEEN_LOOKS);
    }
    let misfit = || garbage("state.csv does not fit its checksum");
    published(folder)?.ok_or_else(misfit)
}

/// `None` for a state that does not fit its checksum.
fn published(folder: &Folder) -> Result<Option<State>, ConnectorError> {
    let failed = |error: std::io::Error| not_done("the state cannot be read", &error);
    let checksum = folder.read(IN, "state.csv.sha256", 256).map_err(failed)?;
    let bytes = folder.read(IN, STATE, LARGEST).map_err(failed)?;
    let (Some(checksum), Some(bytes)) = (checksum, bytes) else {
        return Err(garbage("the target has not published state.csv with its checksum"));
    };
    let checksum = String::from_utf8_lossy(&checksum);
    // As sha256sum writes it: the digest, then perhaps the name.
    let checksum = checksum.split_whitespace().next().unwrap_or_default();
    let digest = digest(&bytes);
    if !checksum.eq_ignore_ascii_case(&digest) {
        return Ok(None);
    }
    Ok(Some(State { records: records(&bytes)?, digest }))
}

fn records(bytes: &[u8]) -> Result<Vec<Record>, ConnectorError> {
    let wrong = |row: usize, why: &str| garbage(format!("state.csv, row {row}: {why}"));
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
    let headers = reader.headers().map_err(|error| garbage(format!("state.csv: {error}")))?;
    let column = |name: &str| {
        let place = headers.iter().position(|header| header.trim() == name);
        place.ok_or_else(|| garbage(format!("state.csv has no column {name}")))
    };
    let columns =
        [column("user_name")?, column("external_id")?, column("active")?, column("grants")?];
    let mut known = HashSet::new();
    let mut records = Vec::new();
    for (number, row) in reader.records().enumerate() {
        // The header is row 1.
        let number = number + 2;
        let row = row.map_err(|error| wrong(number, &error.to_string()))?;
        let [user_name, external_id, active, grants] =
            columns.map(|column| unguard(row.get(column).unwrap_or_default()));
        if user_name.is_empty() {
            return Err(wrong(number, "no user name"));
        }
        let external_id = Some(external_id.to_owned()).filter(|id| !id.is_empty());
        if external_id.clone().is_some_and(|id| !known.insert(id)) {
            return Err(wrong(number, "the external id stands twice"));
        }
        let active = match active {
            "true" => true,
            "false" => false,
            _ => return Err(wrong(number, "active is neither true nor false")),
        };
        let grants = grants_of(grants).ok_or_else(|| wrong(number, "a grant is not kind:id"))?;
        records.push(Record { user_name: user_name.to_owned(), external_id, active, grants });
    }
    Ok(records)
}

fn grants_of(text: &str) -> Option<BTreeSet<Grant>> {
    let parts = text.split(';').filter(|part| !part.trim().is_empty());
    parts.map(|part| grant_of(part.trim())).collect()
}

fn grant_of(text: &str) -> Option<Grant> {
    let part = |text: &str| Some(percent_decode_str(text).decode_utf8().ok()?.into_owned());
    let mut parts = text.split(':').map(part);
    let (kind, native_id) = (parts.next()??, parts.next()??);
    let scope = parts.next().unwrap_or(Some(String::new()))?;
    let is_whole = parts.next().is_none() && !kind.is_empty() && !native_id.is_empty();
    is_whole.then_some(Grant { kind, native_id, scope })
}

impl State {
    /// The account of this key. It is ours by its external id alone.
    ///
    /// # Errors
    /// Another account carries the user name: it belongs to somebody else.
    pub(crate) fn find(&self, key: &AccountKey) -> Result<Option<&Record>, ConnectorError> {
        let ours = self.records.iter().find(|r| r.external_id.as_ref() == Some(&key.external_id));
        if ours.is_some() {
            return Ok(ours);
        }
        let wanted = key.user_name.to_lowercase();
        match self.records.iter().find(|record| record.user_name.to_lowercase() == wanted) {
            None => Ok(None),
            Some(record) => {
                let whose = match record.external_id {
                    Some(_) => "another external id",
                    None => "no external id",
                };
                let why = format!("the state has {} with {whose}", record.user_name);
                Err(reject(Cause::Foreign, why))
            }
        }
    }

    /// One page; the cursor is the state's digest and the place.
    ///
    /// # Errors
    /// The state changed since the page before.
    pub(crate) fn page(&self, cursor: Option<&str>) -> Result<AccountPage, ConnectorError> {
        let start = match cursor {
            None => 0,
            Some(cursor) => {
                let (digest, place) = cursor.split_once('/').unwrap_or_default();
                if digest != self.digest {
                    return Err(garbage("state.csv changed while it was listed"));
                }
                place.parse().map_err(|_| garbage("this is no place in the list"))?
            }
        };
        let rest = self.records.get(start..).unwrap_or_default();
        let accounts = rest.iter().take(PAGE).map(|record| record.observed(self)).collect();
        let next = (rest.len() > PAGE).then(|| format!("{}/{}", self.digest, start + PAGE));
        Ok(AccountPage { accounts, next })
    }
}

impl Record {
    pub(crate) fn observed(&self, state: &State) -> ObservedAccount {
        let sum: String = state.digest.chars().take(12).collect();
        ObservedAccount {
            native_id: self.external_id.clone().unwrap_or_else(|| self.user_name.clone()),
            user_name: self.user_name.clone(),
            external_id: self.external_id.clone(),
            state: if self.active { ObservedState::Active } else { ObservedState::Disabled },
            grants: self.grants.clone(),
            evidence: format!("state.csv {sum}, accounts: {}", state.records.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Vec<Record>, String> {
        records(text.as_bytes()).map_err(|error| error.to_string())
    }

    const HEAD: &str = "user_name,external_id,active,grants\n";

    #[test]
    fn rows_are_read_by_the_names_of_their_columns() {
        let text = "note,active,grants,user_name,external_id\nx,false,\"group:a;badge:b%3A1:north; \",'=ann,\n";
        let record = parse(text).unwrap().remove(0);
        assert_eq!(
            (record.user_name.as_str(), record.external_id, record.active),
            ("=ann", None, false)
        );
        let grants: Vec<String> = record
            .grants
            .iter()
            .map(|g| format!("{} {} {}", g.kind, g.native_id, g.scope))
            .collect();
        assert_eq!(grants, ["badge b:1 north", "group a "]);
    }

    #[test]
    fn what_makes_no_sense_is_an_error_and_never_fewer_accounts() {
        for (text, words) in [
            ("", "no column user_name"),
            ("user_name,active,grants\nann,true,\n", "no column external_id"),
            (&format!("{HEAD}ann,1,yes,\n"), "row 2: active"),
            (&format!("{HEAD},1,true,\n"), "row 2: no user name"),
            (&format!("{HEAD}ann,1,true,group\n"), "row 2: a grant"),
            (&format!("{HEAD}ann,1,true,a:b:c:d\n"), "row 2: a grant"),
            (&format!("{HEAD}ann,1,true,\nbob,1,true,\n"), "row 3: the external id"),
            (&format!("{HEAD}ann,1,true,\nbob,2,tr"), "row 3"),
            (&format!("{HEAD}ann,1,true,\n\"bob,2,true,\n"), "row 3"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(words), "{text:?}: {error}");
        }
    }
}
