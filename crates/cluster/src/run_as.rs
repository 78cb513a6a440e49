//! The system user that the servers run as: Postgres refuses to run as root.

use nix::unistd::{User, geteuid};

/// A system user, for processes that root starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunAs {
    pub uid: u32,
    pub gid: u32,
}

/// The machine has no such system user.
#[derive(Debug, thiserror::Error)]
#[error("this machine has no system user `{0}`")]
pub struct UnknownUser(String);

impl RunAs {
    /// Looks up a system user such as `usher`, `postgres` or `nobody`.
    ///
    /// # Errors
    /// When the machine has no such user.
    pub fn named(name: &str) -> Result<Self, UnknownUser> {
        // A failing look-up is no different from an absent user for whoever must act on it.
        let user = User::from_name(name).ok().flatten();
        user.map(|user| Self { uid: user.uid.as_raw(), gid: user.gid.as_raw() })
            .ok_or_else(|| UnknownUser(name.to_owned()))
    }

    /// Whom the servers of this process run as: nobody else than itself, unless it is root.
    /// Root takes `wanted`, or else the first of `usher`, `postgres` and `nobody` that the machine has.
    pub(crate) fn for_this_process(wanted: Option<Self>) -> Result<Option<Self>, UnknownUser> {
        if !geteuid().is_root() {
            return Ok(None);
        }
        if let Some(wanted) = wanted.filter(|wanted| wanted.uid != 0) {
            return Ok(Some(wanted));
        }
        let fallback = ["usher", "postgres"].into_iter().find_map(|name| Self::named(name).ok());
        fallback.map_or_else(|| Self::named("nobody"), Ok).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_user_is_named() {
        let error = RunAs::named("no-such-user-here").unwrap_err();
        assert_eq!(error.to_string(), "this machine has no system user `no-such-user-here`");
    }

    #[test]
    fn root_is_never_the_one() {
        let chosen = RunAs::for_this_process(Some(RunAs { uid: 0, gid: 0 })).unwrap();
        assert_eq!(chosen.is_some(), geteuid().is_root());
        assert!(chosen.is_none_or(|user| user.uid != 0));
    }
}
