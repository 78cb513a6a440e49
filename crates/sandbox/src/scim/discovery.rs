//! What this service says about itself (RFC 7643, 5 to 7): little, and all of it true.

use serde_json::{Value, json};

use super::{Answer, Call, LARGEST_PAGE, ScimError, list_answer};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

pub(super) fn service_provider_config(call: &Call) -> Answer {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": {"supported": true},
        "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": true, "maxResults": LARGEST_PAGE},
        "changePassword": {"supported": false},
        "sort": {"supported": false},
        "etag": {"supported": true},
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "A token that the operator of this directory hands out",
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{}/ServiceProviderConfig", call.base_url),
        },
    });
    Answer { status: 200, body: Some(body), ..Answer::default() }
}

pub(super) fn resource_types(call: &Call, rest: &[&str]) -> Result<Answer, ScimError> {
    let kind = |name: &str, endpoint: &str, schema: &str| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": name,
            "name": name,
            "endpoint": endpoint,
            "schema": schema,
            "meta": {
                "resourceType": "ResourceType",
                "location": format!("{}/ResourceTypes/{name}", call.base_url),
            },
        })
    };
    listed(vec![kind("User", "/Users", USER), kind("Group", "/Groups", GROUP)], rest)
}

pub(super) fn schemas(call: &Call, rest: &[&str]) -> Result<Answer, ScimError> {
    let schema = |id: &str, name: &str, attributes: Value| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
            "id": id,
            "name": name,
            "attributes": attributes,
            "meta": {
                "resourceType": "Schema",
                "location": format!("{}/Schemas/{id}", call.base_url),
            },
        })
    };
    let user = json!([
        attribute("userName", "string", true, "server"),
        attribute("externalId", "string", false, "none"),
        attribute("displayName", "string", false, "none"),
        attribute("active", "boolean", false, "none"),
    ]);
    let group = json!([attribute("displayName", "string", true, "none")]);
    listed(vec![schema(USER, "User", user), schema(GROUP, "Group", group)], rest)
}

fn attribute(name: &str, kind: &str, is_required: bool, uniqueness: &str) -> Value {
    json!({
        "name": name,
        "type": kind,
        "multiValued": false,
        "required": is_required,
        "caseExact": false,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": uniqueness,
    })
}

/// All of them, or the one that the rest of the path names.
fn listed(all: Vec<Value>, rest: &[&str]) -> Result<Answer, ScimError> {
    match rest {
        [] => Ok(list_answer(all.len(), 1, all)),
        [id] => {
            let found = all.into_iter().find(|resource| resource["id"] == *id);
            let body = found.ok_or_else(|| ScimError::not_found("such resource"))?;
            Ok(Answer { status: 200, body: Some(body), ..Answer::default() })
        }
        _ => Err(ScimError::not_found("such endpoint")),
    }
}
