//! What may be done, and what the record calls what was done.

closed_list! {
    /// Something a caller may or may not do. Every operation names one in its first line.
    Action {
        ViewCatalogue = "view_catalogue",
        /// Resource: the requestee.
        SubmitRequest = "submit_request",
        ViewRequest = "view_request",
        WithdrawRequest = "withdraw_request",
        AnswerQuestion = "answer_question",
        NudgeApprover = "nudge_approver",
        ViewTask = "view_task",
        DecideTask = "decide_task",
        /// Resource: the subject that holds the access.
        ViewAccess = "view_access",
        GiveBackAccess = "give_back_access",
        /// The directory: names, titles, units.
        ViewDirectory = "view_directory",
        /// Resource: the person; everything about one.
        ViewPerson = "view_person",
        ImportPeople = "import_people",
        /// What a person carries out on a target. Resource: the work item; the system for all of them.
        ViewWorkItem = "view_work_item",
        /// Saying that it is done, that it cannot be done, or asking again.
        CloseWorkItem = "close_work_item",
        ViewApplications = "view_applications",
        ViewConnectors = "view_connectors",
        ManageConnectors = "manage_connectors",
        ViewOperations = "view_operations",
        RetryJob = "retry_job",
        ViewAudit = "view_audit",
        /// Sessions, tokens and preferences of one's own.
        ManageOwnSession = "manage_own_session",
        ManageTokens = "manage_tokens",
        GrantAdministration = "grant_administration",
        /// What people may do: the built-in policies and those of one's own.
        ViewAccessRules = "view_access_rules",
        ManageAccessRules = "manage_access_rules",
    }
}

closed_list! {
    /// Every kind of entry of the record.
    AuditAction {
        RequestSubmitted = "request.submitted",
        RequestItemApproved = "request_item.approved",
        RequestItemDenied = "request_item.denied",
        RequestItemCancelled = "request_item.cancelled",
        RequestItemExpired = "request_item.expired",
        RequestItemDelivered = "request_item.delivered",
        TaskOpened = "task.opened",
        TaskApproved = "task.approved",
        TaskDenied = "task.denied",
        TaskReturned = "task.returned",
        TaskAnswered = "task.answered",
        TaskNudged = "task.nudged",
        TaskOverdue = "task.overdue",
        AssignmentCreated = "assignment.created",
        AssignmentStarted = "assignment.started",
        AssignmentEnded = "assignment.ended",
        DemandChanged = "demand.changed",
        CallIntended = "call.intended",
        CallFinished = "call.finished",
        DemandVerified = "demand.verified",
        DemandNotEffective = "demand.not_effective",
        DemandFailed = "demand.failed",
        DemandConfirmed = "demand.confirmed",
        WorkItemOpened = "work_item.opened",
        WorkItemDone = "work_item.done",
        WorkItemCannot = "work_item.cannot",
        WorkItemWithdrawn = "work_item.withdrawn",
        WorkItemSuperseded = "work_item.superseded",
        WorkItemAskedAgain = "work_item.asked_again",
        JobRetried = "job.retried",
        JobDeadLettered = "job.dead_lettered",
        FindingOpened = "finding.opened",
        FindingResolved = "finding.resolved",
        SignedIn = "session.signed_in",
        SignInRefused = "session.refused",
        SignedOut = "session.signed_out",
        SignedOutEverywhere = "session.signed_out_everywhere",
        IdentityLinked = "identity.linked",
        TokenCreated = "token.created",
        TokenRevoked = "token.revoked",
        AdminGranted = "admin.granted",
        AccessRulesPutInForce = "access_rules.put_in_force",
        AccessRulesRolledBack = "access_rules.rolled_back",
        PeopleImported = "people.imported",
        PersonChanged = "person.changed",
        ImportHeld = "import.held",
        ImportReleased = "import.released",
        ImportDiscarded = "import.discarded",
        ImportForgotten = "import.forgotten",
        ImportSuperseded = "import.superseded",
        SourceAdded = "source.added",
        ImportBrakeSet = "import.brake_set",
        ConnectorAdded = "connector.added",
        ConnectorTested = "connector.tested",
        CatalogueLoaded = "catalogue.loaded",
        InstallationCreated = "installation.created",
    }
}
