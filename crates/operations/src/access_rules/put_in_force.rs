//! Looking whether a text can be taken, and making it decide.

use sha2::{Digest as _, Sha256};
use usher_authorization::{Authorizer, PolicyError, PolicyFault, Resource, Wrong};
use usher_domain::request::{LONGEST_REASON, Reason, ReasonError};
use usher_store::{StoreError, access_rules};
use usher_vocabulary::{AccessRulesVersionId, Action, AuditAction};

use crate::once::{self, Begun};
use crate::{Caller, Context, Event, Fault, FieldFault, Key};

/// Longest text that is taken, in bytes; the database says so as well.
pub const LONGEST_TEXT: usize = 65_536;

/// A text that shall decide.
#[derive(Debug, Clone, serde::Serialize)]
pub struct PutInForce {
    /// Cedar; empty for the built-in policies alone.
    pub text: String,
    /// Always needed: the next administrator reads it.
    pub reason: String,
    /// The version that was effective when the author looked; 0 for none.
    pub version: i32,
    /// The version whose text was taken up again. It is kept when the text is still that version's.
    pub restores: Option<i32>,
}

/// Why nothing was put in force.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    #[error("some values cannot be taken")]
    Fields(Vec<FieldFault>),
    /// Somebody else put a text in force after the author looked.
    #[error("the rules were changed meanwhile")]
    Stale,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for PutError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Everything that keeps a text from being put in force, beside the field `text`; nothing when it can be. Changes
/// nothing.
///
/// # Errors
/// The caller may not change the rules.
pub fn check(cx: &Context, caller: &Caller, text: &str) -> Result<Vec<FieldFault>, Fault> {
    cx.authorize(caller, Action::ManageAccessRules, &Resource::System)?;
    Ok(faults_of(&kept(text)))
}

/// Makes a text decide, from the next request of every process on. Answers with the number of its version.
///
/// # Errors
/// The caller may not, somebody else was faster, or text or reason cannot be taken.
pub async fn put_in_force(
    cx: &Context,
    caller: &Caller,
    input: &PutInForce,
    key: Option<&Key>,
) -> Result<i32, PutError> {
    cx.authorize(caller, Action::ManageAccessRules, &Resource::System)?;
    let author = caller.person()?;
    let text = kept(&input.text);
    let mut faults = faults_of(&text);
    let reason = Reason::parse(&input.reason).map_err(|error| faults.push(beside_reason(error)));
    let Ok(reason) = reason else { return Err(PutError::Fields(faults)) };
    if !faults.is_empty() {
        return Err(PutError::Fields(faults));
    }
    let mut tx = cx.store.begin().await?;
    let once = match once::begin(&mut tx, caller, "access_rules.put_in_force", key, input).await? {
        Begun::First(once) => once,
        Begun::Again(number) => return Ok(number),
    };
    let newest = access_rules::list(&mut tx, None, 1).await?.pop();
    if newest.as_ref().map_or(0, |version| version.number) != input.version {
        return Err(PutError::Stale);
    }
    if newest.map_or_else(|| text.is_empty(), |version| version.text == text) {
        return Err(PutError::Fields(vec![FieldFault::new("text", "unchanged")]));
    }
    let new = access_rules::NewVersion {
        id: cx.id(),
        number: input.version + 1,
        restores: restored(&mut tx, input, &text).await?,
        text,
        reason: reason.as_str().to_owned(),
        author,
    };
    if !access_rules::insert(&mut tx, &new, cx.now()).await? {
        return Err(PutError::Stale);
    }
    once::finish(cx, &mut tx, once, &new.number).await?;
    tx.commit(vec![told(&new).by(cx, &caller.cause())]).await?;
    Ok(new.number)
}

/// As it is kept: with the line ends of this system, and nothing for nothing but blanks.
fn kept(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    if text.trim().is_empty() { String::new() } else { text }
}

fn faults_of(text: &str) -> Vec<FieldFault> {
    if text.len() > LONGEST_TEXT {
        return vec![FieldFault::new("text", "too_large").with("max", LONGEST_TEXT / 1024)];
    }
    if text.contains('\0') {
        return vec![FieldFault::new("text", "reason_unprintable")];
    }
    match Authorizer::with_policies(text) {
        Ok(_) => Vec::new(),
        Err(PolicyError::Edited(faults)) => faults.into_iter().map(beside_text).collect(),
        // The schema or what is built in is broken: nothing that is written here would help.
        Err(_) => vec![FieldFault::new("text", "built_in")],
    }
}

/// Codes with a place in the text end in `_at`.
fn beside_text(fault: PolicyFault) -> FieldFault {
    let code = match (&fault.wrong, fault.line) {
        (Wrong::Syntax { .. }, Some(_)) => "syntax_at",
        (Wrong::Invalid { .. }, Some(_)) => "invalid_at",
        (Wrong::Doubtful { .. }, Some(_)) => "doubtful_at",
        (wrong, _) => wrong.code(),
    };
    let said = FieldFault::new("text", code).with("number", fault.line.unwrap_or_default());
    match fault.wrong {
        Wrong::Syntax { said: words } => said.with("words", words),
        Wrong::Forbids { policy }
        | Wrong::Unscoped { policy }
        | Wrong::Template { policy }
        | Wrong::NameTaken { policy } => said.with("name", policy),
        Wrong::Reserved { policy, action } => said.with("name", policy).with("item", action),
        Wrong::Invalid { policy, said: words } | Wrong::Doubtful { policy, said: words } => {
            said.with("name", policy).with("words", words)
        }
    }
}

fn beside_reason(error: ReasonError) -> FieldFault {
    let code = match error {
        ReasonError::Empty => "required",
        ReasonError::TooLong => "reason_too_long",
        ReasonError::Unprintable => "reason_unprintable",
    };
    FieldFault::new("reason", code).with("max", LONGEST_REASON)
}

async fn restored(
    tx: &mut usher_store::Tx,
    input: &PutInForce,
    text: &str,
) -> Result<Option<i32>, StoreError> {
    let Some(number) = input.restores.filter(|number| *number < input.version) else {
        return Ok(None);
    };
    let old = access_rules::list(tx, number.checked_add(1), 1).await?.pop();
    Ok(old.filter(|old| old.number == number && old.text == text).map(|old| old.number))
}

/// The text itself stays with its version, which never changes; the record keeps its digest.
fn told(new: &access_rules::NewVersion) -> Event {
    let id: AccessRulesVersionId = new.id;
    let digest = Sha256::digest(new.text.as_bytes());
    let event = match new.restores {
        None => Event::new(AuditAction::AccessRulesPutInForce, "access_rules", id),
        Some(old) => Event::new(AuditAction::AccessRulesRolledBack, "access_rules", id)
            .detail("restores", old),
    };
    let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    event
        .detail("version", new.number)
        .detail("text_sha256", digest)
        .personal("reason", new.reason.clone())
}
