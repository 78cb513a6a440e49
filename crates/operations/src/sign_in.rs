//! Turning a sign-in into a caller, and the record of who came and went.

pub mod identity;
pub mod typed;

use usher_authorization::{Principal, PrincipalKind};
use usher_domain::person::may_act;
use usher_store::{person, person::Brief, rights, session};
use usher_vocabulary::{
    ApiTokenId, AuditAction, CorrelationId, SignInMethod, SubjectId, TokenScope,
};

use crate::{Caller, Context, Event, Fault};

/// The person behind a session or token with their title, as they stand at this moment: rights are read with every
/// request, so that what is taken away is gone at once. `None` when there is no such person any more.
///
/// # Errors
/// The database failed.
pub async fn caller(
    cx: &Context,
    id: SubjectId,
    method: SignInMethod,
    token: Option<(ApiTokenId, TokenScope)>,
    correlation: CorrelationId,
) -> Result<Option<(Caller, Option<String>)>, Fault> {
    let mut conn = cx.store.conn().await?;
    let Some(standing) = rights::standing(&mut conn, id).await? else { return Ok(None) };
    let principal = Principal {
        id: Some(id),
        kind: if token.is_some() { PrincipalKind::ApiClient } else { PrincipalKind::Person },
        roles: standing.roles,
        scope: token.map(|(_, scope)| scope),
        may_act: may_act(standing.state) && !standing.is_locked,
    };
    let caller = Caller {
        principal,
        name: standing.name,
        method,
        token: token.map(|(id, _)| id),
        correlation,
        rules: Some(cx.rules.of(&mut conn, standing.rules).await?),
    };
    Ok(Some((caller, standing.title)))
}

/// The person that an address belongs to.
///
/// # Errors
/// The database failed.
pub async fn by_email(cx: &Context, email: &str) -> Result<Option<Brief>, Fault> {
    let mut conn = cx.store.conn().await?;
    Ok(person::by_email(&mut conn, email).await?)
}

/// Notes that somebody signed in.
///
/// # Errors
/// The database failed: then nobody is signed in.
pub async fn signed_in(cx: &Context, caller: &Caller) -> Result<(), Fault> {
    let id = caller.person()?;
    let event = Event::new(AuditAction::SignedIn, "person", id)
        .about(id)
        .detail("method", caller.method.as_str());
    cx.store.begin().await?.commit(vec![event.by(cx, &caller.cause())]).await?;
    Ok(())
}

/// Notes that somebody signed out.
///
/// # Errors
/// The database failed.
pub async fn signed_out(cx: &Context, caller: &Caller) -> Result<(), Fault> {
    let id = caller.person()?;
    let event = Event::new(AuditAction::SignedOut, "person", id).about(id);
    cx.store.begin().await?.commit(vec![event.by(cx, &caller.cause())]).await?;
    Ok(())
}

/// Ends every session of the caller. Returns how many.
///
/// # Errors
/// The database failed.
pub async fn sign_out_everywhere(cx: &Context, caller: &Caller) -> Result<u64, Fault> {
    let id = caller.person()?;
    let mut tx = cx.store.begin().await?;
    let ended = session::delete_of(&mut tx, id).await?;
    let event = Event::new(AuditAction::SignedOutEverywhere, "person", id)
        .about(id)
        .detail("sessions", ended);
    tx.commit(vec![event.by(cx, &caller.cause())]).await?;
    Ok(ended)
}

/// Gives a person a right by name, at the server's command line. `false` when they had it already.
///
/// # Errors
/// The caller may not, or there is no such person.
pub async fn grant_role(
    cx: &Context,
    operator: &Caller,
    email: &str,
    role: usher_vocabulary::AdminRole,
) -> Result<bool, Fault> {
    cx.authorize(
        operator,
        usher_vocabulary::Action::GrantAdministration,
        &usher_authorization::Resource::System,
    )?;
    let mut tx = cx.store.begin().await?;
    let owner = person::by_email(&mut tx, email).await?.ok_or(Fault::NotFound)?;
    let cause = operator.cause();
    let is_new = rights::grant(&mut tx, owner.id, role, &cause.actor, cx.now()).await?;
    let mut events = Vec::new();
    if is_new {
        events.push(
            Event::new(AuditAction::AdminGranted, "person", owner.id)
                .about(owner.id)
                .detail("role", role.as_str())
                .by(cx, &cause),
        );
    }
    tx.commit(events).await?;
    Ok(is_new)
}
