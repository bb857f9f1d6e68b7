//! Requests that change something, and pages of other sites.

use axum::http::{HeaderMap, StatusCode, header};

use crate::failure::Failure;

/// Refuses a request that a page of another site sent. There are no accounts, but a reader's browser reaches servers that the page
/// itself does not.
pub(crate) fn refuse_other_sites(headers: &HeaderMap) -> Result<(), Failure> {
    if comes_from_another_site(headers) {
        return Err(Failure::new(
            StatusCode::FORBIDDEN,
            "cross_site",
            "a page of another site may not do this; send it from a program or from this site",
            "ไม่รับคำขอเปลี่ยนแปลงข้อมูลจากเว็บไซต์อื่น",
        ));
    }
    Ok(())
}

/// Browsers say where a request comes from; programs say nothing.
fn comes_from_another_site(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match (text(header::ORIGIN.as_str()), text(header::HOST.as_str())) {
        (None, _) => false,
        (Some(origin), Some(host)) => origin.split_once("://").map(|(_, of)| of) != Some(host),
        (Some(_), None) => true,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_pages_of_this_site_and_programs_may_change_something() {
        assert!(!comes_from_another_site(&headers(&[("host", "thiap.example")])));
        assert!(!comes_from_another_site(&headers(&[("host", "a:80"), ("origin", "http://a:80")])));
        assert!(!comes_from_another_site(&headers(&[("sec-fetch-site", "same-origin")])));
        assert!(comes_from_another_site(&headers(&[("sec-fetch-site", "cross-site")])));
        assert!(comes_from_another_site(&headers(&[("sec-fetch-site", "same-site")])));
        assert!(comes_from_another_site(&headers(&[("host", "a:80"), ("origin", "http://b:80")])));
        assert!(comes_from_another_site(&headers(&[("host", "a:80"), ("origin", "null")])));
    }
}
