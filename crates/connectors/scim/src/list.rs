//! Every account, for reconciliation, and the connection test.

use reqwest::Method;
use serde_json::Value;
use usher_connector::{AccountPage, Cause, ConnectorError};

use crate::http::Target;
use crate::membership::grants_of_all;
use crate::paging::{PAGE, Page, fetch};
use crate::record::Record;
use crate::verdict::{garbage, read_failed, read_lost, reject};

/// Where a list goes on: enough to notice that the list changed or that a page came twice.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cursor {
    /// From 1.
    start: usize,
    total: usize,
    /// The first id of the page before.
    previous_first: String,
}

impl Cursor {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '/');
        let start = parts.next()?.parse().ok()?;
        let total = parts.next()?.parse().ok()?;
        Some(Self { start, total, previous_first: parts.next()?.to_owned() })
    }

    fn write(&self) -> String {
        format!("{}/{}/{}", self.start, self.total, self.previous_first)
    }
}

/// One page of accounts with their groups.
pub(crate) async fn page(
    target: &Target,
    cursor: Option<String>,
) -> Result<AccountPage, ConnectorError> {
    let cursor = match cursor {
        None => None,
        Some(text) => Some(
            Cursor::parse(&text)
                .ok_or_else(|| reject(Cause::Invalid, "the cursor is not one of this connector"))?,
        ),
    };
    let start = cursor.as_ref().map_or(1, |cursor| cursor.start);
    let page = fetch(target, "Users", None, start, PAGE).await?;
    let Page { resources, total, evidence } = page.ok_or_else(|| garbage("GET /Users"))?;
    let records = resources.iter().map(Record::parse).collect::<Option<Vec<_>>>();
    let records = records.ok_or_else(|| garbage("GET /Users: an entry is not a user"))?;
    let next = next(cursor.as_ref(), start, total, &records)?;

    let has_silent = records.iter().any(|record| record.groups.is_none());
    let mut known = if has_silent { grants_of_all(target).await? } else { Default::default() };
    let accounts = records.into_iter().map(|mut record| {
        let groups = record.groups.take();
        let grants = groups.or_else(|| known.remove(&record.id)).unwrap_or_default();
        record.observed(grants, evidence.clone())
    });
    Ok(AccountPage { accounts: accounts.collect(), next })
}

/// Where to go on after `records`; an error when the page cannot be the next part of the list.
fn next(
    cursor: Option<&Cursor>,
    start: usize,
    total: usize,
    records: &[Record],
) -> Result<Option<String>, ConnectorError> {
    let read = start - 1 + records.len();
    let mut ids: Vec<&str> = records.iter().map(|record| record.id.as_str()).collect();
    let first = ids.first().copied();
    ids.sort_unstable();
    let has_twins = ids.windows(2).any(|pair| pair[0] == pair[1]);
    if let Some(cursor) = cursor {
        if cursor.total != total {
            return Err(garbage("GET /Users: the list changed while it was read"));
        }
        if first == Some(cursor.previous_first.as_str()) {
            return Err(garbage("GET /Users: the same page came twice"));
        }
    }
    match first {
        _ if read > total || has_twins => {
            Err(garbage(format!("GET /Users: the list does not add up to {total}")))
        }
        _ if read == total => Ok(None),
        None => Err(garbage(format!("GET /Users: the list ends after {read} of {total}"))),
        Some(first) => {
            let previous_first = first.to_owned();
            Ok(Some(Cursor { start: read + 1, total, previous_first }.write()))
        }
    }
}

/// Asks what the target says about itself and reads one account, in words for a page.
pub(crate) async fn test(target: &Target) -> Result<String, ConnectorError> {
    let what = "GET /ServiceProviderConfig";
    let url = target.url(&["ServiceProviderConfig"], &[]);
    let url = url.ok_or_else(|| reject(Cause::Settings, "the base address cannot be used"))?;
    let answer = target.send(Method::GET, url, None).await.map_err(|no| read_lost(what, no))?;
    let says = match answer.status {
        // Some targets leave it out and work all the same.
        404 => "It does not describe itself.",
        _ if !answer.is_success() => return Err(read_failed(what, &answer)),
        _ => {
            let config = answer.json().filter(Value::is_object);
            let config = config.ok_or_else(|| garbage(format!("{what}: this is not SCIM")))?;
            if config["patch"]["supported"] == Value::Bool(false) {
                let why = "the target does not support PATCH, which this connector needs";
                return Err(reject(Cause::Settings, why));
            }
            "It supports what this connector needs."
        }
    };
    let page = fetch(target, "Users", None, 1, 1).await?;
    let total = page.map_or(0, |page| page.total);
    Ok(format!("{} answers as a SCIM 2.0 target; accounts: {total}. {says}", target.host()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn records(ids: &[&str]) -> Vec<Record> {
        ids.iter().map(|id| Record::parse(&json!({"id": id, "userName": id})).unwrap()).collect()
    }

    #[test]
    fn a_list_goes_on_by_what_came_and_ends_when_it_is_whole() {
        let second = next(None, 1, 3, &records(&["a", "b"])).unwrap().unwrap();
        let cursor = Cursor::parse(&second).unwrap();
        let expected = Cursor { start: 3, total: 3, previous_first: "a".to_owned() };
        assert_eq!(cursor, expected);
        assert_eq!(next(Some(&cursor), 3, 3, &records(&["c"])).unwrap(), None);
        assert_eq!(next(None, 1, 0, &[]).unwrap(), None);
        let slashed = Cursor { previous_first: "a/b".to_owned(), ..expected };
        assert_eq!(Cursor::parse(&slashed.write()), Some(slashed));
    }

    #[test]
    fn a_list_that_does_not_add_up_is_an_error() {
        let cursor = Cursor { start: 3, total: 4, previous_first: "a".to_owned() };
        let cursor = Some(&cursor);
        assert!(next(cursor, 3, 4, &[]).is_err(), "ends early");
        assert!(next(cursor, 3, 5, &records(&["c"])).is_err(), "the total changed");
        assert!(next(cursor, 3, 4, &records(&["a", "b"])).is_err(), "a page came twice");
        assert!(next(cursor, 3, 4, &records(&["c", "d", "e"])).is_err(), "more than there are");
        assert!(next(None, 1, 4, &records(&["a", "a"])).is_err(), "an entry came twice");
    }
}
