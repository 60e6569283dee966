//! Statements of many rows: the text is made of fixed pieces and placeholders, never of data.

use std::fmt::Write;

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe};

/// How many rows one statement carries at the most.
const ROWS_MAX: usize = 64;

/// Splits rows into parts of 64, 32, 16, … 1. A statement of each size stands ready in the connection's cache after its
/// first use; with a size for every group, each would be prepared anew, which costs more than running it.
pub(crate) fn parts<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let most = rows.len().min(ROWS_MAX);
        let size = most.checked_ilog2().map(|power| 1_usize << power)?;
        let (part, rest) = rows.split_at(size);
        rows = rest;
        Some(part)
    })
}

/// The placeholders of a statement of many rows.
pub(crate) struct Rows {
    text: String,
}

impl Rows {
    /// `INSERT … VALUES ($1, …), …` followed by `after`.
    pub(crate) fn insert(head: &'static str, columns: usize, rows: usize, after: &'static str) -> Self {
        let mut text = String::with_capacity(head.len() + after.len() + rows * columns * 5);
        text.push_str(head);
        text.push_str(" VALUES ");
        for row in 0..rows {
            text.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..columns {
                let _ = write!(text, "{}${}", if column == 0 { "" } else { ", " }, row * columns + column + 1);
            }
            text.push(')');
        }
        text.push(' ');
        text.push_str(after);
        Self { text }
    }

    /// `head (SELECT CAST($1 AS TEXT) AS key, … UNION ALL SELECT …) tail`: `columns` are name and type, empty for bytes.
    pub(crate) fn select(head: &'static str, columns: &[(&str, &str)], rows: usize, tail: &'static str) -> Self {
        let mut text = String::with_capacity(head.len() + tail.len() + rows * columns.len() * 32);
        text.push_str(head);
        text.push_str(" (");
        for row in 0..rows {
            text.push_str(if row == 0 { "SELECT " } else { " UNION ALL SELECT " });
            for (column, (name, kind)) in columns.iter().enumerate() {
                let comma = if column == 0 { "" } else { ", " };
                let place = row * columns.len() + column + 1;
                // Bytes are never cast: in SQLite a cast to BYTEA would read them as a number.
                let _ = if kind.is_empty() {
                    write!(text, "{comma}${place} AS {name}")
                } else {
                    write!(text, "{comma}CAST(${place} AS {kind}) AS {name}")
                };
            }
        }
        text.push_str(") ");
        text.push_str(tail);
        Self { text }
    }

    /// The statement, to bind values to.
    pub(crate) fn query<'q>(self) -> Query<'q, Any, AnyArguments> {
        sqlx::query(AssertSqlSafe(self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::{Rows, parts};

    #[test]
    fn parts_are_powers_of_two_and_keep_the_order() {
        let rows: Vec<usize> = (0..200).collect();
        for count in 0..rows.len() {
            let split: Vec<&[usize]> = parts(&rows[..count]).collect();
            assert_eq!(split.concat(), rows[..count]);
            assert!(split.iter().all(|part| part.len().is_power_of_two() && part.len() <= 64));
        }
    }

    #[test]
    fn placeholders_count_through_the_rows() {
        let insert = Rows::insert("INSERT INTO t (a, b)", 2, 2, "RETURNING a");
        assert_eq!(insert.text, "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) RETURNING a");
        let select =
            Rows::select("UPDATE t SET a = v.a FROM", &[("k", "TEXT"), ("a", "BIGINT")], 2, "AS v WHERE t.k = v.k");
        assert_eq!(
            select.text,
            "UPDATE t SET a = v.a FROM (SELECT CAST($1 AS TEXT) AS k, CAST($2 AS BIGINT) AS a UNION ALL SELECT \
             CAST($3 AS TEXT) AS k, CAST($4 AS BIGINT) AS a) AS v WHERE t.k = v.k"
        );
    }
}
