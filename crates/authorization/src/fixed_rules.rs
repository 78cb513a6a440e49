//! The rules that hold whatever the policies say. They are forbidden in policies/forbidden.cedar too;
//! here they stand because a policy file can be edited wrongly and these must not depend on it.

use usher_vocabulary::{Action, AdminRole, SubjectId};

use crate::{Denial, Principal, PrincipalKind, Resource};

/// Why this can never be done, by any caller with any policy; `None` leaves it to the policies.
pub(crate) fn refusal(who: &Principal, action: Action, what: &Resource) -> Option<Denial> {
    if who.is_stranger() {
        Some(Denial::NotSignedIn)
    } else if concerns_own_access(who, action, what) {
        Some(Denial::OwnAccess)
    } else if who.roles.contains(&AdminRole::Auditor) && is_closed_to_auditors(action) {
        Some(Denial::ReadOnly)
    } else if action == Action::ManageAccessRules {
        no_administrator_in_person(who)
    } else {
        None
    }
}

/// What people may do is changed by somebody who holds the role of an administrator, in their own name:
/// no token, no job and no policy stands in for them.
fn no_administrator_in_person(who: &Principal) -> Option<Denial> {
    let is_person = matches!(who.kind, PrincipalKind::Person | PrincipalKind::Test);
    if who.is_by_token() {
        Some(Denial::TokenScope)
    } else if is_person && who.roles.contains(&AdminRole::Administrator) {
        None
    } else {
        Some(Denial::NoPolicy)
    }
}

/// What built-in policies alone decide. Whoever could open one of these could give themselves everything
/// else; and a policy of one's own that fails must not shut the door to where it is put right.
#[must_use]
pub const fn is_reserved(action: Action) -> bool {
    match action {
        Action::ViewAccessRules
        | Action::ManageAccessRules
        | Action::GrantAdministration
        | Action::ManageTokens => true,
        Action::ViewCatalogue
        | Action::SubmitRequest
        | Action::ViewRequest
        | Action::WithdrawRequest
        | Action::AnswerQuestion
        | Action::NudgeApprover
        | Action::ViewTask
        | Action::DecideTask
        | Action::ViewAccess
        | Action::GiveBackAccess
        | Action::ViewDirectory
        | Action::ViewPerson
        | Action::ImportPeople
        | Action::ViewWorkItem
        | Action::CloseWorkItem
        | Action::ViewApplications
        | Action::ViewConnectors
        | Action::ManageConnectors
        | Action::ViewOperations
        | Action::RetryJob
        | Action::ViewAudit
        | Action::ManageOwnSession => false,
    }
}

/// Invariant 3 of domain.md: nobody decides on their own access, nor says of it that it is as it should
/// be. It asks for the id alone, so that a job or an operator that carries one is held to it as well.
fn concerns_own_access(who: &Principal, action: Action, what: &Resource) -> bool {
    let is = |person: &SubjectId| who.id == Some(*person);
    match (action, what) {
        (Action::DecideTask, Resource::Task { requester, requestee, .. }) => {
            is(requester) || is(requestee)
        }
        (Action::CloseWorkItem, Resource::WorkItem { subject, .. }) => is(subject),
        _ => false,
    }
}

/// Exhaustive on purpose: a new action has to be placed here. An auditor is an employee too, so what
/// concerns only themselves stays open.
const fn is_closed_to_auditors(action: Action) -> bool {
    match action {
        Action::DecideTask
        | Action::CloseWorkItem
        | Action::RetryJob
        | Action::ManageConnectors
        | Action::ImportPeople
        | Action::ManageAccessRules
        | Action::GrantAdministration => true,
        Action::ViewCatalogue
        | Action::SubmitRequest
        | Action::ViewRequest
        | Action::WithdrawRequest
        | Action::AnswerQuestion
        | Action::NudgeApprover
        | Action::ViewTask
        | Action::ViewWorkItem
        | Action::ViewAccess
        | Action::GiveBackAccess
        | Action::ViewDirectory
        | Action::ViewPerson
        | Action::ViewApplications
        | Action::ViewConnectors
        | Action::ViewOperations
        | Action::ViewAudit
        | Action::ViewAccessRules
        | Action::ManageOwnSession
        | Action::ManageTokens => false,
    }
}
