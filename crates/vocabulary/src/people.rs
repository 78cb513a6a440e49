//! Words about people.

closed_list! {
    /// Person or non-human identity.
    SubjectKind {
        Person = "person",
        NonHuman = "non_human",
    }
}

closed_list! {
    /// Where a person stands, derived from relationships; never edited.
    PersonState {
        /// Known, no start agreed.
        Prospective = "prospective",
        /// Start agreed, in the future.
        PreHire = "pre_hire",
        Active = "active",
        OnLeave = "on_leave",
        /// Still working, the end is known.
        Notice = "notice",
        Terminated = "terminated",
        Archived = "archived",
        Erased = "erased",
    }
}

closed_list! {
    /// Kind of a work relationship.
    RelationshipKind {
        Employee = "employee",
        Contractor = "contractor",
        Partner = "partner",
        Intern = "intern",
    }
}

closed_list! {
    /// What happens between the notice and the last day (domain.md, contradiction 2).
    DeparturePlan {
        WorkThrough = "work_through",
        GardenLeave = "garden_leave",
        Immediate = "immediate",
    }
}

closed_list! {
    /// A right that is given by name and not by relation.
    AdminRole {
        /// Sees everything, decides nothing.
        Auditor = "auditor",
        Administrator = "administrator",
    }
}

closed_list! {
    /// What an API token may do; each includes nothing of the others.
    TokenScope {
        Read = "read",
        Request = "request",
        Decide = "decide",
        Admin = "admin",
    }
}

closed_list! {
    /// How the caller was recognised.
    SignInMethod {
        Oidc = "oidc",
        /// One click, in the demonstration only.
        Demo = "demo",
        Token = "token",
        /// Nobody signed in: the engine or the command line acts.
        System = "system",
    }
}

closed_list! {
    /// What became of a delivery from a source (domain.md, section 2).
    SourceEventState {
        /// Kept until somebody says what to do with it.
        Received = "received",
        Validated = "validated",
        Correlated = "correlated",
        Applied = "applied",
        /// By the brake, or because it changes the address that somebody signs in by.
        Held = "held",
        /// Nobody can tell whom it is about.
        Ambiguous = "ambiguous",
        /// Discarded by somebody, or forgotten.
        Rejected = "rejected",
        /// A newer delivery was applied while it waited.
        Superseded = "superseded",
    }
}
