//! Who asks. The first parameter of every operation.

use std::sync::Arc;

use usher_authorization::{Principal, PrincipalKind};
use usher_vocabulary::{AdminRole, ApiTokenId, CorrelationId, SignInMethod, SubjectId, TokenScope};

use crate::Fault;
use crate::access_rules::Rules;

/// Who asks, how they were recognised, and the one id from the click to the connector call.
#[derive(Debug, Clone)]
pub struct Caller {
    pub principal: Principal,
    /// Name for screens; empty for machines.
    pub name: String,
    pub method: SignInMethod,
    pub token: Option<ApiTokenId>,
    pub correlation: CorrelationId,
    /// The rules that were effective when the caller's rights were read; `None` leaves it to the built-in
    /// policies alone.
    pub(crate) rules: Option<Arc<Rules>>,
}

impl Caller {
    /// Nobody signed in.
    #[must_use]
    pub const fn stranger(correlation: CorrelationId) -> Self {
        let principal = Principal {
            id: None,
            kind: PrincipalKind::Person,
            roles: Vec::new(),
            scope: None,
            may_act: false,
        };
        Self {
            principal,
            name: String::new(),
            method: SignInMethod::System,
            token: None,
            correlation,
            rules: None,
        }
    }

    /// The engine: timers and jobs.
    #[must_use]
    pub const fn engine(correlation: CorrelationId) -> Self {
        let principal = Principal {
            id: None,
            kind: PrincipalKind::Job,
            roles: Vec::new(),
            scope: None,
            may_act: true,
        };
        Self {
            principal,
            name: String::new(),
            method: SignInMethod::System,
            token: None,
            correlation,
            rules: None,
        }
    }

    /// Whoever sits at the server's command line.
    #[must_use]
    pub const fn operator(name: String, correlation: CorrelationId) -> Self {
        let principal = Principal {
            id: None,
            kind: PrincipalKind::Operator,
            roles: Vec::new(),
            scope: None,
            may_act: true,
        };
        Self {
            principal,
            name,
            method: SignInMethod::System,
            token: None,
            correlation,
            rules: None,
        }
    }

    /// The person who asks.
    ///
    /// # Errors
    /// No person does.
    pub fn person(&self) -> Result<SubjectId, Fault> {
        self.principal.id.ok_or(Fault::Denied(usher_authorization::Denial::NotSignedIn))
    }

    #[must_use]
    pub fn has_role(&self, role: AdminRole) -> bool {
        self.principal.roles.contains(&role)
    }

    /// The scope of the token that the caller used.
    #[must_use]
    pub const fn scope(&self) -> Option<TokenScope> {
        self.principal.scope
    }

    /// How the record names the caller.
    #[must_use]
    pub fn actor(&self) -> String {
        match (&self.principal.kind, self.principal.id) {
            (_, Some(id)) => format!("person:{id}"),
            (PrincipalKind::Operator, None) => format!("operator:{}", self.name),
            (PrincipalKind::Person, None) => "stranger".to_owned(),
            _ => "engine".to_owned(),
        }
    }

    #[must_use]
    pub fn cause(&self) -> Cause {
        Cause {
            actor: self.actor(),
            correlation: self.correlation,
            token: self.token,
            policy_version: self.rules.as_ref().map(|rules| rules.number()),
        }
    }

    /// Why the access rules that are effective cannot be used, and built-in policies decide alone.
    #[must_use]
    pub fn rules_problem(&self) -> Option<&str> {
        self.rules.as_ref()?.problem()
    }
}

/// Who caused a change and under which id, for the record.
#[derive(Debug, Clone)]
pub struct Cause {
    pub actor: String,
    pub correlation: CorrelationId,
    pub token: Option<ApiTokenId>,
    /// Version of the access rules that the actor acted under; 0 for the built-in policies alone.
    pub policy_version: Option<i32>,
}
