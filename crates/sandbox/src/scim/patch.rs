//! PATCH (RFC 7644, 3.5.2) on the values of a user.

use serde_json::{Map, Value, json};

use super::ScimError;
use super::filter::Filter;

const URN: &str = "urn:ietf:params:scim:schemas:core:2.0:User:";

/// One operation of a PATCH body.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) verb: Verb,
    pub(super) path: Option<String>,
    pub(super) value: Option<Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Add,
    Replace,
    Remove,
}

/// The operations of a PATCH body; their words have no case, because large clients write `Add`.
pub(super) fn operations(body: &Map<String, Value>) -> Result<Vec<Operation>, ScimError> {
    let list = field(body, "Operations").and_then(Value::as_array);
    let list = list.ok_or_else(|| syntax("Operations is needed and is a list"))?;
    list.iter()
        .map(|operation| {
            let operation =
                operation.as_object().ok_or_else(|| syntax("an operation is an object"))?;
            let verb = field(operation, "op").and_then(Value::as_str).unwrap_or_default();
            let verb = match verb.to_ascii_lowercase().as_str() {
                "add" => Verb::Add,
                "replace" => Verb::Replace,
                "remove" => Verb::Remove,
                _ => return Err(syntax("op is add, replace or remove")),
            };
            let path = match field(operation, "path") {
                None | Some(Value::Null) => None,
                Some(Value::String(path)) => Some(path.clone()),
                Some(_) => return Err(invalid_path("path is a text")),
            };
            Ok(Operation { verb, path, value: field(operation, "value").cloned() })
        })
        .collect()
}

/// Applies a PATCH body to the values of a user.
pub(super) fn apply(
    values: &mut Map<String, Value>,
    body: &Map<String, Value>,
) -> Result<(), ScimError> {
    for operation in operations(body)? {
        match (&operation.path, operation.value) {
            (Some(path), value) => at_path(values, operation.verb, path, value)?,
            (None, Some(Value::Object(given))) if operation.verb != Verb::Remove => {
                for (name, value) in given {
                    at_path(values, operation.verb, &name, Some(value))?;
                }
            }
            (None, _) if operation.verb == Verb::Remove => {
                return Err(ScimError::typed(400, "noTarget", "remove needs a path"));
            }
            (None, _) => return Err(syntax("without a path the value is an object")),
        }
    }
    Ok(())
}

/// `attribute`, `attribute.sub`, `attribute[sub eq "v"]` or `attribute[sub eq "v"].sub`.
struct Path {
    attribute: String,
    filter: Option<Filter>,
    sub: Option<String>,
}

impl Path {
    fn parse(text: &str) -> Result<Self, ScimError> {
        let text = match text.get(..URN.len()) {
            Some(start) if start.eq_ignore_ascii_case(URN) => &text[URN.len()..],
            _ => text,
        };
        if text.starts_with("urn:") {
            // An extension schema is one attribute of its own.
            return Ok(Self { attribute: text.to_owned(), filter: None, sub: None });
        }
        let (head, filter, tail) = match text.split_once('[') {
            None => (text, None, ""),
            Some((head, rest)) => {
                let (inner, tail) =
                    rest.rsplit_once(']').ok_or_else(|| invalid_path("a bracket is open"))?;
                (head, Some(Filter::parse(inner)?), tail)
            }
        };
        let (attribute, sub) = match filter {
            Some(_) => (head, tail.strip_prefix('.')),
            None => head.split_once('.').map_or((head, None), |(head, sub)| (head, Some(sub))),
        };
        if attribute.is_empty() || sub.is_some_and(str::is_empty) {
            return Err(invalid_path("the path names no attribute"));
        }
        Ok(Self { attribute: attribute.to_owned(), filter, sub: sub.map(str::to_owned) })
    }
}

fn at_path(
    values: &mut Map<String, Value>,
    verb: Verb,
    text: &str,
    value: Option<Value>,
) -> Result<(), ScimError> {
    let path = Path::parse(text)?;
    if ["id", "meta", "groups"].iter().any(|name| path.attribute.eq_ignore_ascii_case(name)) {
        return Err(ScimError::typed(400, "mutability", "the attribute is read-only"));
    }
    let name = key(values, &path.attribute);
    if verb == Verb::Remove {
        return remove(values, &name, &path);
    }
    let value = value.ok_or_else(|| syntax("value is needed"))?;
    match (&path.filter, &path.sub) {
        (None, None) => match (verb, values.get_mut(&name), value) {
            (Verb::Add, Some(Value::Array(old)), Value::Array(new)) => {
                let missing: Vec<Value> = new.into_iter().filter(|v| !old.contains(v)).collect();
                old.extend(missing);
            }
            (_, Some(Value::Object(old)), Value::Object(new)) => old.extend(new),
            (_, _, value) => drop(values.insert(name, value)),
        },
        (None, Some(sub)) => {
            let inner = values.entry(name).or_insert_with(|| json!({}));
            let inner = inner.as_object_mut().ok_or_else(|| invalid_path("has no parts"))?;
            let sub = key(inner, sub);
            inner.insert(sub, value);
        }
        (Some(filter), sub) => {
            let list = values.entry(name).or_insert_with(|| json!([]));
            let list = list.as_array_mut().ok_or_else(|| invalid_path("is not a list"))?;
            into_matching(list, filter, sub.as_deref(), value);
        }
    }
    Ok(())
}

