//! The register of issued reports: added, never changed, never taken away.

use chrono::{DateTime, NaiveDate, Utc};

use crate::error::{Failure, StoreError};
use crate::record::{ContentHash, content_hash};
use crate::sqlite::{Changed, report_rows};
use crate::store::Store;

/// A report as it was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedReport {
    /// The number that it bears.
    pub number: String,
    /// The day that it bears.
    pub date: NaiveDate,
    /// When it was entered into the register.
    pub issued_at: DateTime<Utc>,
    /// SHA-256 of `json`.
    pub content_hash: ContentHash,
    /// The report itself, byte for byte.
    pub json: String,
}

/// What entering a report did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IssueOutcome {
    /// It is new.
    Issued,
    /// The same report was issued before; nothing was written.
    IssuedBefore,
}

impl Store {
    /// Enters a report into the register. It is on the disk when this returns. Entering the same again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Bug`] when another report has the number: numbers come from what reports hold; otherwise what keeps the store
    /// from being written.
    pub async fn add_report(
        &self,
        number: &str,
        date: NaiveDate,
        json: &str,
    ) -> Result<IssueOutcome, StoreError> {
        let hash = content_hash(json);
        let mut writing = self.database.begin_write().await?;
        let known =
            report_rows::find(writing.link(), number).await.map_err(|failure| self.explain(failure))?;
        let (changed, outcome) = match known {
            Some(known) if known.content_hash == hash => (Changed::No, Ok(IssueOutcome::IssuedBefore)),
            Some(_) => {
                let what = format!("two different reports got the number {number}");
                (Changed::No, Err(StoreError::Bug { what }))
            }
            None => {
                let report = IssuedReport {
                    number: number.to_owned(),
                    date,
                    issued_at: Utc::now(),
                    content_hash: hash,
                    json: json.to_owned(),
                };
                report_rows::insert(writing.link(), &report)
                    .await
                    .map_err(|failure: Failure| self.explain(failure))?;
                (Changed::Yes, Ok(IssueOutcome::Issued))
            }
        };
        writing.finish(changed).await?;
        outcome
    }

    /// The report of a number; `None` when this store issued none.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn report(&self, number: &str) -> Result<Option<IssuedReport>, StoreError> {
        let mut link = self.database.reader().await?;
        report_rows::find(&mut link, number).await.map_err(|failure| self.explain(failure))
    }
}
