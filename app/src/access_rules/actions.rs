//! Every action in words. Exhaustive on purpose: a new action needs its words here.

use usher_vocabulary::Action;

use crate::words::t;

/// What somebody may do who may do this.
pub(super) fn meaning(action: Action) -> String {
    use Action as A;
    match action {
        A::ViewCatalogue => t("access-rules-may-view-catalogue"),
        A::SubmitRequest => t("access-rules-may-submit-request"),
        A::ViewRequest => t("access-rules-may-view-request"),
        A::WithdrawRequest => t("access-rules-may-withdraw-request"),
        A::AnswerQuestion => t("access-rules-may-answer-question"),
        A::NudgeApprover => t("access-rules-may-nudge-approver"),
        A::ViewTask => t("access-rules-may-view-task"),
        A::DecideTask => t("access-rules-may-decide-task"),
        A::ViewAccess => t("access-rules-may-view-access"),
        A::GiveBackAccess => t("access-rules-may-give-back-access"),
        A::ViewDirectory => t("access-rules-may-view-directory"),
        A::ViewPerson => t("access-rules-may-view-person"),
        A::ImportPeople => t("access-rules-may-import-people"),
        A::ViewWorkItem => t("access-rules-may-view-work-item"),
        A::CloseWorkItem => t("access-rules-may-close-work-item"),
        A::ViewApplications => t("access-rules-may-view-applications"),
        A::ViewConnectors => t("access-rules-may-view-connectors"),
        A::ManageConnectors => t("access-rules-may-manage-connectors"),
        A::ViewOperations => t("access-rules-may-view-operations"),
        A::RetryJob => t("access-rules-may-retry-job"),
        A::ViewAudit => t("access-rules-may-view-audit"),
        A::ManageOwnSession => t("access-rules-may-manage-own-session"),
        A::ManageTokens => t("access-rules-may-manage-tokens"),
        A::GrantAdministration => t("access-rules-may-grant-administration"),
        A::ViewAccessRules => t("access-rules-may-view-access-rules"),
        A::ManageAccessRules => t("access-rules-may-manage-access-rules"),
    }
}
