//! Why a query cannot be understood. Always the caller's to mend, so every message says what to do.

use super::fields::QueryField;
use super::parse::{LONGEST_QUERY_CHARACTERS, MOST_CLAUSES};

/// A query that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} (at character {})", position + 1)]
pub struct QueryError {
    /// Where, in characters from the beginning of the query, counted from 0.
    pub position: usize,
    /// What is wrong.
    pub kind: QueryErrorKind,
}

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryErrorKind {
    /// More characters than a query may have.
    #[error(
        "the query has {0} characters, {LONGEST_QUERY_CHARACTERS} are allowed; shorten it, or check it as a draft"
    )]
    TooLong(usize),
    /// More phrases, exclusions and fields than a query may have.
    #[error("the query has more than {MOST_CLAUSES} phrases, exclusions and fields; leave some out")]
    TooManyClauses,
    /// A quotation mark that opens and never closes.
    #[error("a quotation mark opens here and never closes; close it or leave it out")]
    UnbalancedQuote,
    /// A phrase without words, or an exclusion or field without a value.
    #[error("there is no word here to search for; write one or leave the sign out")]
    NothingToSearch,
    /// A name before a colon that is no field.
    #[error("{0:?} is no field; put the text in quotation marks to search for it, or use one of: {fields}", fields = QueryField::listed())]
    UnknownField(String),
    /// A field's value that does not fit the field.
    #[error("{value:?} does not fit the field {field}; write {example}", field = field.name(), example = field.example())]
    BadValue {
        /// The field.
        field: QueryField,
        /// What was written.
        value: String,
    },
}

impl QueryError {
    pub(crate) fn new(position: usize, kind: QueryErrorKind) -> Self {
        Self { position, kind }
    }

    /// The message for Thai readers.
    #[must_use]
    pub fn thai(&self) -> String {
        let what = match &self.kind {
            QueryErrorKind::TooLong(characters) => format!(
                "คำค้นยาว {characters} ตัวอักษร เกินกว่าที่รับได้ {LONGEST_QUERY_CHARACTERS} ตัวอักษร โปรดย่อให้สั้นลง หรือใช้การตรวจร่างโครงการ"
            ),
            QueryErrorKind::TooManyClauses => {
                format!("มีวลี คำที่ไม่ต้องการ และเงื่อนไขรวมกันเกิน {MOST_CLAUSES} รายการ โปรดตัดบางส่วนออก")
            }
            QueryErrorKind::UnbalancedQuote => "เปิดเครื่องหมายคำพูดแล้วไม่ได้ปิด โปรดปิดหรือลบออก".to_owned(),
            QueryErrorKind::NothingToSearch => "ไม่มีคำให้ค้นตรงนี้ โปรดเติมคำหรือลบเครื่องหมายออก".to_owned(),
            QueryErrorKind::UnknownField(name) => format!(
                "ไม่มีเขตข้อมูลชื่อ “{name}” หากต้องการค้นข้อความนี้ให้ใส่ในเครื่องหมายคำพูด หรือใช้เขตข้อมูลต่อไปนี้: {}",
                QueryField::listed()
            ),
            QueryErrorKind::BadValue { field, value } => {
                format!("ค่า “{value}” ใช้กับเขตข้อมูล {} ไม่ได้ ตัวอย่างที่ถูกต้อง: {}", field.thai(), field.example())
            }
        };
        format!("{what} (ตัวอักษรที่ {})", self.position + 1)
    }
}
