//! A role as the catalogue shows it, and whose it is.
//!
//! The comment on a role is the only place where Postgres keeps a word of ours, so it is the mark of
//! ownership; everybody may read it, and only who may change the role may change it.

use std::collections::BTreeSet;

use sqlx::FromRow;
use sqlx::postgres::types::Oid;
use usher_connector::{AccountKey, Cause, ConnectorError, Grant, ObservedAccount, ObservedState};

use crate::session::{Pool, Session};
use crate::verdict::{not_done, reject};

/// What the comment of a role of ours begins with; our external id follows.
pub(crate) const MARK: &str = "usher:";

/// The only kind of grant: membership in a role.
pub(crate) const ROLE: &str = "role";

/// Selects roles with everything that a read shows, in one statement and so at one instant.
macro_rules! roles {
    ($condition:literal) => {
        concat!(
            "select role.oid, role.rolname::text as name, role.rolcanlogin as can_sign_in,
                mark.description as mark,
                array(
                    select distinct held.rolname::text collate \"C\"
                    from pg_catalog.pg_auth_members member
                    join pg_catalog.pg_roles held on held.oid = member.roleid
                    where member.member = role.oid
                    order by 1
                ) as groups,
                case when role.rolcanlogin then 0 else (
                    select count(*) from pg_catalog.pg_stat_activity activity
                    where activity.usesysid = role.oid
                ) end as sessions
            from pg_catalog.pg_roles role
            left join pg_catalog.pg_shdescription mark
                on mark.objoid = role.oid and mark.classoid = 'pg_catalog.pg_authid'::regclass
            where ",
            $condition
        )
    };
}
pub(crate) use roles;

/// One row of [`roles`].
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Role {
    pub(crate) oid: Oid,
    pub(crate) name: String,
    pub(crate) can_sign_in: bool,
    /// The comment, whoever wrote it.
    pub(crate) mark: Option<String>,
    /// The roles that it is a direct member of.
    pub(crate) groups: Vec<String>,
    /// Sessions that are open although it cannot sign in any more.
    pub(crate) sessions: i64,
}

impl Role {
    /// As a read shows it; `prefix` is not part of the user name.
    pub(crate) fn observed(self, prefix: &str) -> ObservedAccount {
        let evidence = self.evidence();
        let user_name = self.name.strip_prefix(prefix).unwrap_or(&self.name).to_owned();
        let external_id = self.mark.as_deref().and_then(|mark| mark.strip_prefix(MARK));
        let grants: BTreeSet<Grant> = self.groups.into_iter().map(membership).collect();
        ObservedAccount {
            user_name,
            external_id: external_id.map(str::to_owned),
            state: match self.can_sign_in {
                true => ObservedState::Active,
                false => ObservedState::Disabled,
            },
            grants,
            evidence,
            native_id: self.name,
        }
    }

    /// `Read role anna.berg from pg_roles: can sign in, member of reporting_reader`.
    fn evidence(&self) -> String {
        let sign_in = if self.can_sign_in { "can sign in" } else { "cannot sign in" };
        let member = match self.groups.as_slice() {
            [] => "member of no role".to_owned(),
            groups => format!("member of {}", groups.join(", ")),
        };
        let open = match self.sessions {
            0 => String::new(),
            1 => ", 1 session still open".to_owned(),
            several => format!(", {several} sessions still open"),
        };
        format!("Read role {} from pg_roles: {sign_in}, {member}{open}", self.name)
    }
}

fn membership(native_id: String) -> Grant {
    Grant { kind: ROLE.to_owned(), native_id, scope: String::new() }
}

/// The comment that makes a role the account of this key.
pub(crate) fn mark_of(key: &AccountKey) -> String {
    format!("{MARK}{}", key.external_id)
}

