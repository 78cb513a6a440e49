//! Words about what is held: desired and observed are different lists and never merge.

closed_list! {
    /// How much harm an entitlement can do.
    Risk {
        Low = "low",
        Medium = "medium",
        High = "high",
    }
}

closed_list! {
    /// Why an assignment exists.
    AssignmentOrigin {
        Birthright = "birthright",
        Request = "request",
        Emergency = "emergency",
        Admin = "admin",
        Import = "import",
        Exception = "exception",
    }
}

closed_list! {
    /// What should be (desired).
    AssignmentState {
        Scheduled = "scheduled",
        Active = "active",
        Suspended = "suspended",
        Ended = "ended",
    }
}

closed_list! {
    /// Why an assignment ended.
    EndReason {
        Expired = "expired",
        Revoked = "revoked",
        Returned = "returned",
        Superseded = "superseded",
        Left = "left",
    }
}

closed_list! {
    /// Whether the demand wants the entitlement to be there or to be gone.
    Direction {
        Grant = "grant",
        Revoke = "revoke",
    }
}

closed_list! {
    /// How far the target is from what is desired. Applied is not verified.
    Realisation {
        NotStarted = "not_started",
        InProgress = "in_progress",
        /// The target accepted.
        Applied = "applied",
        /// An independent read shows the effect.
        Verified = "verified",
        /// The target accepted, and a read shows no effect.
        NotEffective = "not_effective",
        WaitingManual = "waiting_manual",
        FailedRetrying = "failed_retrying",
        FailedDead = "failed_dead",
        /// Was verified, and a later read shows something else.
        Drifted = "drifted",
        /// A named person accepted that it cannot be shown.
        Unverifiable = "unverifiable",
    }
}

closed_list! {
    /// State of what a person is asked to carry out.
    WorkItemState {
        Open = "open",
        /// A named person says that it is done.
        Done = "done",
        /// A named person says that it cannot be done.
        Cannot = "cannot",
        /// Giving is wanted no more.
        Withdrawn = "withdrawn",
        /// It was to be taken away, and is wanted again.
        Superseded = "superseded",
    }
}

closed_list! {
    /// State of an account as last read.
    AccountState {
        Absent = "absent",
        Active = "active",
        Disabled = "disabled",
        Locked = "locked",
        Unknown = "unknown",
    }
}

closed_list! {
    /// What happens to the account when nothing is desired on the target any more.
    LastAccess {
        Disable = "disable",
        Delete = "delete",
    }
}

closed_list! {
    /// How far we go on a target. Observe is the default for a new one.
    TargetMode {
        Observe = "observe",
        Propose = "propose",
        Enforce = "enforce",
    }
}
