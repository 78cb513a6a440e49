//! Who asks.

use usher_vocabulary::{AdminRole, SubjectId, TokenScope};

/// The caller as far as rights depend on it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Principal {
    /// The subject that acts, or on whose behalf a token does. A person, token or test without one is
    /// not signed in; a job or an operator needs none.
    pub id: Option<SubjectId>,
    pub kind: PrincipalKind,
    /// Rights given by name, as they stand now and not as they were at sign-in.
    pub roles: Vec<AdminRole>,
    /// What the token was made for. Narrows whoever has one, and a token without one may do nothing.
    pub scope: Option<TokenScope>,
    /// The person is active and not locked. Otherwise they may only sign out.
    pub may_act: bool,
}

/// What kind of caller asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PrincipalKind {
    /// Somebody in the browser.
    Person,
    /// A program with somebody's token.
    ApiClient,
    /// The engine.
    Job,
    /// The command line on the server.
    Operator,
    /// A test that acts as a person.
    Test,
}

impl Principal {
    /// Whether this caller stands for a person, and nobody knows for whom.
    pub(crate) fn is_stranger(&self) -> bool {
        match self.kind {
            PrincipalKind::Person | PrincipalKind::ApiClient | PrincipalKind::Test => {
                self.id.is_none()
            }
            PrincipalKind::Job | PrincipalKind::Operator => false,
        }
    }

    /// Whether a scope limits this caller: always with a token, and whenever there is one.
    pub(crate) fn is_by_token(&self) -> bool {
        self.kind == PrincipalKind::ApiClient || self.scope.is_some()
    }
}
