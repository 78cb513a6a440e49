//! Every action of the record in words. Exhaustive on purpose: a new action needs its words here.

use usher_vocabulary::AuditAction;

use crate::words::t;

/// What was done, as the part of a sentence that follows who did it.
pub(super) fn done(action: AuditAction) -> String {
    use AuditAction as A;
    match action {
        A::RequestSubmitted => t("audit-request-submitted"),
        A::RequestItemApproved => t("audit-request-item-approved"),
        A::RequestItemDenied => t("audit-request-item-denied"),
        A::RequestItemCancelled => t("audit-request-item-cancelled"),
        A::RequestItemExpired => t("audit-request-item-expired"),
        A::RequestItemDelivered => t("audit-request-item-delivered"),
        A::TaskOpened => t("audit-task-opened"),
        A::TaskApproved => t("audit-task-approved"),
        A::TaskDenied => t("audit-task-denied"),
        A::TaskReturned => t("audit-task-returned"),
        A::TaskAnswered => t("audit-task-answered"),
        A::TaskNudged => t("audit-task-nudged"),
        A::TaskOverdue => t("audit-task-overdue"),
        A::AssignmentCreated => t("audit-assignment-created"),
        A::AssignmentStarted => t("audit-assignment-started"),
        A::AssignmentEnded => t("audit-assignment-ended"),
        A::DemandChanged => t("audit-demand-changed"),
        A::CallIntended => t("audit-call-intended"),
        A::CallFinished => t("audit-call-finished"),
        A::DemandVerified => t("audit-demand-verified"),
        A::DemandNotEffective => t("audit-demand-not-effective"),
        A::DemandFailed => t("audit-demand-failed"),
        A::DemandConfirmed => t("audit-demand-confirmed"),
        A::WorkItemOpened => t("audit-work-item-opened"),
        A::WorkItemDone => t("audit-work-item-done"),
        A::WorkItemCannot => t("audit-work-item-cannot"),
        A::WorkItemWithdrawn => t("audit-work-item-withdrawn"),
        A::WorkItemSuperseded => t("audit-work-item-superseded"),
        A::WorkItemAskedAgain => t("audit-work-item-asked-again"),
        A::JobRetried => t("audit-job-retried"),
        A::JobDeadLettered => t("audit-job-dead-lettered"),
        A::FindingOpened => t("audit-finding-opened"),
        A::FindingResolved => t("audit-finding-resolved"),
        A::SignedIn => t("audit-signed-in"),
        A::SignInRefused => t("audit-sign-in-refused"),
        A::SignedOut => t("audit-signed-out"),
        A::SignedOutEverywhere => t("audit-signed-out-everywhere"),
        A::IdentityLinked => t("audit-identity-linked"),
        A::TokenCreated => t("audit-token-created"),
        A::TokenRevoked => t("audit-token-revoked"),
        A::AdminGranted => t("audit-admin-granted"),
        A::AccessRulesPutInForce => t("audit-access-rules-put-in-force"),
        A::AccessRulesRolledBack => t("audit-access-rules-rolled-back"),
        A::PeopleImported => t("audit-people-imported"),
        A::PersonChanged => t("audit-person-changed"),
        A::ImportHeld => t("audit-import-held"),
        A::ImportReleased => t("audit-import-released"),
        A::ImportDiscarded => t("audit-import-discarded"),
        A::ImportForgotten => t("audit-import-forgotten"),
        A::ImportSuperseded => t("audit-import-superseded"),
        A::SourceAdded => t("audit-source-added"),
        A::ImportBrakeSet => t("audit-import-brake-set"),
        A::ConnectorAdded => t("audit-connector-added"),
        A::ConnectorTested => t("audit-connector-tested"),
        A::CatalogueLoaded => t("audit-catalogue-loaded"),
        A::InstallationCreated => t("audit-installation-created"),
    }
}

/// The families of actions that the filter offers: the beginning that is looked for, and its words.
pub(super) fn families() -> [(&'static str, String); 14] {
    [
        ("request", t("audit-family-request")),
        ("task.", t("audit-family-task")),
        ("assignment.", t("audit-family-assignment")),
        ("demand.", t("audit-family-demand")),
        ("call.", t("audit-family-call")),
        ("work_item.", t("audit-family-work-item")),
        ("job.", t("audit-family-job")),
        ("finding.", t("audit-family-finding")),
        ("session.", t("audit-family-session")),
        ("token.", t("audit-family-token")),
        ("admin.", t("audit-family-admin")),
        ("access_rules.", t("audit-family-access-rules")),
        ("people.", t("audit-family-people")),
        ("connector.", t("audit-family-connector")),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_action_has_words_of_its_own() {
        let said: HashSet<String> = AuditAction::ALL.iter().copied().map(done).collect();
        assert_eq!(said.len(), AuditAction::ALL.len());
        assert!(said.iter().all(|words| !words.starts_with("audit-")), "{said:?}");
    }

    #[test]
    fn every_family_has_an_action() {
        for (beginning, _) in families() {
            assert!(
                AuditAction::ALL.iter().any(|action| action.as_str().starts_with(beginning)),
                "{beginning}"
            );
        }
    }
}
