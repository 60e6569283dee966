//! Statements of many rows: the text is made of fixed pieces and placeholders, never of data.

use std::fmt::Write;

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe};

/// How many rows one statement carries at the most.
pub(crate) const ROWS_MAX: usize = 64;

/// A statement while values are bound to it.
pub(crate) type Bound<'q> = Query<'q, Any, AnyArguments>;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    /// Never cast: in `SQLite` a cast to BYTEA would read bytes as a number.
    Bytes,
}

/// A column's name and kind.
pub(crate) type Column = (&'static str, Kind);

/// A statement of many rows: `head`, the rows as a table `v` of `columns`, `tail`. The first column is never NULL.
///
/// A statement has 1, 2, 4, … 64 rows, those beyond what is there of NULLs that are left out again by the `WHERE`. A
/// statement of each size stands ready in the connection's cache after its first use: with a size for every group, each
/// would be prepared anew, and with a statement for each part of a group, every one would be waited for.
pub(crate) struct Rows {
    text: String,
    columns: &'static [Column],
    /// How many rows its text has.
    size: usize,
}

impl Rows {
    /// `tail` goes on behind `WHERE v.… IS NOT NULL`.
    pub(crate) fn new(to: &AnyConnection, head: &str, columns: &'static [Column], rows: usize, tail: &str) -> Self {
        Self::numbered(to.backend_name() != "SQLite", head, columns, rows, tail)
    }

    /// `SQLite` looks for a numbered placeholder by its name, along the list of all: 640 of them cost more than the rows.
    fn numbered(numbered: bool, head: &str, columns: &'static [Column], rows: usize, tail: &str) -> Self {
        let rows = rows.next_power_of_two();
        let mut text = String::with_capacity(head.len() + tail.len() + 64 + rows * columns.len() * 32);
        let _ = write!(text, "{head} (");
        for row in 0..rows {
            text.push_str(if row == 0 { "SELECT " } else { " UNION ALL SELECT " });
            for (column, (name, kind)) in columns.iter().enumerate() {
                let comma = if column == 0 { "" } else { ", " };
                let open = if *kind == Kind::Bytes { "" } else { "CAST(" };
                let _ = write!(text, "{comma}{open}");
                if numbered {
                    let _ = write!(text, "${}", row * columns.len() + column + 1);
                } else {
                    text.push('?');
                }
                text.push_str(match kind {
                    Kind::Text => " AS TEXT)",
                    Kind::Number => " AS BIGINT)",
                    Kind::Bytes => "",
                });
                if row == 0 {
                    let _ = write!(text, " AS {name}");
                }
            }
        }
        let _ = write!(text, ") AS v WHERE v.{} IS NOT NULL {tail}", columns[0].0);
        Self { text, columns, size: rows }
    }

    /// `INSERT INTO table (columns …)` of rows; `tail` may say what to do on a conflict.
    pub(crate) fn insert(to: &AnyConnection, table: &str, columns: &'static [Column], rows: usize, tail: &str) -> Self {
        Self::new(to, &insert_head(table, columns), columns, rows, tail)
    }

    /// The statement with its values; `bind` binds those of one row, in the order of the columns.
    pub(crate) fn bind<'q, T>(self, rows: &'q [T], mut bind: impl FnMut(Bound<'q>, &'q T) -> Bound<'q>) -> Bound<'q> {
        let mut query = sqlx::query(AssertSqlSafe(self.text));
        for row in rows {
            query = bind(query, row);
        }
        for (_, kind) in (rows.len()..self.size).flat_map(|_| self.columns) {
            query = match kind {
                Kind::Text => query.bind(None::<String>),
                Kind::Number => query.bind(None::<i64>),
                Kind::Bytes => query.bind(None::<Vec<u8>>),
            };
        }
        query
    }
}

fn insert_head(table: &str, columns: &[Column]) -> String {
    let names = columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    format!("INSERT INTO {table} ({names}) SELECT {names} FROM")
}

#[cfg(test)]
mod tests {
    use super::{Column, Kind, Rows, insert_head};

    #[test]
    fn rows_are_filled_up_to_a_power_of_two_and_the_filling_is_left_out() {
        const COLUMNS: [Column; 2] = [("a", Kind::Text), ("b", Kind::Bytes)];
        let rows = Rows::numbered(true, &insert_head("t", &COLUMNS), &COLUMNS, 3, "RETURNING a");
        assert_eq!(
            rows.text,
            "INSERT INTO t (a, b) SELECT a, b FROM (SELECT CAST($1 AS TEXT) AS a, $2 AS b UNION ALL SELECT \
             CAST($3 AS TEXT), $4 UNION ALL SELECT CAST($5 AS TEXT), $6 UNION ALL SELECT CAST($7 AS TEXT), $8) AS v \
             WHERE v.a IS NOT NULL RETURNING a"
        );
        assert_eq!(rows.size, 4);
        let unnumbered = Rows::numbered(false, &insert_head("t", &COLUMNS), &COLUMNS, 1, "").text;
        assert_eq!(
            unnumbered,
            "INSERT INTO t (a, b) SELECT a, b FROM (SELECT CAST(? AS TEXT) AS a, ? AS b) AS v WHERE v.a IS NOT NULL "
        );
    }
}
