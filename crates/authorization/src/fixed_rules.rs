//! The rules that hold whatever the policies say. They are forbidden in policies/forbidden.cedar too;
//! here they stand because a policy file can be edited wrongly and these two must not depend on it.

use usher_vocabulary::{Action, AdminRole, SubjectId};

use crate::{Denial, Principal, Resource};

/// Why this can never be done, by any caller with any policy; `None` leaves it to the policies.
pub(crate) fn refusal(who: &Principal, action: Action, what: &Resource) -> Option<Denial> {
    if who.is_stranger() {
        Some(Denial::NotSignedIn)
    } else if concerns_own_access(who, action, what) {
        Some(Denial::OwnAccess)
    } else if who.roles.contains(&AdminRole::Auditor) && is_closed_to_auditors(action) {
        Some(Denial::ReadOnly)
    } else {
        None
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
        | Action::ManageOwnSession
        | Action::ManageTokens => false,
    }
}
