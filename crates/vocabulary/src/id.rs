//! Typed ids: a person's id cannot be given where a request's is expected.

use uuid::Uuid;

macro_rules! typed_id {
    ($($(#[$meta:meta])* $name:ident,)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name { fn from(id: Uuid) -> Self { Self(id) } }
        impl From<$name> for Uuid { fn from(id: $name) -> Self { id.0 } }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { Uuid::parse_str(text).map(Self) }
        }
    )+};
}

typed_id! {
    /// A person or a non-human identity: whatever accounts and assignments name.
    SubjectId,
    /// One employment or contract of a person.
    WorkRelationshipId,
    /// A node of the organisation.
    OrgUnitId,
    /// A named set of people who may decide together.
    GroupId,
    /// A system we read authority from.
    SourceId,
    /// One delivery from a source: a file, a push, a call.
    SourceEventId,
    /// What people see and ask for access to.
    ApplicationId,
    /// A configured connector.
    ConnectorInstanceId,
    /// A system we write access to.
    TargetId,
    /// Something on a target that can be held.
    EntitlementId,
    /// What can be asked for; its content is in immutable versions.
    CatalogueItemId,
    /// One immutable version of a catalogue item.
    CatalogueItemVersionId,
    /// One immutable version of an assignment policy.
    PolicyVersionId,
    /// One immutable version of the access rules of one's own.
    AccessRulesVersionId,
    /// One immutable version of a calendar.
    CalendarVersionId,
    /// A request with one or more items.
    RequestId,
    /// One item of a request: where the state of the decision lives.
    RequestItemId,
    /// One step of the approval plan of a request item.
    StageId,
    /// One person's work item.
    TaskId,
    /// What should be: a subject is entitled to an item for a time.
    AssignmentId,
    /// Subject x target x entitlement x scope, with every assignment that wants it.
    DemandId,
    /// Subject x target: the line on which operations are served in order, with its generation.
    LaneId,
    /// Durable work of the engine.
    JobId,
    /// One try of a job.
    AttemptId,
    /// One call to a target that changes something: intent before, outcome after.
    CallId,
    /// An account object on a target, as last read.
    AccountId,
    /// Something that falls due.
    TimerId,
    /// A detected condition that somebody should look at.
    FindingId,
    /// What a person is asked to carry out on a target, and their word for it.
    WorkItemId,
    /// One message to one person.
    NotificationId,
    /// One entry of the record.
    AuditEventId,
    /// A bearer token of the API.
    ApiTokenId,
    /// One id from the click to the connector call.
    CorrelationId,
}
