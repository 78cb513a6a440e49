//! `/Users`.

use serde_json::{Map, Value, json};

use super::filter::{self, Filter};
use super::{Answer, Call, ScimError, etag, list_answer, patch, timestamp};
use crate::directory::{Account, Directory, Group};
use crate::effect::Effect;

const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// The longest user name, in characters.
const LONGEST_USER_NAME: usize = 1_000;

pub(super) fn list(directory: &Directory, call: &Call) -> Result<Answer, ScimError> {
    let (start, count) = call.page()?;
    let show = |account: &Account| {
        user_json(account, directory.groups_of(&account.id), &call.base_url, call)
    };
    let Some(text) = call.parameter("filter") else {
        let page = directory.accounts().skip(start - 1).take(count).map(show).collect();
        return Ok(list_answer(directory.account_count(), start, page));
    };
    let filter = Filter::parse(text)?;
    let found: Vec<&Account> = match filter.attribute.as_str() {
        "username" => directory.account_named(filter.text()?).into_iter().collect(),
        "externalid" => directory.accounts_of(filter.text()?).collect(),
        "id" => directory.account(filter.text()?).into_iter().collect(),
        "active" => directory.accounts().filter(|a| filter.value == json!(a.active)).collect(),
        _ => return Err(filter::invalid(text)),
    };
    let total = found.len();
    Ok(list_answer(total, start, found.into_iter().skip(start - 1).take(count).map(show).collect()))
}

pub(super) fn create(directory: &Directory, call: &Call) -> Result<Answer, ScimError> {
    let draft = Draft::read(call.object()?.clone(), true)?;
    draft.check_unique(directory, None)?;
    let account = Account {
        id: directory.next_id(),
        external_id: draft.external_id,
        user_name: draft.user_name,
        active: draft.active,
        attributes: draft.attributes,
        created_at: call.now,
        modified_at: call.now,
        version: 1,
    };
    let effect = Effect::AccountCreated {
        id: account.id.clone(),
        external_id: account.external_id.clone(),
        user_name: account.user_name.clone(),
        active: account.active,
        attributes: account.attributes.clone(),
    };
    Ok(shown(201, &account, directory, call, vec![effect]))
}

pub(super) fn one(directory: &Directory, call: &Call, id: &str) -> Result<Answer, ScimError> {
    let account = directory.account(id).ok_or_else(|| ScimError::not_found("such user"))?;
    match call.method.as_str() {
        "GET" if call.if_none_match.as_deref() == Some(&etag(account.version)) => {
            Ok(Answer { status: 304, version: Some(account.version), ..Answer::default() })
        }
        "GET" => Ok(shown(200, account, directory, call, Vec::new())),
        "PUT" => {
            call.check_version(account.version)?;
            // An absent `active` keeps what is: a profile update must not enable anybody.
            let draft = Draft::read(call.object()?.clone(), account.active)?;
            changed(directory, call, account, draft)
        }
        "PATCH" => {
            call.check_version(account.version)?;
            let mut values = account.values();
            patch::apply(&mut values, call.object()?)?;
            changed(directory, call, account, Draft::read(values, account.active)?)
        }
        "DELETE" => {
            call.check_version(account.version)?;
            let left = directory.groups_of(id).map(|group| Effect::MemberRemoved {
                group: group.id.clone(),
                account: id.to_owned(),
            });
            let gone = Effect::AccountDeleted { id: id.to_owned() };
            let effects = left.chain([gone]).collect();
            Ok(Answer { status: 204, effects, ..Answer::default() })
        }
        _ => Err(ScimError::new(405, "the method is not allowed here")),
    }
}

/// The answer to a change of `account` into `draft`, with the effects that lead there.
fn changed(
    directory: &Directory,
    call: &Call,
    account: &Account,
    draft: Draft,
) -> Result<Answer, ScimError> {
    draft.check_unique(directory, Some(&account.id))?;
    let mut effects = Vec::new();
    let is_same = draft.external_id == account.external_id
        && draft.user_name == account.user_name
        && draft.attributes == account.attributes;
    if !is_same {
        effects.push(Effect::AccountChanged {
            id: account.id.clone(),
            external_id: draft.external_id.clone(),
            user_name: draft.user_name.clone(),
            attributes: draft.attributes.clone(),
        });
    }
    let id = account.id.clone();
    match (account.active, draft.active) {
        (false, true) => effects.push(Effect::AccountEnabled { id }),
        (true, false) => effects.push(Effect::AccountDisabled { id }),
        _ => {}
    }
    let after = Account {
        external_id: draft.external_id,
        user_name: draft.user_name,
        active: draft.active,
        attributes: draft.attributes,
        modified_at: if effects.is_empty() { account.modified_at } else { call.now },
        version: account.version + effects.len() as u64,
        ..account.clone()
    };
    Ok(shown(200, &after, directory, call, effects))
}

