//! The trail's SQL.

use sqlx::AnyConnection;

use super::types::{Chain, Entry, link_hash};
use crate::clock::Millis;
use crate::db::{Column, Kind, ROWS_MAX, Rows, StoreError};

/// Chains entries to the node's trail and writes them.
pub(crate) async fn append(
    connection: &mut AnyConnection,
    chain: &mut Chain,
    entries: &[Entry],
) -> Result<(), StoreError> {
    const COLUMNS: [Column; 13] = [
        ("node", Kind::Text),
        ("n", Kind::Number),
        ("at", Kind::Number),
        ("actor", Kind::Text),
        ("action", Kind::Text),
        ("object", Kind::Text),
        ("subject", Kind::Text),
        ("outcome", Kind::Text),
        ("reason", Kind::Text),
        ("address", Kind::Text),
        ("request_id", Kind::Text),
        ("previous", Kind::Text),
        ("hash", Kind::Text),
    ];
    for part in entries.chunks(ROWS_MAX) {
        let (mut n, mut previous) = match chain.next.clone().or_else(|| chain.head.clone()) {
            Some(end) => end,
            None => head(connection, &chain.node).await?.unwrap_or((0, String::new())),
        };
        let query = Rows::insert(connection, "audit", &COLUMNS, part.len(), "").bind(part, |mut query, entry| {
            n += 1;
            let fields = entry.fields();
            let hash = link_hash(&chain.node, n, entry.at, &fields, &previous);
            query = query.bind(chain.node.clone()).bind(n).bind(entry.at);
            for field in fields {
                query = query.bind(field);
            }
            query.bind(std::mem::replace(&mut previous, hash.clone())).bind(hash)
        });
        query.execute(&mut *connection).await?;
        chain.next = Some((n, previous));
    }
    Ok(())
}

async fn head(connection: &mut AnyConnection, node: &str) -> Result<Option<(i64, String)>, StoreError> {
    Ok(sqlx::query_as("SELECT n, hash FROM audit WHERE node = $1 ORDER BY n DESC LIMIT 1")
        .bind(node)
        .fetch_optional(connection)
        .await?)
}

/// A stored link.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Link {
    /// Whose chain.
    pub node: String,
    /// Its number.
    pub n: i64,
    /// When.
    pub at: Millis,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// To what.
    pub object: String,
    /// Whose data.
    pub subject: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// Why.
    pub reason: String,
    /// Where from.
    pub address: String,
    /// Which request.
    pub request_id: String,
    /// The hash before.
    pub previous: String,
    /// Its hash.
    pub hash: String,
}

impl Link {
    /// What its hash should be.
    pub(crate) fn expected_hash(&self) -> String {
        let fields = [
            self.actor.clone(),
            self.action.clone(),
            self.object.clone(),
            self.subject.clone(),
            self.outcome.clone(),
            self.reason.clone(),
            self.address.clone(),
            self.request_id.clone(),
        ];
        link_hash(&self.node, self.n, self.at, &fields, &self.previous)
    }
}

/// The nodes that have a chain.
pub(crate) async fn nodes(connection: &mut AnyConnection) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT node FROM audit GROUP BY node ORDER BY node").fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(node,)| node).collect())
}

/// Links of a chain after number `after`, in order.
pub(crate) async fn links(
    connection: &mut AnyConnection,
    node: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<Link>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT node, n, at, actor, action, object, subject, outcome, reason, address, request_id, previous, hash
         FROM audit
         WHERE node = $1 AND n > $2
         ORDER BY n
         LIMIT $3",
    )
    .bind(node)
    .bind(after)
    .bind(limit)
    .fetch_all(connection)
    .await?)
}
