//! What is written, and when it counts as answered.
//!
//! A change that waits for its answer is not written twice: a repetition waits for the same file. Once
//! it is answered the next one is a new file, because the same change may be wanted again later.

use std::io;

use usher_connector::{AccountKey, Cause, Change, ConnectorError};

use crate::acknowledgement::Acknowledgement;
use crate::change_file::{UnderWay, account_tag, bytes, change_tag, digest};
use crate::folder::{Folder, IN, OUT, WriteError};
use crate::state;
use crate::verdict::{not_done, reject, retry, unknown};

/// Most bytes of an acknowledgement, and of a change that is read back.
const LONGEST_ACK: u64 = 4_096;
const LONGEST_CHANGE: u64 = 64 * 1_024;
/// Keeps the last number that was given, also when the folder was emptied.
const LAST_NUMBER: &str = ".number";

/// A change that waits for its answer.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) name: String,
    pub(crate) external_id: String,
    digest: String,
    account: String,
    number: u64,
}

/// A file of ours, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    number: u64,
    account: String,
    change: String,
    name: String,
}

impl Named {
    fn parse(name: &str) -> Option<Self> {
        let (number, rest) = name.strip_suffix(".csv")?.split_once('-')?;
        let (account, change) = rest.split_once('-')?;
        let is_hex = |text: &str, length| {
            text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        if number.len() < 6 || !is_hex(account, 12) || !is_hex(change, 16) {
            return None;
        }
        Some(Self {
            number: number.parse().ok()?,
            account: account.to_owned(),
            change: change.to_owned(),
            name: name.to_owned(),
        })
    }
}

/// Files in the folder, in their order.
fn files(folder: &Folder) -> io::Result<Vec<Named>> {
    let mut found: Vec<Named> =
        folder.written()?.iter().filter_map(|name| Named::parse(name)).collect();
    found.sort_by_key(|file| file.number);
    Ok(found)
}

/// Files of one account without an answer, in their order.
fn waiting(folder: &Folder, account: &str) -> io::Result<Vec<(Named, Vec<u8>)>> {
    let mut waiting = Vec::new();
    for file in files(folder)?.into_iter().filter(|file| file.account == account) {
        // Another process may have moved it: then it is answered.
        let Some(bytes) = folder.read(OUT, &file.name, LONGEST_CHANGE)? else { continue };
        if !is_answered(folder, &file.name, &digest(&bytes))? {
            waiting.push((file, bytes));
        }
    }
    Ok(waiting)
}

fn is_answered(folder: &Folder, name: &str, digest: &str) -> io::Result<bool> {
    let found = look(folder, name, digest)?;
    Ok(matches!(found, Some(Acknowledgement::Accepted | Acknowledgement::Refused(_))))
}

fn look(folder: &Folder, name: &str, digest: &str) -> io::Result<Option<Acknowledgement>> {
    let text = folder.read(IN, &format!("{name}.ack"), LONGEST_ACK)?;
    Ok(text.and_then(|text| Acknowledgement::parse(&text, digest)))
}

/// Changes of an account that may still take effect.
pub(crate) fn under_way(
    folder: &Folder,
    key: &AccountKey,
) -> Result<Vec<UnderWay>, ConnectorError> {
    let waiting = waiting(folder, &account_tag(&key.external_id))
        .map_err(|error| not_done("the folder cannot be read", &error))?;
    waiting
        .into_iter()
        .map(|(file, bytes)| {
            UnderWay::parse(&file.name, &bytes).ok_or_else(|| {
                let why = format!("{}: a change of ours cannot be read back", file.name);
                retry(Cause::Garbage, why)
            })
        })
        .collect()
}

/// Puts a change into the folder. `None` when there is nothing to take away.
///
/// # Errors
/// The account is somebody else's, exists already, or nothing could be written.
pub(crate) fn send(
    folder: &Folder,
    key: &AccountKey,
    change: &Change,
) -> Result<Option<Sent>, ConnectorError> {
    let failed = |error: io::Error| not_done("the folder cannot be used", &error);
    let bytes = bytes(key, change).map_err(|error| {
        reject(Cause::Invalid, format!("the change has no form as CSV: {error}"))
    })?;
    let _locked = folder.lock().map_err(failed)?;
    let state = state::read(folder)?;
    let found = state.find(key)?;
    let (account, change_tag) = (account_tag(&key.external_id), change_tag(&bytes));
    let waiting = waiting(folder, &account).map_err(failed)?;
    if waiting.is_empty() {
        match (change, found) {
            (Change::DisableAccount | Change::DeleteAccount | Change::RemoveGrant { .. }, None) => {
                return Ok(None);
            }
            (Change::CreateAccount { .. }, Some(record)) => {
                let why = format!("the state has {} already", record.user_name);
                return Err(ConnectorError::AlreadyExists { why });
            }
            _ => {}
        }
    }
    let sent = |number, name| Sent {
        name,
        external_id: key.external_id.clone(),
        digest: digest(&bytes),
        account: account.clone(),
        number,
    };
    // Only the last one: what came after it may have undone the same change before.
    if let Some((last, _)) = waiting.last().filter(|(last, _)| last.change == change_tag) {
        return Ok(Some(sent(last.number, last.name.clone())));
    }
    let number = next_number(folder).map_err(failed)?;
    let name = format!("{number:06}-{account}-{change_tag}.csv");
    write(folder, LAST_NUMBER, number.to_string().as_bytes())?;
    write(folder, &format!("{name}.sha256"), format!("{}\n", digest(&bytes)).as_bytes())?;
    match folder.write(&name, &bytes) {
        Ok(()) => Ok(Some(sent(number, name))),
        Err(WriteError::Before(error)) => Err(not_done("the change was not written", &error)),
        Err(WriteError::After(error)) => {
            let why = format!("{name}: written, and the disk does not confirm it: {error}");
            Err(unknown(Cause::TargetFailed, why))
        }
    }
}

/// A file beside the change: without the change itself it means nothing.
fn write(folder: &Folder, name: &str, bytes: &[u8]) -> Result<(), ConnectorError> {
    folder.write(name, bytes).map_err(|error| match error {
        WriteError::Before(error) | WriteError::After(error) => {
            not_done("the change was not written", &error)
        }
    })
}

fn next_number(folder: &Folder) -> io::Result<u64> {
    let kept = folder.read(OUT, LAST_NUMBER, 32)?;
    let kept = kept.and_then(|text| String::from_utf8(text).ok()?.trim().parse().ok()).unwrap_or(0);
    let seen = files(folder)?.last().map_or(0, |file| file.number);
    Ok(kept.max(seen) + 1)
}

/// The answer to a change, when there is one. What is answered moves out of the way, together with
/// everything of the same account that stood before it: changes are taken in order, so those have been
/// taken as well.
pub(crate) fn answer(
    folder: &Folder,
    sent: &Sent,
) -> Result<Option<Acknowledgement>, ConnectorError> {
    let found = look(folder, &sent.name, &sent.digest)
        .map_err(|error| not_done("the acknowledgement cannot be read", &error))?;
    if let Some(Acknowledgement::Accepted | Acknowledgement::Refused(_)) = &found {
        // A folder that cannot be tidied up is no reason to doubt the answer.
        let _ = archive(folder, sent);
    }
    Ok(found)
}

fn archive(folder: &Folder, sent: &Sent) -> io::Result<()> {
    let _locked = folder.lock()?;
    let files = files(folder)?;
    for file in files.iter().filter(|f| f.account == sent.account && f.number <= sent.number) {
        folder.archive(&file.name)?;
        folder.archive(&format!("{}.sha256", file.name))?;
    }
    Ok(())
}

/// Writes and takes back a file, for the test of a connector. Answers how many changes wait.
pub(crate) fn rehearse(folder: &Folder) -> Result<usize, ConnectorError> {
    let failed = |error: io::Error| not_done("the folder cannot be written", &error);
    let _locked = folder.lock().map_err(failed)?;
    write(folder, ".test", b"")?;
    folder.remove(".test").map_err(failed)?;
    let mut count = 0;
    for file in files(folder).map_err(failed)? {
        let Some(bytes) = folder.read(OUT, &file.name, LONGEST_CHANGE).map_err(failed)? else {
            continue;
        };
        count += usize::from(!is_answered(folder, &file.name, &digest(&bytes)).map_err(failed)?);
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::Named;

    #[test]
    fn only_names_that_we_give_are_ours() {
        let name = "000042-0123456789ab-0123456789abcdef.csv";
        assert_eq!(Named::parse(name).unwrap().number, 42);
        assert_eq!(
            Named::parse("1000042-0123456789ab-0123456789abcdef.csv").unwrap().number,
            1_000_042
        );
        for other in [
            "state.csv",
            "42-0123456789ab-0123456789abcdef.csv",
            "000042-0123456789ab-0123456789abcdef.csv.sha256",
            "000042-0123456789ab-x.csv",
            "+00042-0123456789ab-0123456789abcdeg.csv",
        ] {
            assert_eq!(Named::parse(other), None, "{other}");
        }
    }
}
