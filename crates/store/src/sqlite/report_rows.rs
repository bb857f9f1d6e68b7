//! Rows of the register of issued reports.

use chrono::SecondsFormat;

use super::Link;
use super::project_rows::hash_of;
use crate::error::Failure;
use crate::reports::IssuedReport;

pub(crate) async fn insert(link: &mut Link, report: &IssuedReport) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO reports (report_id, number, report_date, issued_at, content_hash, report) \
         VALUES ((SELECT coalesce(max(report_id), 0) + 1 FROM reports), $1, $2, $3, $4, $5)",
    )
    .bind(&report.number)
    .bind(report.date.to_string())
    .bind(report.issued_at.to_rfc3339_opts(SecondsFormat::Millis, true))
    .bind(report.content_hash.to_vec())
    .bind(&report.json)
    .execute(link)
    .await?;
    Ok(())
}

/// The report of a number.
pub(crate) async fn find(link: &mut Link, number: &str) -> Result<Option<IssuedReport>, Failure> {
    let row: Option<(String, String, Option<Vec<u8>>, String)> =
        sqlx::query_as("SELECT report_date, issued_at, content_hash, report FROM reports WHERE number = $1")
            .bind(number)
            .fetch_optional(link)
            .await?;
    let Some((date, issued_at, hash, json)) = row else { return Ok(None) };
    let damaged = |what: &str, error: &dyn std::fmt::Display| {
        Failure::Damaged(format!("the {what} of report {number}: {error}"))
    };
    Ok(Some(IssuedReport {
        number: number.to_owned(),
        date: date.parse().map_err(|error: chrono::ParseError| damaged("day", &error))?,
        issued_at: issued_at.parse().map_err(|error: chrono::ParseError| damaged("time", &error))?,
        content_hash: hash_of(hash)?.ok_or_else(|| damaged("hash", &"it is missing"))?,
        json,
    }))
}
