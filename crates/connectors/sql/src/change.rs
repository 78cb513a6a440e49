//! One change, in one transaction. Repeating it succeeds, and what is absent needs no removal.

use std::time::Duration;

use sqlx::FromRow;
use usher_connector::{AccountKey, Applied, Cause, Change, ConnectorError, Grant};

use crate::quoting::{Identifier, Literal};
use crate::role::{MARK, ROLE, Role, find, mark_of};
use crate::session::{Pool, Session};
use crate::verdict::{invalid, not_done, reject, retry};

/// The longest external id, in bytes: far more than any of ours.
const LONGEST_EXTERNAL_ID: usize = 200;

/// How often and how long the end of sessions is waited for.
const LOOKS: u32 = 20;
const LOOK: Duration = Duration::from_millis(50);

pub(crate) async fn apply(
    pool: &Pool,
    prefix: &str,
    key: &AccountKey,
    change: &Change,
) -> Result<Applied, ConnectorError> {
    // Before a connection is opened: what cannot be a name needs none.
    let group = match change {
        Change::AddGrant { grant } | Change::RemoveGrant { grant } => Some(group_of(grant)?),
        _ => None,
    };
    let mut session = pool.session().await?;
    session.begin().await?;
    let found = find(&mut session, prefix, key).await?;
    let applied = match (change, found) {
        (Change::CreateAccount { .. }, Some(role)) => {
            let why = format!("the role '{}' carries the mark {}", role.name, mark_of(key));
            return Err(ConnectorError::AlreadyExists { why });
        }
        (Change::CreateAccount { .. }, None) => create(&mut session, prefix, key).await?,
        (_, None) => {
            session.run("rollback").await.map_err(|fault| not_done("rollback", &fault))?;
            without_account(change)?
        }
        (Change::EnableAccount, Some(role)) => alter(&mut session, &role, "login").await?,
        (Change::DisableAccount, Some(role)) => disable(&mut session, &role).await?,
        (Change::DeleteAccount, Some(role)) => delete(&mut session, &role).await?,
        (Change::AddGrant { .. } | Change::RemoveGrant { .. }, Some(role)) => {
            let is_added = matches!(change, Change::AddGrant { .. });
            let group = group.ok_or_else(|| invalid("the grant names no role"))?;
            set_membership(&mut session, &role, &group, is_added).await?
        }
    };
    session.keep();
    Ok(applied)
}

/// Taking away from an account that does not exist is done already; giving to it cannot be.
fn without_account(change: &Change) -> Result<Applied, ConnectorError> {
    match change {
        Change::DisableAccount | Change::DeleteAccount | Change::RemoveGrant { .. } => {
            Ok(Applied { native_id: None, answer: "there is no such role".to_owned() })
        }
        Change::CreateAccount { .. } | Change::EnableAccount | Change::AddGrant { .. } => {
            Err(invalid("there is no role of this account on the target"))
        }
    }
}

fn group_of(grant: &Grant) -> Result<Identifier, ConnectorError> {
    if grant.kind != ROLE || !grant.scope.is_empty() {
        return Err(invalid("this connector grants membership in roles, without a scope"));
    }
    Identifier::new(&grant.native_id).map_err(|error| invalid(format!("the role: {error}")))
}

async fn create(
    session: &mut Session<'_>,
    prefix: &str,
    key: &AccountKey,
) -> Result<Applied, ConnectorError> {
    let name = Identifier::new(&format!("{prefix}{}", key.user_name))
        .map_err(|error| invalid(format!("the user name: {error}")))?;
    let id = &key.external_id;
    if id.trim().is_empty() || id.chars().any(char::is_control) || id.len() > LONGEST_EXTERNAL_ID {
        return Err(invalid("the external id is blank, too long or holds control characters"));
    }
    let what = format!("create role {name}");
    // Without a password nobody can sign in by one; other ways are the target's own affair.
    let statements = [
        format!("create role {name} login password null"),
        format!("comment on role {name} is {}", Literal(&mark_of(key))),
    ];
    for statement in statements {
        session.run(&statement).await.map_err(|fault| not_done(&what, &fault))?;
    }
    session.commit(&what).await?;
    Ok(applied(name.as_str(), &what))
}

