//! What is searched for, as addresses and JSON bodies carry it.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};
use thiap_engine::{Filters, SearchMode, SearchRequest};

use crate::failure::Failure;

/// Hits of a page when nobody says how many.
pub(crate) const DEFAULT_LIMIT: usize = 20;
/// Hits that one answer may hold.
pub(crate) const MOST_HITS: usize = 100;
/// Hits that may be passed over.
pub(crate) const LARGEST_OFFSET: usize = 1_000_000;

/// Parameters of an address that restrict the projects. All but the budget's ends may be given several times: a project
/// fits when it fits one of the values.
pub(crate) const FILTER_PARAMETERS: [&str; 11] = [
    "fiscal_year_be",
    "ministry",
    "department",
    "agency",
    "province",
    "area",
    "plan",
    "kind",
    "status",
    "budget_from",
    "budget_to",
];

/// Parameters of an address that say what is searched for, beside the filters.
pub(crate) const QUERY_PARAMETERS: [&str; 4] = ["q", "filters", "without", "mode"];
/// Parameters of an address that choose a page.
pub(crate) const PAGE_PARAMETERS: [&str; 2] = ["offset", "limit"];

/// The parameters of an address, in their order; empty ones are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Parameters(pub Vec<(String, String)>);

impl Parameters {
    /// From the part of an address behind the question mark.
    pub fn parse(query: Option<&str>) -> Self {
        Self(
            form_urlencoded::parse(query.unwrap_or_default().as_bytes())
                .filter(|(_, value)| !value.trim().is_empty())
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// Without those that no page reads, such as the marks that other sites put behind a link.
    pub fn known(mut self) -> Self {
        let known = [&QUERY_PARAMETERS[..], &FILTER_PARAMETERS, &PAGE_PARAMETERS, &["lang"]];
        self.0.retain(|(name, _)| known.iter().any(|names| names.contains(&name.as_str())));
        self
    }

    /// Every value of a parameter.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that may stand once only.
    pub fn single(&self, name: &'static str) -> Result<Option<&str>, Failure> {
        let mut values = self.all(name);
        let first = values.next();
        if values.next().is_some() {
            return Err(Failure::bad_value(name, format!("{name} is given more than once")));
        }
        Ok(first)
    }

    /// A parameter that is a whole number within limits.
    pub fn whole_number<T>(
        &self,
        name: &'static str,
        fallback: T,
        limits: RangeInclusive<T>,
    ) -> Result<T, Failure>
    where
        T: FromStr + PartialOrd + Display,
    {
        match self.single(name)? {
            None => Ok(fallback),
            Some(text) => text
                .trim()
                .parse()
                .ok()
                .filter(|number| limits.contains(number))
                .ok_or_else(|| out_of_range(name, limits.start(), limits.end())),
        }
    }

    /// Refuses parameters that nobody reads: a misspelt filter must not find everything.
    pub fn only(&self, known: &[&[&str]]) -> Result<(), Failure> {
        match self.0.iter().find(|(name, _)| !known.iter().any(|names| names.contains(&name.as_str()))) {
            Some((name, _)) => Err(Failure::unknown_field(name.as_str(), &known.concat())),
            None => Ok(()),
        }
    }

    /// The search that they ask for.
    pub fn search_request(&self) -> Result<SearchRequest, Failure> {
        let limit = self.whole_number("limit", DEFAULT_LIMIT, 1..=MOST_HITS)?;
        let offset = self.whole_number("offset", 0, 0..=LARGEST_OFFSET)?;
        let mode = match self.single("mode")? {
            Some(name) => mode_named(name)?,
            None => SearchMode::default(),
        };
        Ok(SearchRequest {
            query: self.single("q")?.unwrap_or_default().to_owned(),
            filters: self.filters()?,
            mode,
            offset,
            limit,
            facets: true,
            removed_chips: self.all("without").map(str::to_owned).collect(),
        })
    }

    fn filters(&self) -> Result<Filters, Failure> {
        let mut object = match self.single("filters")? {
            Some(text) => match serde_json::from_str(text) {
                Ok(Value::Object(object)) => object,
                Ok(_) => return Err(Failure::bad_value("filters", "filters has to be a JSON object")),
                Err(error) => {
                    return Err(Failure::bad_value("filters", format!("filters is no JSON object: {error}")));
                }
            },
            None => Map::new(),
        };
        let said_twice = |name: &str| Failure::bad_value(name, format!("{name} stands in filters as well"));
        for name in ["ministry", "department", "agency", "province", "area", "plan", "kind", "status"] {
            let values: Vec<Value> = self.all(name).map(Value::from).collect();
            if !values.is_empty() && object.insert(name.to_owned(), Value::Array(values)).is_some() {
                return Err(said_twice(name));
            }
        }
        if let Some(text) = self.single("fiscal_year_be")?
            && object.insert("fiscal_year_be".to_owned(), years(text)?).is_some()
        {
            return Err(said_twice("fiscal_year_be"));
        }
        let ends: Map<String, Value> = [("from", "budget_from"), ("to", "budget_to")]
            .into_iter()
            .filter_map(|(end, name)| self.single(name).transpose().map(|text| (end, name, text)))
            .map(|(end, name, text)| Ok((end.to_owned(), baht(name, text?)?)))
            .collect::<Result<_, Failure>>()?;
        if !ends.is_empty() && object.insert("budget_baht".to_owned(), Value::Object(ends)).is_some() {
            return Err(said_twice("budget_from"));
        }
        filters_of(object, "")
    }
}

/// A fiscal year, or `2564-2566`.
fn years(text: &str) -> Result<Value, Failure> {
    let bad = || {
        Failure::bad_value(
            "fiscal_year_be",
            format!("{:?} is no fiscal year; write 2566, or 2564-2566", shortened(text)),
        )
    };
    let year = |text: &str| text.trim().parse::<i32>().map(Value::from).map_err(|_| bad());
    match text.split_once('-') {
        None => year(text),
        Some((from, to)) => {
            let mut range = Map::new();
            for (end, text) in [("from", from), ("to", to)] {
                if !text.trim().is_empty() {
                    range.insert(end.to_owned(), year(text)?);
                }
            }
            if range.is_empty() { Err(bad()) } else { Ok(Value::Object(range)) }
        }
    }
}

/// An amount as figures with or without commas.
fn baht(name: &str, text: &str) -> Result<Value, Failure> {
    match thiap_domain::Baht::parse(text) {
        Ok(_) => Ok(Value::from(text.trim())),
        Err(error) => Err(Failure::bad_value(name, error.to_string())),
    }
}

fn mode_named(name: &str) -> Result<SearchMode, Failure> {
    match name {
        "both" => Ok(SearchMode::Both),
        "words" => Ok(SearchMode::Words),
        "meaning" => Ok(SearchMode::Meaning),
        other => Err(Failure::bad_value(
            "mode",
            format!("{:?} is no mode; write both, words or meaning", shortened(other)),
        )),
    }
}

fn out_of_range(name: &str, least: impl Display, most: impl Display) -> Failure {
    Failure::bad_value(name, format!("{name} has to be a whole number from {least} to {most}"))
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Filters from an object; an error names the key below `place`.
pub(crate) fn filters_of(object: Map<String, Value>, place: &str) -> Result<Filters, Failure> {
    const KNOWN: [&str; 10] = [
        "fiscal_year_be",
        "ministry",
        "department",
        "agency",
        "plan",
        "area",
        "province",
        "budget_baht",
        "status",
        "kind",
    ];
    let field = |key: &str| if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") };
    // key by key first, so that the message says which one is wrong
    for (key, value) in &object {
        let alone = Map::from_iter([(key.clone(), value.clone())]);
        if let Err(error) = serde_json::from_value::<Filters>(Value::Object(alone)) {
            if error.to_string().starts_with("unknown field") {
                return Err(Failure::unknown_field(field(key), &KNOWN));
            }
            let expected = match key.as_str() {
                "fiscal_year_be" | "fiscal_year" => "a year such as 2566, or {\"from\": 2564, \"to\": 2566}",
                "budget_baht" | "budget" => "an object such as {\"from\": 1000000, \"to\": 5000000}",
                "kind" => "project, output or item, or a list of them",
                "area" | "province" => "a name or an official code, or a list of them",
                _ => "a name, or a list of names",
            };
            return Err(Failure::bad_value(field(key), format!("{key} has to be {expected}")));
        }
    }
    serde_json::from_value(Value::Object(object))
        .map_err(|error| Failure::bad_value(place, error.to_string()))
}

/// The keys of a JSON object, read one by one, so that what is wrong can be named.
pub(crate) struct Keys {
    object: Map<String, Value>,
    known: Vec<&'static str>,
}

impl Keys {
    pub fn new(object: Map<String, Value>) -> Self {
        Self { object, known: Vec::new() }
    }

    /// Takes a key that may be missing; `null` is the same as missing.
    pub fn take<T: DeserializeOwned>(
        &mut self,
        key: &'static str,
        expected: &str,
    ) -> Result<Option<T>, Failure> {
        self.known.push(key);
        match self.object.remove(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => serde_json::from_value(value)
                .map(Some)
                .map_err(|_| Failure::bad_value(key, format!("{key} has to be {expected}"))),
        }
    }

    /// Takes a whole number within limits.
    pub fn number(
        &mut self,
        key: &'static str,
        fallback: usize,
        least: usize,
        most: usize,
    ) -> Result<usize, Failure> {
        let out_of_range = || out_of_range(key, least, most);
        match self.take::<Number>(key, "a whole number")? {
            None => Ok(fallback),
            Some(number) => number
                .as_u64()
                .and_then(|number| usize::try_from(number).ok())
                .filter(|number| (least..=most).contains(number))
                .ok_or_else(out_of_range),
        }
    }

    /// Refuses keys that were not taken.
    pub fn finish(self) -> Result<(), Failure> {
        match self.object.keys().next() {
            Some(key) => Err(Failure::unknown_field(key.as_str(), &self.known)),
            None => Ok(()),
        }
    }
}

/// The search that a JSON body asks for.
pub(crate) fn search_request_of(body: Map<String, Value>) -> Result<SearchRequest, Failure> {
    let mut keys = Keys::new(body);
    let query = keys.take::<String>("query", "a text")?.unwrap_or_default();
    let filters = filters_of(keys.take("filters", "an object")?.unwrap_or_default(), "filters")?;
    let offset = keys.number("offset", 0, 0, LARGEST_OFFSET)?;
    let limit = keys.number("limit", DEFAULT_LIMIT, 1, MOST_HITS)?;
    let mode = match keys.take::<String>("mode", "both, words or meaning")? {
        Some(name) => mode_named(&name)?,
        None => SearchMode::default(),
    };
    let removed_chips: BTreeSet<String> = keys.take("without", "a list of texts")?.unwrap_or_default();
    keys.finish()?;
    Ok(SearchRequest { query, filters, mode, offset, limit, facets: true, removed_chips })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(query: &str) -> Result<SearchRequest, Failure> {
        let parameters = Parameters::parse(Some(query));
        parameters.only(&[&QUERY_PARAMETERS, &FILTER_PARAMETERS, &PAGE_PARAMETERS])?;
        parameters.search_request()
    }

    fn posted(body: Value) -> Result<SearchRequest, Failure> {
        match body {
            Value::Object(body) => search_request_of(body),
            _ => panic!("an object is needed"),
        }
    }

    #[test]
    fn an_address_and_a_body_ask_for_the_same() {
        let by_address = asked(
            "q=%E0%B8%99%E0%B9%89%E0%B8%B3&ministry=%E0%B8%81&ministry=%E0%B8%82&fiscal_year_be=2564-2566\
             &budget_from=1%2C000&limit=5&offset=10&mode=words&province=50&department=",
        )
        .unwrap();
        let by_body = posted(json!({
            "query": "น้ำ", "limit": 5, "offset": 10, "mode": "words",
            "filters": {
                "ministry": ["ก", "ข"], "fiscal_year_be": {"from": 2564, "to": 2566},
                "budget_baht": {"from": 1000}, "province": "50",
            },
        }))
        .unwrap();
        assert_eq!((by_address.query, by_address.filters), (by_body.query, by_body.filters));
        assert_eq!((by_address.limit, by_address.offset, by_address.mode), (5, 10, SearchMode::Words));
    }

    #[test]
    fn filters_of_an_address_add_up_with_its_json_filters() {
        let query = asked("filters=%7B%22kind%22%3A%22item%22%7D&fiscal_year_be=2565").unwrap();
        assert_eq!(query.filters.kind.0, [thiap_domain::ProjectKind::Item]);
        assert!(query.filters.fiscal_year_be.is_some());
        let failure = asked("filters=%7B%22kind%22%3A%22item%22%7D&kind=item").unwrap_err();
        assert_eq!(failure.field.as_deref(), Some("kind"));
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (query, field) in [
            ("limit=101", "limit"),
            ("limit=0", "limit"),
            ("limit=many", "limit"),
            ("offset=-1", "offset"),
            ("offset=99999999999999999999", "offset"),
            ("mode=magic", "mode"),
            ("fiscal_year_be=soon", "fiscal_year_be"),
            ("fiscal_year_be=65", "fiscal_year_be"),
            ("fiscal_year_be=-", "fiscal_year_be"),
            ("budget_from=lots", "budget_from"),
            ("kind=roads", "kind"),
            ("q=a&q=b", "q"),
            ("minstry=x", "minstry"),
            ("filters=%5B%5D", "filters"),
            ("filters=%7B%22year%22%3A2565%7D", "year"),
        ] {
            assert_eq!(asked(query).unwrap_err().field.as_deref(), Some(field), "{query}");
        }
        for (body, field) in [
            (json!({"q": "x"}), "q"),
            (json!({"query": 5}), "query"),
            (json!({"limit": "5"}), "limit"),
            (json!({"limit": 5.5}), "limit"),
            (json!({"filters": []}), "filters"),
            (json!({"filters": {"budget_baht": {"form": 1}}}), "filters.budget_baht"),
            (json!({"filters": {"year": 2565}}), "filters.year"),
        ] {
            assert_eq!(posted(body.clone()).unwrap_err().field.as_deref(), Some(field), "{body}");
        }
    }
}
