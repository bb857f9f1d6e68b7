//! Many rows in few statements.

use sqlx::query_builder::{QueryBuilder, Separated};
use sqlx::{Sqlite, SqliteConnection};

/// Rows or values of one statement. Few different sizes keep the statements prepared: the largest carries the load, the others the
/// rest. 128 rows of 14 values stay far below SQLite's 32,766 parameters (and PostgreSQL's 65,535).
const SIZES: [usize; 3] = [128, 16, 1];

/// Cuts a list into pieces of the sizes above.
fn pieces<T>(mut items: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| *size <= items.len())?;
        let (piece, rest) = items.split_at_checked(size)?;
        items = rest;
        Some(piece)
    })
}

/// Runs `head VALUES (...), (...) tail` over all rows; `bind` gives the values of a row in order. The next statement is put together
/// while the connection's thread runs the one before.
pub(super) async fn insert<T>(
    connection: &mut SqliteConnection,
    head: &'static str,
    tail: &'static str,
    rows: &[T],
    bind: impl Fn(&mut Separated<'_, Sqlite, &'static str>, &T),
) -> Result<(), sqlx::Error> {
    let mut statements = pieces(rows).map(|piece| {
        let mut statement = QueryBuilder::<Sqlite>::new(head);
        statement.push(" ");
        statement.push_values(piece, |mut values, row| bind(&mut values, row));
        statement.push(" ");
        statement.push(tail);
        statement
    });
    let mut next = statements.next();
    while let Some(mut statement) = next {
        // `join` starts the statement first and builds the next one while that is under way.
        let running = statement.build().execute(&mut *connection);
        let (done, following) = futures_util::future::join(running, async { statements.next() }).await;
        done?;
        next = following;
    }
    Ok(())
}

/// Statements `head (?, ?, ...)`, one for each piece of the values.
pub(super) fn statements_with_list<'a, T>(
    head: &'static str,
    values: &'a [T],
    push: impl Fn(&mut Separated<'_, Sqlite, &'static str>, &'a T),
) -> impl Iterator<Item = QueryBuilder<Sqlite>> {
    pieces(values).map(move |piece| {
        let mut statement = QueryBuilder::<Sqlite>::new(head);
        statement.push(" (");
        let mut list = statement.separated(", ");
        for value in piece {
            push(&mut list, value);
        }
        statement.push(")");
        statement
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_keep_every_row_once_and_in_order() {
        for length in [0, 1, 15, 16, 17, 127, 128, 129, 300] {
            let rows: Vec<usize> = (0..length).collect();
            let cut: Vec<&[usize]> = pieces(&rows).collect();
            assert_eq!(cut.concat(), rows);
            assert!(cut.iter().all(|piece| SIZES.contains(&piece.len())));
        }
    }
}