pub(crate) async fn read(
    pool: &Pool,
    prefix: &str,
    key: &AccountKey,
) -> Result<Option<ObservedAccount>, ConnectorError> {
    let mut session = pool.session().await?;
    let found = find(&mut session, prefix, key).await?;
    session.keep();
    Ok(found.map(|role| role.observed(prefix)))
}

/// The role of ours for the key, whatever it is called by now. A role of the wanted name that is not
/// ours is an error, unless ours is elsewhere.
pub(crate) async fn find(
    session: &mut Session<'_>,
    prefix: &str,
    key: &AccountKey,
) -> Result<Option<Role>, ConnectorError> {
    let wanted = format!("{prefix}{}", key.user_name);
    let mark = mark_of(key);
    // Postgres keeps no such text, so no role has it.
    if wanted.contains('\0') || mark.contains('\0') {
        return Ok(None);
    }
    let sql = roles!(
        "(role.rolname::text = $1 or mark.description = $2)
            and starts_with(role.rolname::text, $3)
        order by role.rolname::text collate \"C\""
    );
    let query = sqlx::query_as(sql).bind(&wanted).bind(&mark).bind(prefix);
    let rows = session.rows(query).await.map_err(|fault| not_done("read pg_roles", &fault))?;
    chosen(rows, &mark)
}

fn chosen(rows: Vec<Role>, mark: &str) -> Result<Option<Role>, ConnectorError> {
    let (mut ours, others): (Vec<Role>, Vec<Role>) =
        rows.into_iter().partition(|role| role.mark.as_deref() == Some(mark));
    if ours.len() > 1 {
        let names: Vec<&str> = ours.iter().map(|role| role.name.as_str()).collect();
        let why = format!("several roles are marked as the same account: {}", names.join(", "));
        return Err(reject(Cause::Foreign, why));
    }
    match (ours.pop(), others.first()) {
        (Some(role), _) => Ok(Some(role)),
        (None, Some(other)) => {
            let why = format!("the role '{}' is not ours: its comment is not our mark", other.name);
            Err(reject(Cause::Foreign, why))
        }
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(name: &str, mark: Option<&str>) -> Role {
        Role {
            oid: Oid(1),
            name: name.to_owned(),
            can_sign_in: true,
            mark: mark.map(str::to_owned),
            groups: Vec::new(),
            sessions: 0,
        }
    }

    #[test]
    fn the_mark_decides_and_not_the_name() {
        let find = |rows: Vec<Role>| chosen(rows, "usher:7").map(|role| role.map(|r| r.name));
        assert_eq!(find(vec![role("ann", Some("usher:7"))]).unwrap().as_deref(), Some("ann"));
        let renamed = vec![role("ann", None), role("old", Some("usher:7"))];
        assert_eq!(find(renamed).unwrap().as_deref(), Some("old"));
        assert_eq!(find(Vec::new()).unwrap(), None);
        for other in [None, Some(""), Some("usher:8"), Some("usher:77"), Some("usher:7 ")] {
            let refused = find(vec![role("ann", other)]).unwrap_err();
            assert!(matches!(refused, ConnectorError::Reject { cause: Cause::Foreign, .. }));
        }
        assert!(find(vec![role("a", Some("usher:7")), role("b", Some("usher:7"))]).is_err());
    }

    #[test]
    fn the_evidence_is_a_sentence() {
        let mut ann = role("u_ann", Some("usher:7"));
        ann.groups = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(ann.evidence(), "Read role u_ann from pg_roles: can sign in, member of a, b");
        ann.can_sign_in = false;
        ann.groups.clear();
        ann.sessions = 2;
        let seen = ann.observed("u_");
        assert_eq!(
            seen.evidence,
            "Read role u_ann from pg_roles: cannot sign in, member of no role, 2 sessions still open"
        );
        assert_eq!((seen.user_name.as_str(), seen.native_id.as_str()), ("ann", "u_ann"));
        assert_eq!(seen.external_id.as_deref(), Some("7"));
    }
}
