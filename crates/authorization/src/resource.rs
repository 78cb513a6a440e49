//! What is asked about.

use usher_vocabulary::{SubjectId, uuid::Uuid};

/// The literal thing that an action is about, with everybody who stands in a relation to it.
///
/// Each action applies to certain of these only (policies/schema.cedarschema); any other pair is
/// refused with [`Denial::Error`](crate::Denial::Error).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Resource {
    /// Nothing in particular; with a view, all there is of the kind.
    Directory,
    /// A person or non-human identity that has, or shall have, access.
    Subject {
        id: SubjectId,
        /// The chain from below: the first is the direct manager, who alone may ask for this subject.
        managers: Vec<SubjectId>,
    },
    Request {
        id: Uuid,
        requester: SubjectId,
        requestee: SubjectId,
        /// The requestee's chain of managers.
        managers: Vec<SubjectId>,
        /// Whoever has, or had, a task of this request.
        approvers: Vec<SubjectId>,
        /// Owners of what is asked for.
        owners: Vec<SubjectId>,
    },
    Task {
        id: Uuid,
        approver: SubjectId,
        requester: SubjectId,
        requestee: SubjectId,
    },
    /// What a person is asked to carry out on a target.
    WorkItem {
        id: Uuid,
        /// Owners of the target's application.
        owners: Vec<SubjectId>,
        /// Whose access it is.
        subject: SubjectId,
    },
    Application {
        id: Uuid,
        owners: Vec<SubjectId>,
    },
    /// Engine, connectors, sources; with a view, all there is of the kind.
    System,
}
