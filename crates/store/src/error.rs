use usher_vocabulary::UnknownWord;

/// What can go wrong below every operation.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
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

impl StoreError {
    /// Name of the constraint that was violated, for a message beside the field that caused it.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Database(sqlx::Error::Database(e)) => e.constraint(),
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
            // Classes 08 (connection), 53 (disk full, out of memory, too many connections) and 57P
            // (shutting down, starting up); 25006 is a server that only reads, 55000 one that lets nobody in.
            Self::Database(sqlx::Error::Database(e)) => e.code().is_some_and(|code| {
                ["08", "53", "57P"].iter().any(|class| code.starts_with(class))
                    || ["25006", "55000"].contains(&code.as_ref())
            }),
            _ => false,
        }
    }
}

/// Reads a word of a closed list.
pub(crate) fn word<T: std::str::FromStr<Err = UnknownWord>>(text: &str) -> Result<T, StoreError> {
    Ok(text.parse()?)
}

/// Asserts that an update touched exactly one row.
pub(crate) fn one(what: &'static str, touched: u64) -> Result<(), StoreError> {
    if touched == 1 { Ok(()) } else { Err(StoreError::NotOneRow { what, touched }) }
}
