//! The small company of these tests. The caller is always `ME`.

use usher_authorization::{Answer, Authorizer, Denial, Principal, PrincipalKind, Resource};
use usher_vocabulary::{AdminRole, SubjectId, TokenScope, uuid::Uuid};

pub(crate) const ME: SubjectId = SubjectId(Uuid::from_u128(1));
pub(crate) const OTHER: SubjectId = SubjectId(Uuid::from_u128(2));
pub(crate) const THIRD: SubjectId = SubjectId(Uuid::from_u128(3));
pub(crate) const THING: Uuid = Uuid::from_u128(100);

/// Signed in through the browser, active, no role.
pub(crate) fn me() -> Principal {
    Principal {
        id: Some(ME),
        kind: PrincipalKind::Person,
        roles: Vec::new(),
        scope: None,
        may_act: true,
    }
}

pub(crate) fn me_as(roles: &[AdminRole]) -> Principal {
    Principal { roles: roles.to_vec(), ..me() }
}

pub(crate) fn my_token(scope: TokenScope, roles: &[AdminRole]) -> Principal {
    Principal { kind: PrincipalKind::ApiClient, scope: Some(scope), ..me_as(roles) }
}

pub(crate) fn machine(kind: PrincipalKind) -> Principal {
    Principal { id: None, kind, ..me() }
}

pub(crate) fn subject(id: SubjectId, managers: &[SubjectId]) -> Resource {
    Resource::Subject { id, managers: managers.to_vec() }
}

pub(crate) fn request(requester: SubjectId, requestee: SubjectId) -> Resource {
    let (managers, approvers, owners) = (vec![THIRD], vec![THIRD], vec![THIRD]);
    Resource::Request { id: THING, requester, requestee, managers, approvers, owners }
}

pub(crate) fn task(approver: SubjectId, requester: SubjectId, requestee: SubjectId) -> Resource {
    Resource::Task { id: THING, approver, requester, requestee }
}

pub(crate) fn work_item(owner: SubjectId, subject: SubjectId) -> Resource {
    Resource::WorkItem { id: THING, owners: vec![owner], subject }
}

pub(crate) fn authorizer() -> Authorizer {
    Authorizer::built_in().unwrap()
}

pub(crate) fn denied(why: Denial) -> Answer {
    Answer::Denied { why }
}
