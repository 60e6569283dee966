//! What the machine itself costs: a round trip over loopback, a write that is on the disk.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use hdrhistogram::Histogram;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::report::{histogram, micros};

const MESSAGE_BYTES: usize = 64;
const PAGE_BYTES: usize = 4096;

/// The machine's own times, in microseconds.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct Floor {
    /// 64 bytes there and back over TCP on loopback, median.
    pub loopback_p50_us: f64,
    /// The same, 99th percentile.
    pub loopback_p99_us: f64,
    /// 4 KiB appended to a file and `fdatasync`, median.
    pub fdatasync_p50_us: f64,
    /// The same, 99th percentile.
    pub fdatasync_p99_us: f64,
}

impl Floor {
    /// Measures both; the file is made in `folder` and taken away again.
    pub async fn measure(folder: &Path, count: u32) -> anyhow::Result<Self> {
        let loopback = loopback(count).await?;
        let synced = fdatasync(folder, count)?;
        Ok(Self {
            loopback_p50_us: micros(&loopback, 0.5),
            loopback_p99_us: micros(&loopback, 0.99),
            fdatasync_p50_us: micros(&synced, 0.5),
            fdatasync_p99_us: micros(&synced, 0.99),
        })
    }
}

impl std::fmt::Display for Floor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "loopback round trip (64 B): p50 {:.1} µs, p99 {:.1} µs · fdatasync (4 KiB appended): p50 {:.0} µs, p99 {:.0} µs",
            self.loopback_p50_us, self.loopback_p99_us, self.fdatasync_p50_us, self.fdatasync_p99_us
        )
    }
}

async fn loopback(count: u32) -> anyhow::Result<Histogram<u64>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    let echo = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let mut buffer = [0; MESSAGE_BYTES];
        while stream.read_exact(&mut buffer).await.is_ok() {
            stream.write_all(&buffer).await?;
        }
        anyhow::Ok(())
    });
    let mut stream = TcpStream::connect(addr).await?;
    stream.set_nodelay(true)?;
    let mut times = histogram();
    let mut buffer = [7; MESSAGE_BYTES];
    for _ in 0..count {
        let begun = Instant::now();
        stream.write_all(&buffer).await?;
        stream.read_exact(&mut buffer).await?;
        times.saturating_record(nanos(begun));
    }
    drop(stream);
    echo.await??;
    Ok(times)
}

fn fdatasync(folder: &Path, count: u32) -> anyhow::Result<Histogram<u64>> {
    let path = folder.join(".fdatasync-probe");
    let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
    let page = [7; PAGE_BYTES];
    let mut times = histogram();
    for _ in 0..count {
        let begun = Instant::now();
        file.write_all(&page)?;
        file.sync_data()?;
        times.saturating_record(nanos(begun));
    }
    std::fs::remove_file(&path)?;
    Ok(times)
}

/// Nanoseconds since then.
pub(crate) fn nanos(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn floors_are_measured_and_leave_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let floor = Floor::measure(folder.path(), 20).await.unwrap();
        assert!(floor.loopback_p50_us > 0.0 && floor.loopback_p50_us <= floor.loopback_p99_us);
        assert!(floor.fdatasync_p50_us > 0.0 && floor.fdatasync_p50_us <= floor.fdatasync_p99_us);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
