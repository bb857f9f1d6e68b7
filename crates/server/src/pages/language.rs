//! Which language a person reads.

use axum::http::{HeaderMap, HeaderValue, header};

use super::words::{ENGLISH, THAI, Words};
use crate::parameters::Parameters;

/// The name of the parameter and of the cookie.
const NAME: &str = "lang";
/// A year.
const KEPT_SECONDS: u32 = 31_536_000;

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// ภาษาไทย.
    #[default]
    Thai,
    /// English.
    English,
}

impl Language {
    fn named(name: &str) -> Option<Self> {
        match name {
            "th" => Some(Self::Thai),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// As the address asks, else as the cookie remembers, else Thai.
    pub(crate) fn of(query: Option<&str>, headers: &HeaderMap) -> Self {
        Self::chosen(query).or_else(|| Self::remembered(headers)).unwrap_or_default()
    }

    /// As the address asks.
    pub(crate) fn chosen(query: Option<&str>) -> Option<Self> {
        Parameters::parse(query).all(NAME).find_map(Self::named)
    }

    fn remembered(headers: &HeaderMap) -> Option<Self> {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .find(|(name, _)| *name == NAME)
            .and_then(|(_, value)| Self::named(value))
    }

    /// The cookie that remembers the language.
    pub(crate) fn cookie(self) -> HeaderValue {
        let cookie = format!("{NAME}={}; Path=/; Max-Age={KEPT_SECONDS}; SameSite=Lax; HttpOnly", self.tag());
        HeaderValue::from_str(&cookie).unwrap_or(HeaderValue::from_static(""))
    }

    /// The tag for `<html lang>`.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Thai => "th",
            Self::English => "en",
        }
    }

    pub(crate) fn is_thai(self) -> bool {
        self == Self::Thai
    }

    /// The other one.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Thai => Self::English,
            Self::English => Self::Thai,
        }
    }

    /// The texts of the pages.
    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::Thai => &THAI,
            Self::English => &ENGLISH,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_counts_before_the_cookie_and_thai_is_the_rule() {
        let mut headers = HeaderMap::new();
        assert_eq!(Language::of(None, &headers), Language::Thai);
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; lang=en"));
        assert_eq!(Language::of(Some("q=x"), &headers), Language::English);
        assert_eq!(Language::of(Some("q=x&lang=th"), &headers), Language::Thai);
        assert_eq!(Language::of(Some("lang=xx"), &headers), Language::English);
        headers.insert(header::COOKIE, HeaderValue::from_static("lang=\"><script>"));
        assert_eq!(Language::of(None, &headers), Language::Thai);
    }
}
