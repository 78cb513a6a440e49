//! Who asks. The first parameter of every operation.

use usher_authorization::{Principal, PrincipalKind};
use usher_vocabulary::{AdminRole, ApiTokenId, CorrelationId, SignInMethod, SubjectId, TokenScope};

use crate::Fault;

/// Who asks, how they were recognised, and the one id from the click to the connector call.
#[derive(Debug, Clone)]
pub struct Caller {
    pub principal: Principal,
    /// Name for screens; empty for machines.
    pub name: String,
    pub method: SignInMethod,
    pub token: Option<ApiTokenId>,
    pub correlation: CorrelationId,
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
        Self { principal, name, method: SignInMethod::System, token: None, correlation }
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
        Cause { actor: self.actor(), correlation: self.correlation, token: self.token }
    }
}

/// Who caused a change and under which id, for the record.
#[derive(Debug, Clone)]
pub struct Cause {
    pub actor: String,
    pub correlation: CorrelationId,
    pub token: Option<ApiTokenId>,
}
