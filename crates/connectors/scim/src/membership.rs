//! Who is in which group, for targets that do not say it on the user.
//!
//! `groups` on a user may be left out when it is empty (RFC 7643, 2.5), and some targets never send
//! it. Where it is missing the groups are asked, and what they answer is compared again, because a
//! target that ignores the filter sends every group.

use std::collections::{BTreeSet, HashMap};

use reqwest::Method;
use serde_json::Value;
use usher_connector::{ConnectorError, Grant};

use crate::http::Target;
use crate::paging::{fetch_all, quoted};
use crate::record::{Record, group_grant, id_of, text_or_number};
use crate::verdict::{garbage, read_failed, read_lost};

/// The grants of one record.
pub(crate) async fn grants_of(
    target: &Target,
    record: &Record,
) -> Result<BTreeSet<Grant>, ConnectorError> {
    if let Some(groups) = &record.groups {
        return Ok(groups.clone());
    }
    let filter = format!("members.value eq {}", quoted(&record.id));
    let groups = match fetch_all(target, "Groups", Some(&filter)).await? {
        Some(groups) => groups,
        None => fetch_all(target, "Groups", None).await?.unwrap_or_default(),
    };
    let mut grants = BTreeSet::new();
    for group in groups {
        let (id, members) = members_of(target, group).await?;
        if members.contains(&record.id) {
            grants.insert(group_grant(id));
        }
    }
    Ok(grants)
}

/// The grants of everybody, by the id of the user.
pub(crate) async fn grants_of_all(
    target: &Target,
) -> Result<HashMap<String, BTreeSet<Grant>>, ConnectorError> {
    let mut grants: HashMap<String, BTreeSet<Grant>> = HashMap::new();
    for group in fetch_all(target, "Groups", None).await?.unwrap_or_default() {
        let (id, members) = members_of(target, group).await?;
        for member in members {
            grants.entry(member).or_default().insert(group_grant(id.clone()));
        }
    }
    Ok(grants)
}

/// A group's id and the ids of its members. A list may leave the members out, so then the group
/// itself is asked; still none means that it is empty.
async fn members_of(
    target: &Target,
    group: Value,
) -> Result<(String, BTreeSet<String>), ConnectorError> {
    let nameless = || garbage("GET /Groups: a group has no usable id");
    let id = id_of(&group).ok_or_else(nameless)?;
    let group = match group.get("members") {
        Some(Value::Array(_)) => group,
        _ => {
            let what = format!("GET /Groups/{id}");
            let url = target.url(&["Groups", &id], &[]).ok_or_else(nameless)?;
            let answer =
                target.send(Method::GET, url, None).await.map_err(|no| read_lost(&what, no))?;
            if !answer.is_success() {
                return Err(read_failed(&what, &answer));
            }
            let group = answer.json().filter(|group| id_of(group).as_ref() == Some(&id));
            group.ok_or_else(|| garbage(format!("{what}: the answer is not this group")))?
        }
    };
    let members = group.get("members").and_then(Value::as_array);
    let members = members.into_iter().flatten();
    let members = members.map(|member| text_or_number(member.get("value")?)).collect();
    let unreadable = || garbage(format!("GET /Groups/{id}: a member has no value"));
    Option::<BTreeSet<String>>::ok_or_else(members, unreadable).map(|members| (id.clone(), members))
}
