//! Walks the trail and says where it was touched.

use sqlx::AnyConnection;

use super::store;
use crate::db::StoreError;

const PAGE: i64 = 1_000;

/// What a walk found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Links that were read.
    pub links: i64,
    /// The first broken place of each chain that has one.
    pub broken: Vec<Broken>,
}

/// A place where a chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("chain `{node}`, entry {n}: {what}")]
pub struct Broken {
    /// Whose chain.
    pub node: String,
    /// Which entry.
    pub n: i64,
    /// What is wrong.
    pub what: &'static str,
}

/// Walks every chain from its first link.
pub async fn verify(connection: &mut AnyConnection) -> Result<Verdict, StoreError> {
    let mut verdict = Verdict { links: 0, broken: Vec::new() };
    for node in store::nodes(connection).await? {
        let (mut n, mut previous) = (0, String::new());
        'chain: loop {
            let links = store::links(connection, &node, n, PAGE).await?;
            if links.is_empty() {
                break;
            }
            for link in links {
                verdict.links += 1;
                let what = if link.n != n + 1 {
                    Some("an entry before it is missing")
                } else if link.previous != previous {
                    Some("it does not follow the entry before it")
                } else if link.hash != link.expected_hash() {
                    Some("it was changed after it was written")
                } else {
                    None
                };
                if let Some(what) = what {
                    verdict.broken.push(Broken { node: node.clone(), n: link.n, what });
                    break 'chain;
                }
                n = link.n;
                previous = link.hash;
            }
        }
    }
    Ok(verdict)
}
