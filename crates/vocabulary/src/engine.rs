//! Words about the engine.

closed_list! {
    /// What a job makes true.
    JobKind {
        /// Make an account line match its demands.
        Provision = "provision",
        /// Ask a connector whether it works.
        TestConnector = "test_connector",
    }
}

closed_list! {
    /// Order in which work is served: what takes access away goes first.
    Priority {
        Kill = "kill",
        Revoke = "revoke",
        /// Somebody waits at a screen.
        Interactive = "interactive",
        Grant = "grant",
        Update = "update",
        Reconcile = "reconcile",
    }
}

closed_list! {
    JobState {
        Queued = "queued",
        Running = "running",
        RetryWait = "retry_wait",
        Done = "done",
        DeadLetter = "dead_letter",
        /// A newer job does its work.
        Superseded = "superseded",
    }
}

closed_list! {
    /// How one try ended.
    AttemptOutcome {
        Verified = "verified",
        /// Nothing had to be changed.
        NoChange = "no_change",
        NotEffective = "not_effective",
        Retry = "retry",
        Rejected = "rejected",
        Unknown = "unknown",
        /// The generation rose while we worked: nothing more was sent.
        Superseded = "superseded",
        /// A person was asked to carry it out.
        HandedOver = "handed_over",
        /// The process that held the lease is gone.
        LeaseLost = "lease_lost",
    }
}

closed_list! {
    /// Why a try failed.
    ErrorClass {
        Transient = "transient",
        Permanent = "permanent",
        Auth = "auth",
        Rate = "rate",
        Schema = "schema",
        Unknown = "unknown",
    }
}

closed_list! {
    /// One change at a target.
    CallKind {
        CreateAccount = "create_account",
        EnableAccount = "enable_account",
        DisableAccount = "disable_account",
        DeleteAccount = "delete_account",
        AddGrant = "add_grant",
        RemoveGrant = "remove_grant",
    }
}

impl CallKind {
    /// Whether the call gives access. Such a call must carry the current account generation.
    #[must_use]
    pub const fn is_enabling(self) -> bool {
        matches!(self, Self::CreateAccount | Self::EnableAccount | Self::AddGrant)
    }
}

closed_list! {
    /// What became of one call.
    CallOutcome {
        Applied = "applied",
        Rejected = "rejected",
        /// The target said to come back; it did nothing.
        Refused = "refused",
        /// It may have happened.
        Unknown = "unknown",
    }
}

closed_list! {
    /// What a timer does when it falls due.
    TimerKind {
        AssignmentStart = "assignment_start",
        AssignmentEnd = "assignment_end",
        TaskDue = "task_due",
        VerifyAgain = "verify_again",
        /// A work relationship begins.
        RelationshipStart = "relationship_start",
        /// A work relationship ends, and with the last one all access.
        RelationshipEnd = "relationship_end",
        /// An uploaded file that nobody applied is thrown away.
        ImportForgotten = "import_forgotten",
    }
}

closed_list! {
    /// How a connector is, as the last calls showed it.
    ConnectorHealth {
        Unknown = "unknown",
        Healthy = "healthy",
        Degraded = "degraded",
        RateLimited = "rate_limited",
        AuthFailed = "auth_failed",
        Down = "down",
        Paused = "paused",
    }
}

closed_list! {
    FindingKind {
        /// The target accepted a change and a read shows no effect.
        NotEffective = "not_effective",
        /// An enabling call took effect after the access was taken away.
        LateEffect = "late_effect",
        /// Work that no further try will finish.
        DeadLetter = "dead_letter",
        /// Whoever was asked to carry a change out says that it cannot be done.
        CannotByHand = "cannot_by_hand",
    }
}

closed_list! {
    FindingState {
        Open = "open",
        Resolved = "resolved",
    }
}

closed_list! {
    NotificationState {
        Queued = "queued",
        Sent = "sent",
        Dead = "dead",
    }
}
