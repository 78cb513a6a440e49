//! What the directory says before the file does.

use chrono::{DateTime, Utc};
use usher_vocabulary::{OrgUnitId, PersonState, RelationshipKind, SubjectId, WorkRelationshipId};

use super::units::KnownUnit;
use crate::person::RelationshipFacts;

/// Everything that a file is compared with.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Everybody, whatever their source.
    pub people: Vec<KnownPerson>,
    pub relationships: Vec<KnownRelationship>,
    pub units: Vec<KnownUnit>,
    /// What the source of the file said before.
    pub records: Vec<KnownRecord>,
}

/// A person as stored.
#[derive(Debug, Clone)]
pub struct KnownPerson {
    pub id: SubjectId,
    pub display_name: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: Option<String>,
    pub user_name: String,
    pub state: PersonState,
    /// An identity provider's account is linked: the address is a claim that signs somebody in.
    pub is_linked: bool,
}

/// A work relationship as stored.
#[derive(Debug, Clone)]
pub struct KnownRelationship {
    pub id: WorkRelationshipId,
    pub person: SubjectId,
    pub employee_number: Option<String>,
    pub kind: RelationshipKind,
    pub unit: Option<OrgUnitId>,
    pub title: String,
    pub manager: Option<SubjectId>,
    pub location: Option<String>,
    pub time_zone: String,
    pub facts: RelationshipFacts,
}

/// The last word of the source about one key.
#[derive(Debug, Clone)]
pub struct KnownRecord {
    pub key: String,
    pub subject: Option<SubjectId>,
    /// Of the mapped cells; see [`super::Row::cells`].
    pub content_hash: Vec<u8>,
    pub missing_since: Option<DateTime<Utc>>,
}
