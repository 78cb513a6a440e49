//! The connection test: what the server and the credential can do, in words for a person.

use sqlx::FromRow;
use usher_connector::{Cause, ConnectorError};

use crate::session::Pool;
use crate::verdict::{not_done, reject};

/// From this version on CREATEROLE reaches only roles that it was given or made
/// (PostgreSQL 16 release notes, "Restrict the privileges of CREATEROLE").
const TAMED_CREATEROLE: i32 = 160_000;

#[derive(Debug, FromRow)]
struct Found {
    version: String,
    version_number: i32,
    user_name: String,
    is_superuser: bool,
    may_create_roles: bool,
    may_end_sessions: bool,
    is_standby: bool,
    /// Roles that it may make others members of, on a server where that must be given; the accounts that
    /// it made itself do not count.
    grantable: i64,
    accounts: i64,
}

pub(crate) async fn test(pool: &Pool) -> Result<String, ConnectorError> {
    let sql = "select current_setting('server_version') as version,
            current_setting('server_version_num')::int as version_number,
            role.rolname::text as user_name,
            role.rolsuper as is_superuser,
            role.rolcreaterole as may_create_roles,
            role.rolsuper or pg_catalog.pg_has_role(role.oid, 'pg_signal_backend', 'usage')
                as may_end_sessions,
            pg_catalog.pg_is_in_recovery() as is_standby,
            (
                select count(*) from pg_catalog.pg_auth_members member
                left join pg_catalog.pg_shdescription mark on mark.objoid = member.roleid
                    and mark.classoid = 'pg_catalog.pg_authid'::regclass
                where member.member = role.oid and member.admin_option
                    and not starts_with(coalesce(mark.description, ''), 'usher:')
            ) as grantable,
            (
                select count(*) from pg_catalog.pg_shdescription mark
                where mark.classoid = 'pg_catalog.pg_authid'::regclass
                    and starts_with(mark.description, 'usher:')
            ) as accounts
        from pg_catalog.pg_roles role where role.rolname = current_user";
    let mut session = pool.session().await?;
    let rows: Vec<Found> = session
        .rows(sqlx::query_as(sql))
        .await
        .map_err(|fault| not_done("read pg_roles", &fault))?;
    session.keep();
    let found = rows.into_iter().next();
    let why = "the server does not show the role of this credential";
    found.ok_or_else(|| reject(Cause::Credential, why))?.judged()
}

impl Found {
    /// What works and what to beware of, or why it cannot work.
    fn judged(self) -> Result<String, ConnectorError> {
        let Self { version, user_name, accounts, .. } = &self;
        if self.is_standby {
            let why = "the server is a standby, which cannot be changed: name the primary";
            return Err(reject(Cause::Settings, why));
        }
        if !self.is_superuser && !self.may_create_roles {
            let why = format!("{user_name} may not make roles: it needs CREATEROLE");
            return Err(reject(Cause::Credential, why));
        }
        let mut words = vec![format!(
            "PostgreSQL {version} answers as {user_name}; roles of ours: {accounts}."
        )];
        words.extend(self.warnings());
        Ok(words.join(" "))
    }

    fn warnings(&self) -> Vec<String> {
        let Self { user_name, .. } = self;
        let mut warnings = Vec::new();
        let is_tamed = self.version_number >= TAMED_CREATEROLE;
        if self.is_superuser {
            warnings.push(format!(
                "Warning: {user_name} is a superuser; a role with CREATEROLE would do."
            ));
        } else if !is_tamed {
            warnings.push(format!(
                "Warning: before PostgreSQL 16, CREATEROLE is close to a superuser: {user_name} can \
                 give itself and others almost every right. Keep its password as you would a superuser's."
            ));
        } else if self.grantable == 0 {
            warnings.push(format!(
                "Warning: {user_name} may make nobody a member of any role: grant it those that it \
                 should hand out, with admin option."
            ));
        }
        if !self.may_end_sessions {
            warnings.push(format!(
                "Warning: {user_name} cannot end the sessions of people whose access ends: grant it \
                 pg_signal_backend."
            ));
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(version_number: i32) -> Found {
        Found {
            version: (version_number / 10_000).to_string(),
            version_number,
            user_name: "prov".to_owned(),
            is_superuser: false,
            may_create_roles: true,
            may_end_sessions: true,
            is_standby: false,
            grantable: 3,
            accounts: 0,
        }
    }

    #[test]
    fn what_a_credential_could_do_beyond_its_task_is_said() {
        let words = |found: Found| found.judged().unwrap();
        assert_eq!(words(found(160_001)), "PostgreSQL 16 answers as prov; roles of ours: 0.");
        assert!(words(found(150_014)).contains("close to a superuser"));
        let root = Found { is_superuser: true, ..found(150_014) };
        let root = words(root);
        assert!(root.contains("is a superuser") && !root.contains("close to"), "{root}");
        assert!(words(Found { grantable: 0, ..found(170_000) }).contains("admin option"));
        let mute = Found { may_end_sessions: false, ..found(160_000) };
        assert!(words(mute).contains("pg_signal_backend"));
    }

    #[test]
    fn what_cannot_work_is_an_error() {
        let cause = |found: Found| match found.judged() {
            Err(ConnectorError::Reject { cause, .. }) => Some(cause),
            _ => None,
        };
        let weak = Found { may_create_roles: false, ..found(160_000) };
        assert_eq!(cause(weak), Some(Cause::Credential));
        assert_eq!(cause(Found { is_standby: true, ..found(160_000) }), Some(Cause::Settings));
    }
}
