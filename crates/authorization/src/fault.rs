//! What is wrong with policies of one's own, for whoever wrote them.

use usher_vocabulary::Action;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFault {
    /// Where in the text, counted from one; `None` when Cedar does not say, and the policy is named instead.
    pub line: Option<usize>,
    pub wrong: Wrong,
}

/// What it is. `policy` is the `@id`, or "unnamed policy 2"; `said` are Cedar's own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    #[error("the policies cannot be read: {said}")]
    Syntax { said: String },
    #[error("policy '{policy}' forbids, and a policy of your own may only permit")]
    Forbids { policy: String },
    #[error(
        "policy '{policy}' permits every action: name the actions, as in `action == Action::\"view_audit\"`"
    )]
    Unscoped { policy: String },
    #[error(
        "policy '{policy}' is a template (it has ?principal or ?resource), which is not supported"
    )]
    Template { policy: String },
    /// Whoever could open these could open everything else.
    #[error("policy '{policy}' names the action {action}, which only built-in policies permit")]
    Reserved { policy: String, action: Action },
    /// A decision could not be traced.
    #[error("two policies have the name '{policy}', or it is the name of a built-in one")]
    NameTaken { policy: String },
    #[error("policy '{policy}' does not fit the schema: {said}")]
    Invalid { policy: String, said: String },
    #[error("policy '{policy}' looks like a mistake: {said}")]
    Doubtful { policy: String, said: String },
}

impl Wrong {
    /// The spelling for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "syntax",
            Self::Forbids { .. } => "forbids",
            Self::Unscoped { .. } => "unscoped",
            Self::Template { .. } => "template",
            Self::Reserved { .. } => "reserved",
            Self::NameTaken { .. } => "name_taken",
            Self::Invalid { .. } => "invalid",
            Self::Doubtful { .. } => "doubtful",
        }
    }
}

impl std::fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.wrong),
            None => self.wrong.fmt(f),
        }
    }
}
