//! Addresses of pages, put together from parameters.

use form_urlencoded::{Serializer, byte_serialize};

use crate::parameters::Parameters;

/// The page of a project.
pub(super) fn project(code: &str) -> String {
    // a plus sign is a space in parameters only
    let segment: String = byte_serialize(code.as_bytes()).collect();
    format!("/projects/{}", segment.replace('+', "%20"))
}

/// A path with parameters.
pub(super) fn with_parameters(path: &str, parameters: &Parameters) -> String {
    if parameters.0.is_empty() {
        return path.to_owned();
    }
    let query = Serializer::new(String::new())
        .extend_pairs(parameters.0.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        .finish();
    format!("{path}?{query}")
}

impl Parameters {
    /// Without any value of some parameters.
    pub(super) fn without(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect())
    }

    /// Without one value of a parameter.
    pub(super) fn without_value(&self, name: &str, value: &str) -> Self {
        Self(self.0.iter().filter(|(given, held)| given != name || held != value).cloned().collect())
    }

    /// With one more value of a parameter.
    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_into_an_address_comes_back_whole() {
        let hostile = "\"><script>&a=b#c+d %20/ก";
        let address = with_parameters("/", &Parameters::default().with("q", hostile));
        assert!(!address.contains(['<', '>', '"', ' ']), "{address}");
        let (_, query) = address.split_once('?').unwrap();
        assert_eq!(Parameters::parse(Some(query)).single("q").unwrap(), Some(hostile));
        assert_eq!(project("พม 1403/65+1"), "/projects/%E0%B8%9E%E0%B8%A1%201403%2F65%2B1");
    }

    #[test]
    fn values_are_taken_away_one_by_one() {
        let parameters = Parameters::parse(Some("q=x&kind=item&kind=output&offset=20"));
        let fewer = parameters.without_value("kind", "item").without(&["offset"]);
        assert_eq!(with_parameters("/", &fewer), "/?q=x&kind=output");
    }
}
