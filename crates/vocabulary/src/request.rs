//! Words about asking and deciding.

closed_list! {
    /// State of the decision on a request item, as stored.
    DecisionState {
        AwaitingApproval = "awaiting_approval",
        Approved = "approved",
        Denied = "denied",
        Cancelled = "cancelled",
        Expired = "expired",
        Blocked = "blocked",
    }
}

closed_list! {
    /// State of a request item as shown: after `approved` it is derived from its demands.
    ItemState {
        AwaitingApproval = "awaiting_approval",
        /// Approved, and its time has not begun.
        Approved = "approved",
        Provisioning = "provisioning",
        /// Every demand is verified on its target.
        Delivered = "delivered",
        PartiallyDelivered = "partially_delivered",
        Failed = "failed",
        /// The assignment ended and its removal is not verified yet.
        Ending = "ending",
        /// The assignment ended and its removal is verified.
        Ended = "ended",
        Denied = "denied",
        Cancelled = "cancelled",
        Expired = "expired",
        Blocked = "blocked",
    }
}

closed_list! {
    /// How many of a stage's tasks must be approved.
    StageMode {
        Any = "any",
        All = "all",
    }
}

closed_list! {
    /// Who decides in a stage.
    ApproverRule {
        Manager = "manager",
        ApplicationOwner = "application_owner",
        Group = "group",
    }
}

closed_list! {
    StageState {
        Waiting = "waiting",
        Open = "open",
        Satisfied = "satisfied",
        Denied = "denied",
        Skipped = "skipped",
        Void = "void",
    }
}

closed_list! {
    TaskState {
        Open = "open",
        Approved = "approved",
        Denied = "denied",
        /// A question was asked; the clock stands still until the answer.
        Returned = "returned",
        Void = "void",
    }
}

closed_list! {
    /// What an approver answers.
    Decision {
        Approve = "approve",
        Deny = "deny",
        Ask = "ask",
    }
}
