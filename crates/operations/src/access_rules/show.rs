//! The text that is effective, and how it came to be.

use chrono::{DateTime, Utc};
use usher_authorization::Resource;
use usher_store::{access_rules, person};
use usher_vocabulary::{Action, SubjectId};

use crate::{Caller, Context, Fault};

/// Versions of one page of the history.
const SHOWN: i64 = 20;

/// What a page of the rules shows.
#[derive(Debug, Clone)]
pub struct AccessRules {
    /// Number of the version that is effective; 0 for the built-in policies alone.
    pub effective: i32,
    /// Its text; empty for the built-in policies alone.
    pub text: String,
    /// The newest first.
    pub history: Vec<Version>,
    /// Older versions are before this one.
    pub older: Option<i32>,
    pub may_change: bool,
    /// Why the effective text cannot be used.
    pub problem: Option<String>,
}

/// What became of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Effective,
    /// A newer text took its place.
    Superseded,
    /// An older text took its place.
    RolledBack,
}

/// One version.
#[derive(Debug, Clone)]
pub struct Version {
    pub number: i32,
    pub state: State,
    /// The version whose text this one brought back.
    pub restores: Option<i32>,
    pub text: String,
    /// The text that was effective before it.
    pub text_before: String,
    pub reason: String,
    pub author: SubjectId,
    pub author_name: String,
    pub created_at: DateTime<Utc>,
}

impl From<access_rules::Version> for Version {
    fn from(row: access_rules::Version) -> Self {
        let state = match (row.is_effective, row.was_rolled_back) {
            (true, _) => State::Effective,
            (false, true) => State::RolledBack,
            (false, false) => State::Superseded,
        };
        Self {
            number: row.number,
            state,
            restores: row.restores,
            text: row.text,
            text_before: row.text_before,
            reason: row.reason,
            author: row.author,
            author_name: row.author_name,
            created_at: row.created_at,
        }
    }
}

/// The rules with their history; `before` leads to older versions.
///
/// # Errors
/// The caller may not see them.
pub async fn show(
    cx: &Context,
    caller: &Caller,
    before: Option<i32>,
) -> Result<AccessRules, Fault> {
    cx.authorize(caller, Action::ViewAccessRules, &Resource::System)?;
    let mut conn = cx.store.conn().await?;
    let newest = access_rules::list(&mut conn, None, 1).await?.pop();
    let mut rows = access_rules::list(&mut conn, before, SHOWN + 1).await?;
    let has_more = i64::try_from(rows.len()).is_ok_and(|count| count > SHOWN);
    rows.truncate(usize::try_from(SHOWN).unwrap_or(0));
    // Rights of a moment ago may have come with older rules than those that are shown.
    let problem = cx.rules.of(&mut conn, newest.as_ref().map(|v| v.effective())).await?;
    Ok(AccessRules {
        effective: newest.as_ref().map_or(0, |version| version.number),
        text: newest.map(|version| version.text).unwrap_or_default(),
        older: has_more.then(|| rows.last().map(|row| row.number)).flatten(),
        history: rows.into_iter().map(Version::from).collect(),
        may_change: cx.may(caller, Action::ManageAccessRules, &Resource::System),
        problem: problem.problem().map(ToOwned::to_owned),
    })
}

/// One version, such as to take its text up again.
///
/// # Errors
/// The caller may not see it, or there is none of this number.
pub async fn version(cx: &Context, caller: &Caller, number: i32) -> Result<Version, Fault> {
    cx.authorize(caller, Action::ViewAccessRules, &Resource::System)?;
    let mut conn = cx.store.conn().await?;
    let found = access_rules::list(&mut conn, number.checked_add(1), 1).await?.pop();
    found.filter(|row| row.number == number).map(Version::from).ok_or(Fault::NotFound)
}

/// A person whom a text names by their id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub id: SubjectId,
    /// `None` when nobody has this id, so that the rule permits nobody anything.
    pub name: Option<String>,
}

/// Who is meant by the ids in a text, in their order. An id says little to whoever reads a rule.
///
/// # Errors
/// The caller may not see rules.
pub async fn named(cx: &Context, caller: &Caller, text: &str) -> Result<Vec<Named>, Fault> {
    cx.authorize(caller, Action::ViewAccessRules, &Resource::System)?;
    let ids = ids(text);
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut conn = cx.store.conn().await?;
    let known = person::briefs(&mut conn, &ids).await?;
    let name = |id| known.iter().find(|one| one.id == id).map(|one| one.display_name.clone());
    Ok(ids.into_iter().map(|id| Named { id, name: name(id) }).collect())
}

/// Every id of a caller in a text, once.
fn ids(text: &str) -> Vec<SubjectId> {
    let mut found = Vec::new();
    for rest in text.split("Caller::\"").skip(1) {
        let id = rest.split('"').next().and_then(|id| id.parse().ok());
        found.extend(id.filter(|id| !found.contains(id)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_once_and_other_words_are_none() {
        let id = "0198c5a2-7d31-7000-8000-000000000001";
        let text = format!("Caller::\"{id}\" || Caller::\"{id}\" || Caller::\"job\" || Caller::\"");
        assert_eq!(ids(&text), [id.parse().unwrap()]);
    }
}
