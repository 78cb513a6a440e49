//! What the caller gets to know.

/// May it be done?
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Answer {
    Allowed {
        /// Names of the policies that permit it, in alphabetical order; never empty.
        policies: Vec<String>,
    },
    Denied {
        why: Denial,
    },
}

impl Answer {
    #[must_use]
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }
}

/// Why it may not be done. Of several reasons the first in this order is given, except that the rules
/// in code (`NotSignedIn`, `OwnAccess`, `ReadOnly`) come before those of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Denial {
    /// A person acts and nobody knows who.
    NotSignedIn,
    /// Locked or gone: may only sign out.
    NotActive,
    /// The token was not made for this, whatever the person may do.
    TokenScope,
    /// A decision on what the caller asked for or would get.
    OwnAccess,
    /// An auditor would change something that is not their own.
    ReadOnly,
    /// No policy permits it.
    NoPolicy,
    /// The question makes no sense (this action is never about such a resource) or a policy failed. A
    /// fault of ours: log it.
    Error,
}

impl Denial {
    const ALL: [Self; 7] = [
        Self::NotSignedIn,
        Self::NotActive,
        Self::TokenScope,
        Self::OwnAccess,
        Self::ReadOnly,
        Self::NoPolicy,
        Self::Error,
    ];

    /// The spelling in logs and in the `@denial` of a policy.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSignedIn => "not_signed_in",
            Self::NotActive => "not_active",
            Self::TokenScope => "token_scope",
            Self::OwnAccess => "own_access",
            Self::ReadOnly => "read_only",
            Self::NoPolicy => "no_policy",
            Self::Error => "error",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|denial| denial.as_str() == word)
    }
}
