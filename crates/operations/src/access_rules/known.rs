//! The rules by which callers are decided about: parsed once for each version.

use std::sync::{Arc, PoisonError, RwLock};

use usher_authorization::{Authorizer, PolicyError};
use usher_store::access_rules::{self, Effective};
use usher_store::{Conn, StoreError};
use usher_vocabulary::AccessRulesVersionId;

use crate::{Context, Fault};

/// One version, ready to decide.
#[derive(Debug)]
pub struct Rules {
    /// `None` for the built-in policies alone.
    version: Option<Effective>,
    authorizer: Arc<Authorizer>,
    problem: Option<String>,
}

impl Rules {
    /// 0 for the built-in policies alone.
    #[must_use]
    pub fn number(&self) -> i32 {
        self.version.map_or(0, |version| version.number)
    }

    /// Why a text that was put in force cannot be used any more: a new release may have other words. Its permits
    /// are gone until somebody corrects it, because what fails denies.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    pub(crate) fn authorizer(&self) -> &Authorizer {
        &self.authorizer
    }

    fn id(&self) -> Option<AccessRulesVersionId> {
        self.version.map(|version| version.id)
    }
}

/// What a process knows: the built-in policies and the version that it was asked for last.
#[derive(Debug)]
pub struct KnownRules {
    built_in: Arc<Rules>,
    last: RwLock<Arc<Rules>>,
}

impl KnownRules {
    /// Built-in policies alone, until a caller comes with a version.
    ///
    /// # Errors
    /// The built-in policies are broken, which the tests of their crate rule out.
    pub fn built_in() -> Result<Self, PolicyError> {
        let authorizer = Arc::new(Authorizer::built_in()?);
        let built_in = Arc::new(Rules { version: None, authorizer, problem: None });
        Ok(Self { last: RwLock::new(Arc::clone(&built_in)), built_in })
    }

    pub(crate) fn built_in_alone(&self) -> &Rules {
        &self.built_in
    }

    /// The rules of a version, which the caller read together with their rights. The text is read when it is not
    /// the version that was asked for last.
    ///
    /// # Errors
    /// The database failed: then nobody is decided about.
    pub(crate) async fn of(
        &self,
        conn: &mut Conn,
        version: Option<Effective>,
    ) -> Result<Arc<Rules>, StoreError> {
        let Some(version) = version else { return Ok(Arc::clone(&self.built_in)) };
        let last = Arc::clone(&self.last.read().unwrap_or_else(PoisonError::into_inner));
        if last.id() == Some(version.id) {
            return Ok(last);
        }
        let text = access_rules::text(conn, version.id).await?;
        let rules = Arc::new(self.read(version, &text));
        if let Some(problem) = rules.problem() {
            tracing::error!(version = version.number, problem, "the access rules cannot be used");
        }
        *self.last.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&rules);
        Ok(rules)
    }

    fn read(&self, version: Effective, text: &str) -> Rules {
        match Authorizer::with_policies(text) {
            Ok(authorizer) => {
                Rules { version: Some(version), authorizer: Arc::new(authorizer), problem: None }
            }
            Err(error) => Rules {
                version: Some(version),
                authorizer: Arc::clone(&self.built_in.authorizer),
                problem: Some(error.to_string()),
            },
        }
    }
}

/// The rules that are effective now, for whoever looks after an installation at its command line.
///
/// # Errors
/// The database failed.
pub async fn examine(cx: &Context) -> Result<Arc<Rules>, Fault> {
    let mut conn = cx.store.conn().await?;
    let effective = access_rules::effective(&mut conn).await?;
    Ok(cx.rules.of(&mut conn, effective).await?)
}
