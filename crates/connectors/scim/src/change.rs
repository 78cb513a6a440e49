//! One change, sent once. Repeating it succeeds, and what is absent needs no removal.

use reqwest::Method;
use serde_json::{Map, Value, json};
use usher_connector::{AccountKey, AccountProfile, Applied, Cause, Change, ConnectorError, Grant};

use crate::http::{Answer, Target};
use crate::paging::quoted;
use crate::read::search;
use crate::record::{Owner, Record};
use crate::verdict::{change_failed, change_lost, reject, scim_type, unknown, words};

pub(crate) async fn apply(
    target: &Target,
    key: &AccountKey,
    change: &Change,
) -> Result<Applied, ConnectorError> {
    if let Change::CreateAccount { profile } = change {
        return create(target, key, profile).await;
    }
    let id = match &key.native_id {
        Some(id) => id.clone(),
        None => match search(target, key).await? {
            Some(found) => found.record.id,
            None => return without_account(change),
        },
    };
    match change {
        Change::EnableAccount => set_active(target, &id, true).await,
        Change::DisableAccount => set_active(target, &id, false).await,
        Change::DeleteAccount => delete(target, &id).await,
        Change::AddGrant { grant } => add_grant(target, &id, grant).await,
        Change::RemoveGrant { grant } => remove_grant(target, &id, grant).await,
        Change::CreateAccount { profile } => create(target, key, profile).await,
    }
}

/// Taking away from an account that does not exist is done already; giving to it cannot be.
fn without_account(change: &Change) -> Result<Applied, ConnectorError> {
    match change {
        Change::DisableAccount | Change::DeleteAccount | Change::RemoveGrant { .. } => {
            Ok(Applied { native_id: None, answer: "there is no such account".to_owned() })
        }
        Change::CreateAccount { .. } | Change::EnableAccount | Change::AddGrant { .. } => {
            Err(reject(Cause::Invalid, "there is no such account on the target"))
        }
    }
}

async fn create(
    target: &Target,
    key: &AccountKey,
    profile: &AccountProfile,
) -> Result<Applied, ConnectorError> {
    let what = "POST /Users";
    for (name, value) in [("user name", &key.user_name), ("external id", &key.external_id)] {
        if value.trim().is_empty() || value.chars().any(char::is_control) {
            let why = format!("the {name} is blank or holds control characters");
            return Err(reject(Cause::Invalid, why));
        }
    }
    let answer = send(target, what, Method::POST, &["Users"], Some(&user(key, profile))).await?;
    if answer.status == 409 {
        return Err(ConnectorError::AlreadyExists { why: words(what, &answer) });
    }
    if !answer.is_success() {
        return Err(change_failed(what, &answer));
    }
    let record = answer.json().as_ref().and_then(Record::parse);
    match record.filter(|record| record.owner(key) == Owner::Ours) {
        Some(record) => Ok(applied(Some(record.id), what, &answer)),
        None => {
            let why = format!("{what} {}: the answer is not the new account", answer.status);
            Err(unknown(Cause::Garbage, why))
        }
    }
}

async fn set_active(target: &Target, id: &str, active: bool) -> Result<Applied, ConnectorError> {
    let what = format!("PATCH /Users/{id}");
    let body = patch(json!({"op": "replace", "path": "active", "value": active}));
    let answer = send(target, &what, Method::PATCH, &["Users", id], Some(&body)).await?;
    match answer.status {
        404 | 410 if !active => Ok(applied(Some(id.to_owned()), &what, &answer)),
        404 | 410 => Err(reject(Cause::Invalid, words(&what, &answer))),
        _ => accepted(id, &what, &answer),
    }
}

async fn delete(target: &Target, id: &str) -> Result<Applied, ConnectorError> {
    let what = format!("DELETE /Users/{id}");
    let answer = send(target, &what, Method::DELETE, &["Users", id], None).await?;
    match answer.status {
        404 | 410 => Ok(applied(Some(id.to_owned()), &what, &answer)),
        _ => accepted(id, &what, &answer),
    }
}

async fn add_grant(target: &Target, id: &str, grant: &Grant) -> Result<Applied, ConnectorError> {
    let what = format!("PATCH /Groups/{}", grant.native_id);
    let body = patch(json!({"op": "add", "path": "members", "value": [{"value": id}]}));
    let parts = ["Groups", grant.native_id.as_str()];
    let answer = send(target, &what, Method::PATCH, &parts, Some(&body)).await?;
    match answer.status {
        404 | 410 => Err(reject(Cause::Invalid, words(&what, &answer))),
        _ => accepted(id, &what, &answer),
    }
}

async fn remove_grant(target: &Target, id: &str, grant: &Grant) -> Result<Applied, ConnectorError> {
    let what = format!("PATCH /Groups/{}", grant.native_id);
    let path = format!("members[value eq {}]", quoted(id));
    let body = patch(json!({"op": "remove", "path": path}));
    let parts = ["Groups", grant.native_id.as_str()];
    let answer = send(target, &what, Method::PATCH, &parts, Some(&body)).await?;
    // Strict targets say noTarget when the member is not there, and a group that is gone holds
    // nobody. Whether the access is gone is for the read to show.
    let is_absent = answer.status == 400 && scim_type(&answer).as_deref() == Some("noTarget");
    match answer.status {
        404 | 410 => Ok(applied(Some(id.to_owned()), &what, &answer)),
        _ if is_absent => Ok(applied(Some(id.to_owned()), &what, &answer)),
        _ => accepted(id, &what, &answer),
    }
}

/// Success is a body of JSON or none at all: a page of a proxy is not the target's word.
fn accepted(id: &str, what: &str, answer: &Answer) -> Result<Applied, ConnectorError> {
    if !answer.is_success() {
        return Err(change_failed(what, answer));
    }
    if !answer.is_empty() && answer.json().is_none() {
        let why = format!("{what} {}: the answer is not SCIM", answer.status);
        return Err(unknown(Cause::Garbage, why));
    }
    Ok(applied(Some(id.to_owned()), what, answer))
}

fn applied(native_id: Option<String>, what: &str, answer: &Answer) -> Applied {
    Applied { native_id, answer: format!("{what} {}", answer.status) }
}

async fn send(
    target: &Target,
    what: &str,
    method: Method,
    parts: &[&str],
    body: Option<&Value>,
) -> Result<Answer, ConnectorError> {
    let url = target.url(parts, &[]);
    let url = url.ok_or_else(|| reject(Cause::Invalid, format!("{what}: not a usable id")))?;
    target.send(method, url, body).await.map_err(|no_answer| change_lost(what, no_answer))
}

fn patch(operation: Value) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [operation],
    })
}

fn user(key: &AccountKey, profile: &AccountProfile) -> Value {
    let mut name = Map::new();
    for (part, value) in [("givenName", &profile.given_name), ("familyName", &profile.family_name)]
    {
        if let Some(value) = value {
            name.insert(part.to_owned(), json!(value));
        }
    }
    let mut user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "externalId": key.external_id,
        "userName": key.user_name,
        "displayName": profile.display_name,
        "active": true,
    });
    if !name.is_empty() {
        user["name"] = Value::Object(name);
    }
    if let Some(email) = &profile.email {
        user["emails"] = json!([{"value": email, "type": "work", "primary": true}]);
    }
    user
}
