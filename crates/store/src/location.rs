//! Where a store lies.

use std::path::PathBuf;

/// Where a store lies.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreLocation {
    /// A SQLite database file; it is made when missing, its folder is not.
    Sqlite(PathBuf),
}

/// Why a text names no place for a store; the caller's fault. A URL is never repeated whole: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LocationError {
    /// Nothing in it.
    #[error("the place of the store is empty; give a file's path or sqlite:PATH")]
    Empty,
    /// A PostgreSQL server.
    #[error(
        "this build keeps its store in SQLite and has no PostgreSQL backend; give a file's path or sqlite:PATH"
    )]
    NoPostgres,
    /// Another scheme.
    #[error("{scheme}:// is no place for a store; give a file's path or sqlite:PATH")]
    UnknownScheme {
        /// The scheme as given, at most 40 characters.
        scheme: String,
    },
    /// A database in memory.
    #[error("a store in memory would be lost at the end of the program; give a file's path")]
    InMemory,
    /// Options behind a `?`.
    #[error("options behind '?' in the place of the store are not understood; give sqlite:PATH alone")]
    Options,
}

impl StoreLocation {
    /// Reads a path, `sqlite:PATH`, `sqlite://PATH`, or a PostgreSQL URL (understood and refused). Paths are taken as they are,
    /// without percent decoding.
    ///
    /// # Errors
    /// [`LocationError`] for a place that this build cannot keep a store in.
    pub fn parse(text: &str) -> Result<Self, LocationError> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix("sqlite:") {
            let path = rest.strip_prefix("//").unwrap_or(rest);
            return match path {
                "" => Err(LocationError::Empty),
                ":memory:" => Err(LocationError::InMemory),
                path if path.contains('?') => Err(LocationError::Options),
                path => Ok(Self::Sqlite(PathBuf::from(path))),
            };
        }
        match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => Err(LocationError::NoPostgres),
            Some((scheme, _)) => {
                Err(LocationError::UnknownScheme { scheme: scheme.chars().take(40).collect() })
            }
            None if text.is_empty() => Err(LocationError::Empty),
            None if text == ":memory:" => Err(LocationError::InMemory),
            None => Ok(Self::Sqlite(PathBuf::from(text))),
        }
    }
}

impl std::str::FromStr for StoreLocation {
    type Err = LocationError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_sqlite_urls_name_a_file() {
        for (text, path) in [
            ("thiap-data/store.sqlite", "thiap-data/store.sqlite"),
            (" ./a b.sqlite ", "./a b.sqlite"),
            ("sqlite:store.sqlite", "store.sqlite"),
            ("sqlite://store.sqlite", "store.sqlite"),
            ("sqlite:///var/lib/thiap/store.sqlite", "/var/lib/thiap/store.sqlite"),
            ("C:\\thiap\\store.sqlite", "C:\\thiap\\store.sqlite"),
            ("โครงการ?.sqlite", "โครงการ?.sqlite"),
        ] {
            assert_eq!(StoreLocation::parse(text), Ok(StoreLocation::Sqlite(path.into())), "{text}");
        }
    }

    #[test]
    fn a_postgres_url_is_understood_and_refused_without_its_password() {
        for text in ["postgres://thiap:secret@db/thiap", "postgresql://thiap:secret@db/thiap"] {
            let error = StoreLocation::parse(text).unwrap_err();
            assert_eq!(error, LocationError::NoPostgres);
            assert!(!error.to_string().contains("secret"));
        }
        let error = StoreLocation::parse("mysql://thiap:secret@db/thiap").unwrap_err();
        assert_eq!(error, LocationError::UnknownScheme { scheme: "mysql".into() });
        assert!(!error.to_string().contains("secret"));
    }

    #[test]
    fn places_that_would_lose_the_record_are_refused() {
        for text in ["", "  ", "sqlite:", "sqlite://"] {
            assert_eq!(StoreLocation::parse(text), Err(LocationError::Empty), "{text:?}");
        }
        for text in [":memory:", "sqlite::memory:"] {
            assert_eq!(StoreLocation::parse(text), Err(LocationError::InMemory), "{text:?}");
        }
        assert_eq!(StoreLocation::parse("sqlite:a?mode=ro"), Err(LocationError::Options));
    }
}