/// Sets the value in every matching element; where none matches, one that does is made.
fn into_matching(list: &mut Vec<Value>, filter: &Filter, sub: Option<&str>, value: Value) {
    if !list.iter().any(|element| matches(element, filter)) {
        let mut made = Map::new();
        made.insert(filter.attribute.clone(), filter.value.clone());
        list.push(Value::Object(made));
    }
    for element in list.iter_mut().filter(|element| matches(element, filter)) {
        match (sub, element) {
            (Some(sub), Value::Object(element)) => {
                let sub = key(element, sub);
                element.insert(sub, value.clone());
            }
            (_, element) => *element = value.clone(),
        }
    }
}

fn remove(values: &mut Map<String, Value>, name: &str, path: &Path) -> Result<(), ScimError> {
    match (&path.filter, &path.sub, values.get_mut(name)) {
        (None, None, _) => drop(values.remove(name)),
        (None, Some(sub), Some(Value::Object(inner))) => {
            let sub = key(inner, sub);
            inner.remove(&sub);
        }
        (Some(filter), sub, Some(Value::Array(list))) => {
            if !list.iter().any(|element| matches(element, filter)) {
                return Err(ScimError::typed(400, "noTarget", "nothing matches the path"));
            }
            match sub {
                None => list.retain(|element| !matches(element, filter)),
                Some(sub) => list
                    .iter_mut()
                    .filter(|element| matches(element, filter))
                    .filter_map(Value::as_object_mut)
                    .for_each(|element| {
                        let sub = key(element, sub);
                        element.remove(&sub);
                    }),
            }
        }
        _ => {}
    }
    Ok(())
}

fn matches(element: &Value, filter: &Filter) -> bool {
    let value = element.as_object().and_then(|element| field(element, &filter.attribute));
    value == Some(&filter.value)
}

/// A value by its name, whatever its case.
pub(super) fn field<'a>(values: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    values.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The name as the values spell it already, or as it was given.
fn key(values: &Map<String, Value>, name: &str) -> String {
    let known = values.keys().find(|key| key.eq_ignore_ascii_case(name));
    known.cloned().unwrap_or_else(|| name.to_owned())
}

pub(super) fn syntax(detail: &str) -> ScimError {
    ScimError::typed(400, "invalidSyntax", detail)
}

pub(super) fn invalid_path(detail: &str) -> ScimError {
    ScimError::typed(400, "invalidPath", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patched(mut values: Value, operations: Value) -> Result<Value, Option<&'static str>> {
        let body = json!({"Operations": operations});
        let values_map = values.as_object_mut().unwrap();
        apply(values_map, body.as_object().unwrap()).map_err(|error| error.scim_type)?;
        Ok(values)
    }

    #[test]
    fn carries_out_what_large_clients_send() {
        let work = json!([{"type": "work", "value": "a@x"}]);
        for (before, operations, after) in [
            (
                json!({"active": true}),
                json!([{"op": "Replace", "path": "active", "value": false}]),
                json!({"active": false}),
            ),
            (
                json!({"active": true}),
                json!([{"op": "replace", "value": {"Active": "False"}}]),
                json!({"active": "False"}),
            ),
            (
                json!({}),
                json!([{"op": "Add", "path": "emails[type eq \"work\"].value", "value": "a@x"}]),
                json!({"emails": work}),
            ),
            (
                json!({"emails": work}),
                json!([{"op": "remove", "path": "emails[type eq \"work\"]"}]),
                json!({"emails": []}),
            ),
            (
                json!({"name": {"givenName": "A"}}),
                json!([{"op": "add", "path": "name.familyName", "value": "B"}]),
                json!({"name": {"givenName": "A", "familyName": "B"}}),
            ),
            (json!({"title": "x"}), json!([{"op": "remove", "path": "title"}]), json!({})),
            (
                json!({"title": "x"}),
                json!([{"op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:title", "value": "y"}]),
                json!({"title": "y"}),
            ),
        ] {
            assert_eq!(patched(before, operations.clone()), Ok(after), "{operations}");
        }
    }

    #[test]
    fn names_what_it_cannot_do() {
        for (operations, kind) in [
            (json!([{"op": "move", "path": "a"}]), "invalidSyntax"),
            (json!([{"op": "remove"}]), "noTarget"),
            (json!([{"op": "remove", "path": "emails[type eq \"home\"]"}]), "noTarget"),
            (json!([{"op": "replace", "path": "id", "value": "1"}]), "mutability"),
            (json!([{"op": "replace", "path": "emails[type", "value": "1"}]), "invalidPath"),
            (json!([{"op": "add", "value": 7}]), "invalidSyntax"),
        ] {
            let values = json!({"emails": [{"type": "work"}]});
            assert_eq!(patched(values, operations.clone()), Err(Some(kind)), "{operations}");
        }
    }
}
