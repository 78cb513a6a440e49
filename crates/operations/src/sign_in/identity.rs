//! What an identity provider says becomes somebody of ours, or nobody.
//!
//! Issuer and subject mean one person for ever. The first time a verified address links them; an address
//! alone never signs anybody in again, and nobody is ever made here.

use usher_domain::person::may_act;
use usher_store::{Tx, login, login::Identity, person, person::Brief};
use usher_vocabulary::{AuditAction, CorrelationId, SignInMethod, SubjectId};

use crate::{Caller, Cause, Context, Event, Fault};

/// What the issuer says, after its signature and everything else was checked.
#[derive(Debug, Clone)]
pub struct Asserted {
    pub issuer: String,
    pub subject: String,
    pub email: Option<String>,
    pub is_email_verified: bool,
}

/// Whether somebody comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    In(SubjectId),
    Refused(Refusal),
}

/// Why somebody whom the issuer recognised does not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The issuer gives no address to find them by.
    NoAddress,
    /// The issuer does not say that the address is theirs.
    NotVerified,
    /// Nobody has this address.
    Unknown,
    /// They have left, are away, have not begun, or are locked.
    NotActive,
    /// Somebody else of this issuer came with the address before.
    LinkedToAnother,
}

impl Refusal {
    const fn word(self) -> &'static str {
        match self {
            Self::NoAddress => "no_address",
            Self::NotVerified => "not_verified",
            Self::Unknown => "unknown",
            Self::NotActive => "not_active",
            Self::LinkedToAnother => "linked_to_another",
        }
    }
}

/// A refusal, and whom it is about when that is known.
type Refused = (Refusal, Option<SubjectId>);

/// Signs somebody in by what an issuer says. Whoever calls this vouches that the issuer said it.
///
/// # Errors
/// The database failed: then nobody is signed in.
pub async fn enter(
    cx: &Context,
    asserted: &Asserted,
    correlation: CorrelationId,
) -> Result<Entered, Fault> {
    let mut tx = cx.store.begin().await?;
    let mut events = Vec::new();
    match recognise(cx, &mut tx, asserted).await? {
        Ok((brief, is_new)) => {
            let id = brief.id;
            let cause = Cause {
                actor: format!("person:{id}"),
                correlation,
                token: None,
                policy_version: None,
            };
            if is_new {
                let linked = Event::new(AuditAction::IdentityLinked, "person", id)
                    .about(id)
                    .detail("issuer", asserted.issuer.as_str())
                    .personal("subject", &asserted.subject)
                    .personal("email", asserted.email.as_deref().unwrap_or_default());
                events.push(linked.by(cx, &cause));
            }
            let signed_in = Event::new(AuditAction::SignedIn, "person", id)
                .about(id)
                .detail("method", SignInMethod::Oidc.as_str())
                .detail("issuer", asserted.issuer.as_str());
            events.push(signed_in.by(cx, &cause));
            tx.commit(events).await?;
            Ok(Entered::In(id))
        }
        Err((refusal, about)) => {
            let mut event = match about {
                Some(id) => Event::new(AuditAction::SignInRefused, "person", id).about(id),
                None => Event::general(AuditAction::SignInRefused),
            };
            event = event
                .outcome("refused")
                .detail("why", refusal.word())
                .detail("issuer", asserted.issuer.as_str())
                .personal("subject", &asserted.subject);
            if let Some(email) = &asserted.email {
                event = event.personal("email", email);
            }
            events.push(event.by(cx, &Caller::stranger(correlation).cause()));
            tx.commit(events).await?;
            Ok(Entered::Refused(refusal))
        }
    }
}

/// The person, and whether they were linked just now.
async fn recognise(
    cx: &Context,
    tx: &mut Tx,
    asserted: &Asserted,
) -> Result<Result<(Brief, bool), Refused>, Fault> {
    let identity = Identity { issuer: &asserted.issuer, subject: &asserted.subject };
    if let Some(id) = login::person_of(tx, identity).await? {
        // The address plays no part any more: it may have changed, here or there.
        let brief = person::brief(tx, id).await?.ok_or(Fault::NotFound)?;
        return Ok(active(brief).map(|brief| (brief, false)));
    }
    let Some(email) = &asserted.email else { return Ok(Err((Refusal::NoAddress, None))) };
    if !asserted.is_email_verified {
        return Ok(Err((Refusal::NotVerified, None)));
    }
    // No two people have the same address: the database holds that.
    let Some(brief) = person::by_email(tx, email).await? else {
        return Ok(Err((Refusal::Unknown, None)));
    };
    let brief = match active(brief) {
        Ok(brief) => brief,
        Err(refused) => return Ok(Err(refused)),
    };
    if login::link(tx, identity, brief.id, email, cx.now()).await? {
        Ok(Ok((brief, true)))
    } else {
        Ok(Err((Refusal::LinkedToAnother, Some(brief.id))))
    }
}

fn active(brief: Brief) -> Result<Brief, Refused> {
    let is_active = may_act(brief.state) && !brief.is_locked;
    if is_active { Ok(brief) } else { Err((Refusal::NotActive, Some(brief.id))) }
}
