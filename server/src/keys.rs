//! Data keys: one a conversation and one a person, stored only wrapped, opened here and kept for a while.

use std::sync::Arc;

use quick_cache::sync::Cache;
use sqlx::AnyConnection;
use vault::{DataKey, MasterKey};

use crate::clock::Millis;
use crate::db::{Db, StoreError, Tx};

const OPEN_MAX: usize = 20_000;

/// The key ring of the server, the only recipient of managed conversations.
pub struct Keys {
    master: Arc<MasterKey>,
    open: Cache<String, DataKey>,
}

impl Keys {
    /// With the master key under which data keys are wrapped.
    pub fn new(master: Arc<MasterKey>) -> Self {
        Self { master, open: Cache::new(OPEN_MAX) }
    }

    /// One data key of this database, still wrapped, with its scope; none where nothing was sealed yet.
    pub async fn any(db: &Db) -> Result<Option<(String, Vec<u8>)>, StoreError> {
        let mut connection = db.read().await?;
        Ok(sqlx::query_as("SELECT scope, wrapped FROM data_keys WHERE recipient = 'server' LIMIT 1")
            .fetch_optional(&mut *connection)
            .await?)
    }

    /// Makes the key of a new scope and stores it, wrapped, in this transaction.
    pub async fn create(&self, tx: &mut Tx, scope: &str, now: Millis) -> Result<DataKey, StoreError> {
        let key = DataKey::generate()?;
        let wrapped = key.wrap(&self.master, scope)?;
        sqlx::query("INSERT INTO data_keys (scope, recipient, wrapped, created_at) VALUES ($1, 'server', $2, $3)")
            .bind(scope)
            .bind(wrapped)
            .bind(now)
            .execute(&mut tx.connection)
            .await?;
        // Not kept in the ring yet: the transaction may still fail.
        Ok(key)
    }

    /// The key of a scope, by a connection one already has.
    pub async fn open(&self, connection: &mut AnyConnection, scope: &str) -> Result<DataKey, StoreError> {
        if let Some(key) = self.open.get(scope) {
            return Ok(key);
        }
        let wrapped: Option<(Vec<u8>,)> =
            sqlx::query_as("SELECT wrapped FROM data_keys WHERE scope = $1 AND recipient = 'server'")
                .bind(scope)
                .fetch_optional(connection)
                .await?;
        let (wrapped,) = wrapped.ok_or(StoreError::Corrupt("a data key is missing"))?;
        let key = DataKey::unwrap(&wrapped, &self.master, scope).map_err(|_| {
            StoreError::Corrupt("a data key did not open: is this the master key it was wrapped under?")
        })?;
        self.open.insert(scope.to_owned(), key.clone());
        Ok(key)
    }

    /// The key of a scope.
    pub async fn get(&self, db: &Db, scope: &str) -> Result<DataKey, StoreError> {
        if let Some(key) = self.open.get(scope) {
            return Ok(key);
        }
        let mut connection = db.read().await?;
        self.open(&mut connection, scope).await
    }

    /// Forgets the key of a scope that is no more.
    pub fn forget(&self, scope: &str) {
        self.open.remove(scope);
    }
}