fn shown(
    status: u16,
    account: &Account,
    directory: &Directory,
    call: &Call,
    effects: Vec<Effect>,
) -> Answer {
    let body = user_json(account, directory.groups_of(&account.id), &call.base_url, call);
    Answer { status, body: Some(body), version: Some(account.version), effects }
}

/// The values that a client may set, checked.
struct Draft {
    external_id: Option<String>,
    user_name: String,
    active: bool,
    attributes: Map<String, Value>,
}

impl Draft {
    fn read(mut values: Map<String, Value>, active: bool) -> Result<Self, ScimError> {
        let user_name = match take(&mut values, "userName") {
            Some(Value::String(name)) => name,
            _ => return Err(invalid_value("userName is needed and is a text")),
        };
        if user_name.trim().is_empty() || user_name.chars().any(char::is_control) {
            return Err(invalid_value("userName must not be blank or hold control characters"));
        }
        if user_name.chars().count() > LONGEST_USER_NAME {
            return Err(invalid_value("userName is too long"));
        }
        let external_id = match take(&mut values, "externalId") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(_) => return Err(invalid_value("externalId is a text")),
        };
        let active = match take(&mut values, "active") {
            None | Some(Value::Null) => active,
            Some(value) => {
                boolean(&value).ok_or_else(|| invalid_value("active is true or false"))?
            }
        };
        for kept_by_us in ["schemas", "id", "meta", "groups"] {
            take(&mut values, kept_by_us);
        }
        Ok(Self { external_id, user_name, active, attributes: values })
    }

    fn check_unique(&self, directory: &Directory, own_id: Option<&str>) -> Result<(), ScimError> {
        match directory.account_named(&self.user_name) {
            Some(other) if Some(other.id.as_str()) != own_id => {
                Err(ScimError::typed(409, "uniqueness", "the userName is taken"))
            }
            _ => Ok(()),
        }
    }
}

impl Account {
    /// What a PATCH is applied to.
    fn values(&self) -> Map<String, Value> {
        let mut values = self.attributes.clone();
        values.insert("userName".to_owned(), json!(self.user_name));
        values.insert("active".to_owned(), json!(self.active));
        if let Some(external_id) = &self.external_id {
            values.insert("externalId".to_owned(), json!(external_id));
        }
        values
    }
}

/// The account as a client sees it.
pub(crate) fn user_json<'a>(
    account: &Account,
    groups: impl Iterator<Item = &'a Group>,
    base_url: &str,
    call: &Call,
) -> Value {
    let mut values = account.values();
    let location = format!("{base_url}/Users/{}", account.id);
    values.insert("schemas".to_owned(), json!([SCHEMA]));
    values.insert("id".to_owned(), json!(account.id));
    let meta = json!({
        "resourceType": "User",
        "created": timestamp(account.created_at),
        "lastModified": timestamp(account.modified_at),
        "location": location,
        "version": etag(account.version),
    });
    values.insert("meta".to_owned(), meta);
    if !call.excludes("groups") {
        let groups: Vec<Value> = groups
            .map(|group| {
                json!({
                    "value": group.id,
                    "$ref": format!("{base_url}/Groups/{}", group.id),
                    "display": group.display_name,
                    "type": "direct",
                })
            })
            .collect();
        values.insert("groups".to_owned(), json!(groups));
    }
    Value::Object(values)
}

/// Takes a value by its name, whatever its case.
fn take(values: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let key = values.keys().find(|key| key.eq_ignore_ascii_case(name))?.clone();
    values.remove(&key)
}

/// Large clients send booleans as texts.
fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn invalid_value(detail: &str) -> ScimError {
    ScimError::typed(400, "invalidValue", detail)
}
