//! `/Groups`.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::filter::{self, Filter};
use super::patch::{self, Operation, Verb};
use super::{Answer, Call, ScimError, etag, list_answer, timestamp};
use crate::directory::{Directory, Group};
use crate::effect::Effect;

const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

pub(super) fn list(directory: &Directory, call: &Call) -> Result<Answer, ScimError> {
    let (start, count) = call.page()?;
    let found: Vec<&Group> = match call.parameter("filter") {
        None => directory.groups().collect(),
        Some(text) => {
            let filter = Filter::parse(text)?;
            let value = filter.text()?;
            match filter.attribute.as_str() {
                "displayname" => directory.groups().filter(|g| g.display_name == value).collect(),
                "id" => directory.group(value).into_iter().collect(),
                "members.value" => directory.groups_of(value).collect(),
                _ => return Err(filter::invalid(text)),
            }
        }
    };
    let total = found.len();
    let page = found.into_iter().skip(start - 1).take(count);
    Ok(list_answer(total, start, page.map(|group| group_json(group, call)).collect()))
}

pub(super) fn create(directory: &Directory, call: &Call) -> Result<Answer, ScimError> {
    let body = call.object()?;
    let display_name = display_name(body)?;
    let members = match patch::field(body, "members") {
        Some(value) => member_ids(value)?,
        None => BTreeSet::new(),
    };
    let group = Group {
        id: directory.next_id(),
        display_name: display_name.clone(),
        members,
        created_at: call.now,
        modified_at: call.now,
        version: 1,
    };
    let mut effects = vec![Effect::GroupCreated { id: group.id.clone(), display_name }];
    for account in &group.members {
        effects.push(added(directory, &group.id, account)?);
    }
    Ok(Answer {
        status: 201,
        body: Some(group_json(&group, call)),
        version: Some(group.version),
        effects,
    })
}

pub(super) fn one(directory: &Directory, call: &Call, id: &str) -> Result<Answer, ScimError> {
    let group = directory.group(id).ok_or_else(|| ScimError::not_found("such group"))?;
    match call.method.as_str() {
        "GET" if call.if_none_match.as_deref() == Some(&etag(group.version)) => {
            Ok(Answer { status: 304, version: Some(group.version), ..Answer::default() })
        }
        "GET" => Ok(Answer {
            status: 200,
            body: Some(group_json(group, call)),
            version: Some(group.version),
            effects: Vec::new(),
        }),
        "PATCH" => {
            call.check_version(group.version)?;
            // No body: a group of ten thousand must not be sent for each member added.
            let effects = patched(directory, group, patch::operations(call.object()?)?)?;
            Ok(Answer { status: 204, effects, ..Answer::default() })
        }
        "DELETE" => {
            call.check_version(group.version)?;
            let left = group.members.iter().map(|account| removed(id, account));
            let gone = Effect::GroupDeleted { id: id.to_owned() };
            let effects = left.chain([gone]).collect();
            Ok(Answer { status: 204, effects, ..Answer::default() })
        }
        _ => Err(ScimError::new(405, "the method is not allowed here")),
    }
}

fn patched(
    directory: &Directory,
    group: &Group,
    operations: Vec<Operation>,
) -> Result<Vec<Effect>, ScimError> {
    let mut name = group.display_name.clone();
    let mut members = group.members.clone();
    for operation in operations {
        match operation.path.as_deref() {
            Some(path) => {
                patch_path(&mut name, &mut members, operation.verb, path, operation.value)?;
            }
            None => {
                let Some(Value::Object(values)) = operation.value else {
                    return Err(patch::syntax("without a path the value is an object"));
                };
                for (path, value) in values {
                    patch_path(&mut name, &mut members, operation.verb, &path, Some(value))?;
                }
            }
        }
    }
    let mut effects = Vec::new();
    if name != group.display_name {
        effects.push(Effect::GroupRenamed { id: group.id.clone(), display_name: name });
    }
    for account in members.difference(&group.members) {
        effects.push(added(directory, &group.id, account)?);
    }
    effects.extend(group.members.difference(&members).map(|account| removed(&group.id, account)));
    Ok(effects)
}

fn patch_path(
    name: &mut String,
    members: &mut BTreeSet<String>,
    verb: Verb,
    path: &str,
    value: Option<Value>,
) -> Result<(), ScimError> {
    if path.eq_ignore_ascii_case("displayName") && verb != Verb::Remove {
        let value = value.as_ref().and_then(Value::as_str);
        *name = value.ok_or_else(|| patch::syntax("displayName is a text"))?.to_owned();
        return Ok(());
    }
    if path.eq_ignore_ascii_case("members") {
        let ids = value.as_ref().map(member_ids).transpose()?;
        match (verb, ids) {
            (Verb::Add, Some(ids)) => members.extend(ids),
            (Verb::Replace, Some(ids)) => *members = ids,
            (Verb::Remove, Some(ids)) => members.retain(|id| !ids.contains(id)),
            (Verb::Remove, None) => members.clear(),
            (_, None) => return Err(patch::syntax("value is needed")),
        }
        return Ok(());
    }
    let filter = Filter::parse(path).ok().filter(|filter| filter.attribute == "members.value");
    match (filter, verb) {
        (Some(filter), Verb::Remove) => {
            if !members.remove(filter.text()?) {
                return Err(ScimError::typed(400, "noTarget", "no such member"));
            }
            Ok(())
        }
        _ if ["schemas", "externalId"].iter().any(|kept| path.eq_ignore_ascii_case(kept)) => Ok(()),
        _ => Err(patch::invalid_path("a group has displayName and members")),
    }
}

fn added(directory: &Directory, group: &str, account: &str) -> Result<Effect, ScimError> {
    match directory.account(account) {
        Some(_) => Ok(Effect::MemberAdded { group: group.to_owned(), account: account.to_owned() }),
        None => Err(ScimError::typed(400, "invalidValue", "a member is not a user here")),
    }
}

fn removed(group: &str, account: &str) -> Effect {
    Effect::MemberRemoved { group: group.to_owned(), account: account.to_owned() }
}

/// The ids in a list of members, or in one member.
fn member_ids(value: &Value) -> Result<BTreeSet<String>, ScimError> {
    let one = std::slice::from_ref(value);
    let list = value.as_array().map_or(one, Vec::as_slice);
    list.iter()
        .map(|member| {
            let id = member.as_str().or_else(|| member.get("value").and_then(Value::as_str));
            let id = id.ok_or_else(|| patch::syntax("a member has a value"))?;
            Ok(id.to_owned())
        })
        .collect()
}

fn display_name(body: &Map<String, Value>) -> Result<String, ScimError> {
    let name = patch::field(body, "displayName").and_then(Value::as_str).unwrap_or_default();
    match name.trim().is_empty() {
        true => Err(ScimError::typed(400, "invalidValue", "displayName is needed")),
        false => Ok(name.to_owned()),
    }
}

fn group_json(group: &Group, call: &Call) -> Value {
    let mut body = json!({
        "schemas": [SCHEMA],
        "id": group.id,
        "displayName": group.display_name,
        "meta": {
            "resourceType": "Group",
            "created": timestamp(group.created_at),
            "lastModified": timestamp(group.modified_at),
            "location": format!("{}/Groups/{}", call.base_url, group.id),
            "version": etag(group.version),
        },
    });
    if !call.excludes("members") {
        let members = group.members.iter().map(|id| {
            json!({
                "value": id,
                "type": "User",
                "$ref": format!("{}/Users/{id}", call.base_url),
            })
        });
        body["members"] = members.collect();
    }
    body
}
