//! What all pages have in common.

use askama::Template;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::language::Language;
use super::links;
use super::words::Words;
use crate::failure::Failure;
use crate::parameters::Parameters;

/// The frame of a page.
pub(super) struct Page {
    pub language: Language,
    /// The same page in the other language.
    pub other_address: String,
    /// Which entry of the navigation the page belongs to.
    pub section: Section,
    /// Whether the address chose the language, which then is remembered.
    chosen: bool,
}

/// An entry of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Search,
    Check,
    None,
}

impl Page {
    /// The frame of the page at an address.
    pub fn new(uri: &Uri, headers: &HeaderMap, section: Section) -> Self {
        let language = Language::of(uri.query(), headers);
        let parameters =
            Parameters::parse(uri.query()).known().without(&["lang"]).with("lang", language.other().tag());
        Self {
            language,
            other_address: links::with_parameters(uri.path(), &parameters),
            section,
            chosen: Language::chosen(uri.query()).is_some(),
        }
    }

    /// The frame of a page that has no address of its own.
    pub fn without_address(language: Language) -> Self {
        let other_address = format!("/?lang={}", language.other().tag());
        Self { language, other_address, section: Section::None, chosen: false }
    }

    pub fn words(&self) -> &'static Words {
        self.language.words()
    }

    /// In the address of style and script, so that a new program is not shown with an old style.
    pub fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    pub fn in_search(&self) -> bool {
        self.section == Section::Search
    }

    pub fn in_check(&self) -> bool {
        self.section == Section::Check
    }

    /// The answer that shows a page.
    pub fn response(&self, status: StatusCode, template: &impl Template) -> Response {
        let html = match template.render() {
            Ok(html) => html,
            Err(error) => {
                tracing::error!("a page could not be written: {error}");
                return Failure::internal().into_response();
            }
        };
        let content_type = (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        let mut response = (status, [content_type], html).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.language.tag()));
        if self.chosen {
            response.headers_mut().insert(header::SET_COOKIE, self.language.cookie());
        }
        response
    }
}