/// Gives or takes the right to sign in.
async fn alter(
    session: &mut Session<'_>,
    role: &Role,
    right: &str,
) -> Result<Applied, ConnectorError> {
    let what = format!("alter role {} {right}", name_of(role)?);
    hold(session, role, &what).await?;
    session.commit(&what).await?;
    Ok(applied(&role.name, &what))
}

/// Carries out a statement that changes the role itself, and looks whose role that was: the row is
/// locked from here to the end of the transaction, so the answer stays true.
async fn hold(
    session: &mut Session<'_>,
    role: &Role,
    statement: &str,
) -> Result<(), ConnectorError> {
    session.run(statement).await.map_err(|fault| gone_meanwhile(statement, &fault))?;
    still_ours(session, role).await
}

/// Somebody may have dropped the role, or put another in its place, after our first look.
async fn still_ours(session: &mut Session<'_>, role: &Role) -> Result<(), ConnectorError> {
    let sql = "select exists (
            select from pg_catalog.pg_roles role
            join pg_catalog.pg_shdescription mark
                on mark.objoid = role.oid and mark.classoid = 'pg_catalog.pg_authid'::regclass
            where role.oid = $1 and role.rolname::text = $2 and mark.description = $3
        )";
    let query = sqlx::query_as(sql).bind(role.oid).bind(&role.name).bind(&role.mark);
    let rows: Vec<(bool,)> =
        session.rows(query).await.map_err(|fault| not_done("read pg_roles", &fault))?;
    match rows.as_slice() {
        [(true,)] => Ok(()),
        _ => Err(retry(Cause::TargetFailed, "the role changed hands meanwhile; nothing was done")),
    }
}

/// A role that was there a moment ago and is not: the next look will see that.
fn gone_meanwhile(what: &str, fault: &crate::verdict::Fault) -> ConnectorError {
    match fault.code() {
        "42704" => retry(Cause::TargetFailed, format!("{what}: {fault}")),
        _ => not_done(what, fault),
    }
}

async fn disable(session: &mut Session<'_>, role: &Role) -> Result<Applied, ConnectorError> {
    let mut applied = alter(session, role, "nologin").await?;
    applied.answer.push_str(&end_sessions(session, role).await);
    Ok(applied)
}

/// Ends what the role has open; the right to sign in is gone already, so none can follow. What could not
/// be ended is told and not an error: the change itself took effect.
async fn end_sessions(session: &mut Session<'_>, role: &Role) -> String {
    let sql = "select count(*), count(*) filter (where pg_catalog.pg_terminate_backend(pid))
        from pg_catalog.pg_stat_activity where usesysid = $1";
    let mut most = 0;
    for _ in 0..LOOKS {
        // Asked and told in one: a sign-in that was under way shows itself only now.
        let open: Result<Vec<(i64, i64)>, _> =
            session.rows(sqlx::query_as(sql).bind(role.oid)).await;
        let open = match open.as_deref() {
            Ok(rows) => rows.first().map_or(0, |row| row.0),
            Err(fault) => return format!("; its open sessions could not be ended: {fault}"),
        };
        if open == 0 {
            return match most {
                0 => "; it had no open sessions".to_owned(),
                ended => format!("; open sessions ended: {ended}"),
            };
        }
        most = most.max(open);
        tokio::time::sleep(LOOK).await;
    }
    format!("; open sessions told to end: {most}, and some go on")
}

async fn delete(session: &mut Session<'_>, role: &Role) -> Result<Applied, ConnectorError> {
    // Dropping a role ends none of its sessions, and a role that cannot be dropped should at least
    // not be able to sign in.
    let disabled = disable(session, role).await?;
    let name = name_of(role)?;
    let what = format!("drop role {name}");
    session.begin().await?;
    hold(session, role, &format!("alter role {name} nologin")).await?;
    session.run(&what).await.map_err(|fault| match fault.code() {
        "2BP01" => invalid(format!(
            "{what}: {fault}; it can no longer sign in, and what it owns must be reassigned by a person"
        )),
        _ => not_done(&what, &fault),
    })?;
    session.commit(&what).await?;
    let answer = format!("{what}: committed, after {}", disabled.answer);
    Ok(Applied { native_id: Some(role.name.clone()), answer })
}

