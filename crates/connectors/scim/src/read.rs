//! Finding one account, and refusing what is not ours.

use reqwest::Method;
use usher_connector::{AccountKey, Cause, ConnectorError, ObservedAccount};

use crate::http::Target;
use crate::membership::grants_of;
use crate::paging::{fetch_all, quoted};
use crate::record::{Owner, Record};
use crate::verdict::{garbage, read_failed, read_lost, reject};

/// A record of ours, and how it was found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) record: Record,
    evidence: String,
}

/// Reads an account with its groups. The target's id comes first; when it is unknown there, the
/// account may have been made anew, so the names are searched before the answer is *none*.
pub(crate) async fn read(
    target: &Target,
    key: &AccountKey,
) -> Result<Option<ObservedAccount>, ConnectorError> {
    let by_id = match &key.native_id {
        Some(id) => by_id(target, key, id).await?,
        None => None,
    };
    let found = match by_id {
        Some(found) => Some(found),
        None => search(target, key).await?,
    };
    let Some(Found { record, evidence }) = found else { return Ok(None) };
    let grants = grants_of(target, &record).await?;
    Ok(Some(record.observed(grants, evidence)))
}

async fn by_id(
    target: &Target,
    key: &AccountKey,
    id: &str,
) -> Result<Option<Found>, ConnectorError> {
    let what = format!("GET /Users/{id}");
    let url = target.url(&["Users", id], &[]);
    let url = url.ok_or_else(|| reject(Cause::Invalid, format!("'{id}' cannot be an id")))?;
    let answer = target.send(Method::GET, url, None).await.map_err(|no| read_lost(&what, no))?;
    if matches!(answer.status, 404 | 410) {
        return Ok(None);
    }
    if !answer.is_success() {
        return Err(read_failed(&what, &answer));
    }
    let record = answer.json().as_ref().and_then(Record::parse);
    let record = record.ok_or_else(|| garbage(format!("{what}: the answer is not a user")))?;
    if record.id != id {
        return Err(garbage(format!("{what}: the answer is another record, {}", record.id)));
    }
    match record.owner(key) {
        Owner::Ours => Ok(Some(Found { record, evidence: format!("{what} {}", answer.status) })),
        Owner::Foreign | Owner::Unrelated => Err(foreign(&record)),
    }
}

/// Searches by external id, then by user name. A target that cannot search by external id is
/// searched by user name alone; one that cannot search by user name is read whole.
pub(crate) async fn search(
    target: &Target,
    key: &AccountKey,
) -> Result<Option<Found>, ConnectorError> {
    for (attribute, value) in [("externalId", &key.external_id), ("userName", &key.user_name)] {
        let filter = format!("{attribute} eq {}", quoted(value));
        let Some(resources) = fetch_all(target, "Users", Some(&filter)).await? else {
            if attribute == "userName" {
                return scan(target, key).await;
            }
            continue;
        };
        let evidence = format!("GET /Users?filter={attribute} 200");
        let records = parsed(&resources)?;
        let has_strangers = records.iter().any(|record| record.owner(key) == Owner::Unrelated);
        match chosen(records, key)? {
            Some(record) => return Ok(Some(Found { record, evidence })),
            // The target ignored the filter or answered something else: that proves no absence.
            None if has_strangers => return scan(target, key).await,
            None => {}
        }
    }
    Ok(None)
}

/// Reads every user and compares here.
async fn scan(target: &Target, key: &AccountKey) -> Result<Option<Found>, ConnectorError> {
    let resources = fetch_all(target, "Users", None).await?.unwrap_or_default();
    let record = chosen(parsed(&resources)?, key)?;
    Ok(record.map(|record| Found { record, evidence: "GET /Users 200, read whole".to_owned() }))
}

fn parsed(resources: &[serde_json::Value]) -> Result<Vec<Record>, ConnectorError> {
    let records = resources.iter().map(Record::parse).collect::<Option<_>>();
    records.ok_or_else(|| garbage("GET /Users: an entry is not a user"))
}

/// The one record of ours; a record with our name and another owner only matters without it.
fn chosen(records: Vec<Record>, key: &AccountKey) -> Result<Option<Record>, ConnectorError> {
    let (mut ours, others): (Vec<_>, Vec<_>) =
        records.into_iter().partition(|record| record.owner(key) == Owner::Ours);
    // What carries our external id is ours before what merely has our name.
    if ours.iter().any(|record| record.external_id.is_some()) {
        ours.retain(|record| record.external_id.is_some());
    }
    if ours.len() > 1 {
        let ids: Vec<&str> = ours.iter().map(|record| record.id.as_str()).collect();
        let why = format!("several accounts are marked as the same one: {}", ids.join(", "));
        return Err(reject(Cause::Foreign, why));
    }
    let Some(record) = ours.pop() else {
        let foreign_record = others.iter().find(|record| record.owner(key) == Owner::Foreign);
        return foreign_record.map_or(Ok(None), |record| Err(foreign(record)));
    };
    Ok(Some(record))
}

fn foreign(record: &Record) -> ConnectorError {
    let why = format!("the account {} ('{}') is not ours", record.id, record.user_name);
    reject(Cause::Foreign, why)
}
