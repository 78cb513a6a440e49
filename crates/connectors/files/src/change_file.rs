//! One change as a file: a header, one row, and a name that derives from both.

use sha2::{Digest, Sha256};
use usher_connector::{AccountKey, AccountProfile, Cause, Change, ConnectorError, Grant};

use crate::formula::{guard, unguard};
use crate::state::Record;
use crate::verdict::reject;

/// Columns of a change, in their order.
const COLUMNS: [&str; 10] = [
    "action",
    "external_id",
    "user_name",
    "display_name",
    "given_name",
    "family_name",
    "email",
    "grant_kind",
    "grant_id",
    "grant_scope",
];

/// A change that is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnderWay {
    pub(crate) name: String,
    action: String,
    grant: Grant,
}

impl UnderWay {
    /// Reads back a file that we wrote; `None` when it is not whole.
    pub(crate) fn parse(name: &str, bytes: &[u8]) -> Option<Self> {
        let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
        let row = reader.records().next()?.ok()?;
        let field = |column: usize| Some(unguard(row.get(column)?).to_owned());
        let grant = Grant { kind: field(7)?, native_id: field(8)?, scope: field(9)? };
        Some(Self { name: name.to_owned(), action: field(0)?, grant })
    }

    /// Whether the account is as the change wants it.
    pub(crate) fn shows_in(&self, found: Option<&Record>) -> bool {
        let holds = found.is_some_and(|record| record.grants.contains(&self.grant));
        let is_active = found.is_some_and(|record| record.active);
        match self.action.as_str() {
            "create_account" => found.is_some(),
            "enable_account" => is_active,
            "disable_account" => !is_active,
            "delete_account" => found.is_none(),
            "add_grant" => holds,
            "remove_grant" => !holds,
            _ => false,
        }
    }
}

/// A name that no file can carry is refused before anything is written.
pub(crate) fn check(key: &AccountKey, change: &Change) -> Result<(), ConnectorError> {
    let mut values = vec![("external id", &key.external_id), ("user name", &key.user_name)];
    if let Change::AddGrant { grant } | Change::RemoveGrant { grant } = change {
        values.extend([("grant's kind", &grant.kind), ("grant's id", &grant.native_id)]);
    }
    for (what, value) in values {
        if value.trim().is_empty() || value.chars().any(char::is_control) {
            let why = format!("the {what} is blank or holds control characters");
            return Err(reject(Cause::Invalid, why));
        }
    }
    Ok(())
}

/// The whole file.
///
/// # Errors
/// The value has no form as CSV, which memory alone can cause.
pub(crate) fn bytes(key: &AccountKey, change: &Change) -> Result<Vec<u8>, csv::Error> {
    let nobody = AccountProfile {
        display_name: String::new(),
        given_name: None,
        family_name: None,
        email: None,
    };
    let nothing = Grant { kind: String::new(), native_id: String::new(), scope: String::new() };
    let (action, profile, grant) = match change {
        Change::CreateAccount { profile } => ("create_account", profile, &nothing),
        Change::EnableAccount => ("enable_account", &nobody, &nothing),
        Change::DisableAccount => ("disable_account", &nobody, &nothing),
        Change::DeleteAccount => ("delete_account", &nobody, &nothing),
        Change::AddGrant { grant } => ("add_grant", &nobody, grant),
        Change::RemoveGrant { grant } => ("remove_grant", &nobody, grant),
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let row = [
        action.to_owned(),
        key.external_id.clone(),
        key.user_name.clone(),
        profile.display_name.clone(),
        text(&profile.given_name),
        text(&profile.family_name),
        text(&profile.email),
        grant.kind.clone(),
        grant.native_id.clone(),
        grant.scope.clone(),
    ];
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    writer.write_record(row.iter().map(|value| guard(value).into_owned()))?;
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// SHA-256 in hex.
pub(crate) fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What tells the files of one account from those of others, without naming it.
pub(crate) fn account_tag(external_id: &str) -> String {
    let mut tag = digest(external_id.as_bytes());
    tag.truncate(12);
    tag
}

/// What tells one change from another.
pub(crate) fn change_tag(bytes: &[u8]) -> String {
    let mut tag = digest(bytes);
    tag.truncate(16);
    tag
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(user_name: &str) -> AccountKey {
        AccountKey { external_id: "s-1".into(), user_name: user_name.into(), native_id: None }
    }

    fn grant(native_id: &str) -> Grant {
        Grant { kind: "badge".into(), native_id: native_id.into(), scope: "-north".into() }
    }

    #[test]
    fn a_change_reads_back_as_it_was_meant() {
        let change = Change::AddGrant { grant: grant("=SUM(A1:A9)\",\"x") };
        let written = bytes(&key("@ann"), &change).unwrap();
        let text = String::from_utf8(written.clone()).unwrap();
        assert!(text.starts_with("action,external_id,") && text.contains(",'@ann,"), "{text}");
        assert!(!text.contains(",\"=SUM") && !text.contains(",-north"), "{text}");
        let read = UnderWay::parse("x.csv", &written).unwrap();
        assert_eq!((read.action.as_str(), &read.grant), ("add_grant", &grant("=SUM(A1:A9)\",\"x")));
        for torn in [&written[..30], b"".as_slice()] {
            assert_eq!(UnderWay::parse("x.csv", torn), None);
        }
    }

    #[test]
    fn the_name_derives_from_the_change_alone() {
        let add = |id| bytes(&key("ann"), &Change::AddGrant { grant: grant(id) }).unwrap();
        assert_eq!(change_tag(&add("a")), change_tag(&add("a")));
        assert_ne!(change_tag(&add("a")), change_tag(&add("b")));
        assert_eq!(account_tag("s-1").len(), 12);
    }

    #[test]
    fn names_that_no_file_can_carry_are_refused() {
        for name in ["", " ", "a\0b", "a\tb", "a\nb"] {
            assert!(check(&key(name), &Change::EnableAccount).is_err(), "{name:?}");
        }
        assert!(check(&key("an\"n\\e, x"), &Change::RemoveGrant { grant: grant("") }).is_err());
        assert!(check(&key("an\"n\\e, x"), &Change::EnableAccount).is_ok());
    }
}