/// What must be known of a role before somebody becomes a member of it.
#[derive(Debug, FromRow)]
struct Group {
    can_sign_in: bool,
    /// Membership would reach rights over the whole server, directly or by way of other roles.
    is_powerful: bool,
}

async fn set_membership(
    session: &mut Session<'_>,
    role: &Role,
    group: &Identifier,
    is_added: bool,
) -> Result<Applied, ConnectorError> {
    let known = look_at(session, group).await?;
    let name = name_of(role)?;
    let what = match (is_added, known) {
        (false, None) => {
            session.run("rollback").await.map_err(|fault| not_done("rollback", &fault))?;
            let answer = format!("there is no role {group}");
            return Ok(Applied { native_id: Some(role.name.clone()), answer });
        }
        (false, Some(_)) => format!("revoke {group} from {name}"),
        (true, None) => return Err(invalid(format!("there is no role {group} on the target"))),
        (true, Some(Group { can_sign_in: true, .. })) => {
            let why = format!("{group} can sign in itself: it is an account, not a set of rights");
            return Err(invalid(why));
        }
        (true, Some(Group { is_powerful: true, .. })) => {
            let why =
                format!("{group} reaches rights over the whole server, which are not granted");
            return Err(invalid(why));
        }
        (true, Some(_)) => format!("grant {group} to {name}"),
    };
    session.run(&what).await.map_err(|fault| gone_meanwhile(&what, &fault))?;
    still_ours(session, role).await?;
    if !is_added {
        is_taken(session, role, group).await?;
    }
    session.commit(&what).await?;
    Ok(applied(&role.name, &what))
}

/// From PostgreSQL 16 on, `revoke` takes away what this credential gave and passes over the rest with a
/// warning; a membership that somebody else gave stays, and trying again would not change that.
async fn is_taken(
    session: &mut Session<'_>,
    role: &Role,
    group: &Identifier,
) -> Result<(), ConnectorError> {
    let sql = "select coalesce(giver.rolname::text, 'a role that is gone') as giver
        from pg_catalog.pg_auth_members member
        join pg_catalog.pg_roles held on held.oid = member.roleid
        left join pg_catalog.pg_roles giver on giver.oid = member.grantor
        where member.member = $1 and held.rolname::text = $2";
    let query = sqlx::query_as(sql).bind(role.oid).bind(group.as_str());
    let rows: Vec<(String,)> =
        session.rows(query).await.map_err(|fault| not_done("read pg_auth_members", &fault))?;
    match rows.first() {
        None => Ok(()),
        Some((giver,)) => {
            let why = format!(
                "the membership in {group} was given by {giver}, who must take it away; nothing was done"
            );
            Err(reject(Cause::Foreign, why))
        }
    }
}

async fn look_at(
    session: &mut Session<'_>,
    group: &Identifier,
) -> Result<Option<Group>, ConnectorError> {
    let sql = "select role.rolcanlogin as can_sign_in,
            exists (
                select from pg_catalog.pg_roles power
                where (
                    power.rolsuper or power.rolcreaterole or power.rolreplication
                    or power.rolbypassrls or power.rolname in (
                        'pg_execute_server_program', 'pg_read_server_files',
                        'pg_write_server_files'
                    )
                ) and pg_catalog.pg_has_role(role.oid, power.oid, 'member')
            ) as is_powerful
        from pg_catalog.pg_roles role where role.rolname::text = $1";
    let query = sqlx::query_as(sql).bind(group.as_str());
    let rows = session.rows(query).await.map_err(|fault| not_done("read pg_roles", &fault))?;
    Ok(rows.into_iter().next())
}

/// The name of a role that a read showed; a cluster may hold stranger ones than are made here.
fn name_of(role: &Role) -> Result<Identifier, ConnectorError> {
    Identifier::new(&role.name).map_err(|error| {
        let mark = role.mark.as_deref().and_then(|mark| mark.strip_prefix(MARK));
        let whose = mark.unwrap_or_default();
        reject(Cause::Invalid, format!("the role of account {whose} was renamed: {error}"))
    })
}

fn applied(native_id: &str, what: &str) -> Applied {
    Applied { native_id: Some(native_id.to_owned()), answer: format!("{what}: committed") }
}
