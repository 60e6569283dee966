//! What the database holds, for what no interface shows.

use sqlx::any::AnyRow;

use super::TestServer;

impl TestServer {
    /// Rows of a query.
    pub(crate) async fn rows<T>(&self, sql: &'static str) -> Vec<T>
    where
        T: for<'r> sqlx::FromRow<'r, AnyRow> + Send + Unpin,
    {
        let mut connection = self.app.db.read().await.expect("a connection");
        sqlx::query_as(sql).fetch_all(&mut *connection).await.expect("rows")
    }

    /// Changes what is stored, behind the server's back.
    pub(crate) async fn tamper(&self, sql: &'static str) {
        let mut connection = self.app.db.read().await.expect("a connection");
        sqlx::query(sql).execute(&mut *connection).await.expect("the statement runs");
    }

    /// Whether the data lies in a file of the data folder.
    pub(crate) fn is_on_sqlite(&self) -> bool {
        self.app.db.engine() == server::db::Engine::Sqlite
    }
}
