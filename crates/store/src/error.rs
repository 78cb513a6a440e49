use std::borrow::Cow;

use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;
use usher_vocabulary::UnknownWord;

/// What can go wrong below every operation.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    /// A column holds a word that this release does not know.
    #[error("the database holds an unknown word")]
    Word(#[from] UnknownWord),
    /// An update that must touch exactly one row touched another number.
    #[error("{what}: expected one row, touched {touched}")]
    NotOneRow { what: &'static str, touched: u64 },
    #[error("stored JSON of {what} cannot be read")]
    Json {
        what: &'static str,
        #[source]
        source: serde_json::Error,
    },
    #[error("an audit event has no canonical form")]
    Canonical(#[from] usher_domain::audit::CanonicalError),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // Who waited in vain for a connection has found none dead.
        let is_crowded = matches!(error, sqlx::Error::PoolTimedOut);
        let error = Self::Database(error);
        if error.is_unavailable() && !is_crowded {
            crate::pool::doubt();
        }
        error
    }
}

impl StoreError {
    /// Name of the constraint that was violated, for a message beside the field that caused it.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Database(sqlx::Error::Database(e)) => e.constraint(),
            _ => None,
        }
    }

    /// A statement was stopped because it took too long: on a disk that hangs, or because of what it is about.
    #[must_use]
    pub fn took_too_long(&self) -> bool {
        self.code().is_some_and(|code| code == "57014")
    }

    /// A value that was given is none for the database, whoever asks again.
    #[must_use]
    pub fn is_unkeepable(&self) -> bool {
        // A character that no text has, one that no JSON has (both: NUL), an instant out of range.
        self.code().is_some_and(|code| ["22021", "22P05", "22008"].contains(&code.as_ref()))
    }

    /// What the database said, as its five characters.
    fn code(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Database(sqlx::Error::Database(e)) => e.code(),
            _ => None,
        }
    }

    /// The database cannot be reached, or takes nothing at present: the same may succeed later.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Database(
                sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed,
            ) => true,
            // Classes 08 (connection), 53 (disk full, out of memory, too many connections), 57P (shutting down,
            // starting up) and 58 (a disk that fails); 25006 is a server that only reads, 55000 one that lets nobody
            // in, 57014 a statement that took too long, as on a disk that hangs.
            Self::Database(sqlx::Error::Database(e)) => e.code().is_some_and(|code| {
                ["08", "53", "57P", "58"].iter().any(|class| code.starts_with(class))
                    || ["25006", "55000", "57014"].contains(&code.as_ref())
                    || (code == "42501" && is_of_its_files(e.as_ref()))
            }),
            _ => false,
        }
    }
}

/// Whether the server may not use its own files, as on a file system that became read-only: Postgres gives this the
/// code of a missing right (`errcode_for_file_access`), and only the place in its source tells the two apart.
fn is_of_its_files(error: &dyn DatabaseError) -> bool {
    error
        .try_downcast_ref::<PgDatabaseError>()
        .and_then(PgDatabaseError::file)
        .is_some_and(|file| ["md.c", "fd.c", "slru.c", "xlog.c", "buffile.c"].contains(&file))
}

/// Reads a word of a closed list.
pub(crate) fn word<T: std::str::FromStr<Err = UnknownWord>>(text: &str) -> Result<T, StoreError> {
    Ok(text.parse()?)
}

/// Asserts that an update touched exactly one row.
pub(crate) fn one(what: &'static str, touched: u64) -> Result<(), StoreError> {
    if touched == 1 { Ok(()) } else { Err(StoreError::NotOneRow { what, touched }) }
}
