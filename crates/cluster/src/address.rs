//! Where a cluster answers, and as whom.

use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

/// The only port that our clusters use: it names the socket file and is never opened on a network.
pub(crate) const PORT: u16 = 5432;

/// The longest socket path in bytes. The kernel stops at 107 (`sun_path`, unix(7)), other systems at 103.
pub(crate) const LONGEST_SOCKET: usize = 100;

/// Where a cluster answers, and as whom: all that a client needs besides the name of a database.
#[derive(Debug, Clone)]
pub struct Address {
    /// Absolute folder of the unix socket.
    pub socket_dir: PathBuf,
    /// Names the socket file `.s.PGSQL.<port>`; no network port is open.
    pub port: u16,
    /// The superuser of the cluster.
    pub user: String,
    /// Its password, for scram-sha-256.
    pub password: SecretString,
}

impl Address {
    /// The connection string for `database`, as sqlx and libpq read it: `postgres://user:password@%2Ffolder:port/database`.
    /// It holds the password, so it is a secret too.
    pub fn url(&self, database: &str) -> SecretString {
        SecretString::from(format!(
            "postgres://{}:{}@{}:{}/{}",
            percent_encoded(self.user.as_bytes()),
            percent_encoded(self.password.expose_secret().as_bytes()),
            percent_encoded(self.socket_dir.as_os_str().as_bytes()),
            self.port,
            percent_encoded(database.as_bytes()),
        ))
    }
}

/// The socket file that Postgres makes in `socket_dir`.
pub(crate) fn socket_path(socket_dir: &Path) -> PathBuf {
    socket_dir.join(format!(".s.PGSQL.{PORT}"))
}

/// Everything but RFC 3986 unreserved characters as `%XX`.
fn percent_encoded(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            text.push(char::from(*byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_encodes_every_part() {
        let address = Address {
            socket_dir: PathBuf::from("/run/usher é"),
            port: 5432,
            user: "usher_owner".to_owned(),
            password: SecretString::from("a/b:c@d%"),
        };
        assert_eq!(
            address.url("my db").expose_secret(),
            "postgres://usher_owner:a%2Fb%3Ac%40d%25@%2Frun%2Fusher%20%C3%A9:5432/my%20db"
        );
    }

    #[test]
    fn debug_output_hides_the_password() {
        let address = Address {
            socket_dir: PathBuf::from("/run/usher"),
            port: 5432,
            user: "usher_owner".to_owned(),
            password: SecretString::from("correct horse"),
        };
        assert!(!format!("{address:?}").contains("correct horse"));
    }
}
