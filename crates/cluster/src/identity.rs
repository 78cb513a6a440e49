//! Which system user the product is, and where that user keeps things. Root is given up before anything else is done.

use std::ffi::CString;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::errno::Errno;
use nix::unistd::{Gid, Uid, User, getegid, geteuid, getgid, getuid, initgroups, setgid, setuid};

/// The system user that root becomes.
pub const SYSTEM_USER: &str = "usher";

/// Data of the system user, mode 0700.
const SYSTEM_DATA: &str = "/var/lib/usher";

/// Sockets of the system user, mode 0755: a socket has its own mode.
const SYSTEM_SOCKETS: &str = "/run/usher";

/// Why root could not be given up. The process must end then, because it is still root or half of it.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// `useradd` is missing or said no.
    #[error(
        "cannot create the system user `{user}`: {why}; create it by hand with `useradd --system {user}`"
    )]
    Create { user: String, why: String },
    /// The user would be root again.
    #[error("`{0}` is no user to drop to: it is root itself, or its name is not a plain word")]
    NotAllowed(String),
    /// The operating system said no to one of the steps.
    #[error("cannot {action} for the system user `{user}`")]
    System {
        action: &'static str,
        user: String,
        #[source]
        source: io::Error,
    },
    /// The steps succeeded, but root could be had back.
    #[error("the process could become root again after dropping to `{0}`")]
    NotFinal(String),
}

/// Turns a root process, all its threads included, into one of `user` for good; does nothing for any other process.
/// The user is made when missing, and `/var/lib/usher` and `/run/usher` are made and given to it.
///
/// # Errors
/// When a step fails or root could be had back; the caller must end the process then.
pub fn drop_to(user: &str) -> Result<(), IdentityError> {
    if !geteuid().is_root() {
        return Ok(());
    }
    let is_plain = !user.starts_with('-')
        && user.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let name = CString::new(user).ok().filter(|_| is_plain && !user.is_empty());
    let name = name.ok_or_else(|| IdentityError::NotAllowed(user.to_owned()))?;
    let found = match look_up(user)? {
        Some(found) => found,
        None => create(user)?,
    };
    if found.uid.is_root() {
        return Err(IdentityError::NotAllowed(user.to_owned()));
    }
    give_folder(Path::new(SYSTEM_DATA), 0o700, &found)?;
    give_folder(Path::new(SYSTEM_SOCKETS), 0o755, &found)?;
    initgroups(&name, found.gid).map_err(failed("set the groups", user))?;
    setgid(found.gid).map_err(failed("set the group", user))?;
    setuid(found.uid).map_err(failed("set the user", user))?;
    verify_final(&found)
}

/// Where the product keeps its data: `/var/lib/usher` for root and the system user, otherwise
/// `$XDG_DATA_HOME/usher` or `~/.local/share/usher`. It need not exist.
pub fn data_home() -> PathBuf {
    if is_system() {
        return PathBuf::from(SYSTEM_DATA);
    }
    absolute_variable("XDG_DATA_HOME").unwrap_or_else(|| home().join(".local/share")).join("usher")
}

/// Where the product keeps its sockets: `/run/usher` for root and the system user, otherwise
/// `$XDG_RUNTIME_DIR/usher` or `/tmp/usher-UID`. It need not exist; whoever makes it uses mode 0700.
pub fn socket_home() -> PathBuf {
    if is_system() {
        return PathBuf::from(SYSTEM_SOCKETS);
    }
    match absolute_variable("XDG_RUNTIME_DIR").filter(|folder| folder.is_dir()) {
        Some(folder) => folder.join("usher"),
        None => PathBuf::from(format!("/tmp/usher-{}", getuid())),
    }
}

/// Root looks where the system user does, so that its commands find what the service made.
fn is_system() -> bool {
    geteuid().is_root()
        || User::from_uid(geteuid()).ok().flatten().is_some_and(|user| user.name == SYSTEM_USER)
}

fn absolute_variable(name: &str) -> Option<PathBuf> {
    // The XDG base directory specification says that relative paths are to be ignored.
    std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

fn home() -> PathBuf {
    absolute_variable("HOME")
        .or_else(|| User::from_uid(getuid()).ok().flatten().map(|user| user.dir))
        .unwrap_or_else(|| PathBuf::from("/"))
}

fn look_up(user: &str) -> Result<Option<User>, IdentityError> {
    User::from_name(user).map_err(failed("look up the account", user))
}

fn create(user: &str) -> Result<User, IdentityError> {
    let refused = |why: String| IdentityError::Create { user: user.to_owned(), why };
    let output = Command::new("useradd")
        .args([
            "--system",
            "--user-group",
            "--home-dir",
            SYSTEM_DATA,
            "--shell",
            "/usr/sbin/nologin",
            user,
        ])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| refused(format!("useradd does not run ({error})")))?;
    if !output.status.success() {
        return Err(refused(String::from_utf8_lossy(&output.stderr).trim().replace('\n', " ")));
    }
    look_up(user)?.ok_or_else(|| refused("useradd made no such user".to_owned()))
}

fn give_folder(folder: &Path, mode: u32, user: &User) -> Result<(), IdentityError> {
    let failed =
        |action| move |source| IdentityError::System { action, user: user.name.clone(), source };
    std::fs::create_dir_all(folder).map_err(failed("create a folder"))?;
    std::os::unix::fs::chown(folder, Some(user.uid.as_raw()), Some(user.gid.as_raw()))
        .map_err(failed("change the owner of a folder"))?;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(mode))
        .map_err(failed("set the mode of a folder"))
}

fn failed(action: &'static str, user: &str) -> impl FnOnce(Errno) -> IdentityError {
    let user = user.to_owned();
    move |errno| IdentityError::System { action, user, source: errno.into() }
}

/// Every id is the new one, and asking for root back is refused.
fn verify_final(user: &User) -> Result<(), IdentityError> {
    let is_user = getuid() == user.uid
        && geteuid() == user.uid
        && getgid() == user.gid
        && getegid() == user.gid;
    let comes_back = setuid(Uid::from_raw(0)).is_ok() || setgid(Gid::from_raw(0)).is_ok();
    if is_user && !comes_back { Ok(()) } else { Err(IdentityError::NotFinal(user.name.clone())) }
}
