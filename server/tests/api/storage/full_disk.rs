//! A disk that is full: the person is told, nothing is lost, and it works again once there is room.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::LIVE;
use crate::support::{Account, Home, Socket, TestServer};

/// A small disk, mounted on a folder for the length of a test.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where this user may not mount one.
    fn on(folder: &Path) -> Option<Self> {
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=6m,mode=0700", "tmpfs"]).arg(folder).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self(folder.to_owned()))
    }

    /// Takes all the room that is left, that which the database's log has already too; what is given back is to be removed
    /// to free it.
    async fn fill(&self, server: &TestServer) -> PathBuf {
        loop {
            let emptied: Vec<(i64, i64, i64)> = server.rows("PRAGMA wal_checkpoint(TRUNCATE)").await;
            if emptied.iter().all(|(busy, _, _)| *busy == 0) {
                break;
            }
        }
        let filler = self.0.join("filler");
        let mut file = File::create(&filler).expect("a file");
        while file.write_all(&[0; 4_096]).is_ok() {}
        filler
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).output();
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A server whose data lies on a small disk; `None`, with a printed reason, where there can be none.
async fn on_a_small_disk() -> Option<(SmallDisk, TestServer, Account, Socket)> {
    let home = Home::new().await;
    let Some(disk) = SmallDisk::on(home.data()) else {
        println!("skipped: mounting a small disk needs root");
        return None;
    };
    let server = TestServer::again(home, &[]).await;
    if !server.is_on_sqlite() {
        println!("skipped: the data of this run lies on PostgreSQL, not in the folder");
        return None;
    }
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = account.chat(&server, LIVE).await;
    socket.ask("Before", None).await;
    socket.next_of("conversation_updated").await;
    Some((disk, server, account, socket))
}

#[tokio::test]
async fn on_a_full_disk_a_question_is_refused_and_the_socket_stays() {
    let Some((disk, server, _account, mut socket)) = on_a_small_disk().await else { return };
    disk.fill(&server).await;
    socket.ask("Is there room?", Some("c1")).await;
    let error = socket.next().await;
    assert_eq!((&error["code"], &error["id"]), (&"storage".into(), &"c1".into()), "{error}");
    assert!(socket.is_quiet().await);
}

#[tokio::test]
async fn once_there_is_room_again_the_same_question_is_taken() {
    let Some((disk, server, _account, mut socket)) = on_a_small_disk().await else { return };
    let filler = disk.fill(&server).await;
    socket.ask("Is there room?", Some("c1")).await;
    socket.next_of("error").await;
    std::fs::remove_file(filler).expect("the filler goes");
    socket.ask("Is there room?", Some("c1")).await;
    let ack = socket.next_of("ack").await;
    // Its place is the one after the first turn: the refused try took none.
    assert_eq!((&ack["seq"], ack.get("duplicate")), (&3.into(), None));
    assert_eq!(socket.next_message("assistant").await["seq"], 4);
}

#[tokio::test]
async fn a_full_disk_is_no_reason_not_to_show_what_is_there() {
    let Some((disk, server, account, _socket)) = on_a_small_disk().await else { return };
    disk.fill(&server).await;
    let (status, _) = server.get("/auth/me", Some(&account.token)).await;
    assert!([200, 507].contains(&status), "{status}");
    assert_eq!(server.get("/health", None).await.0, 200);
}

#[tokio::test]
async fn an_answer_that_finds_the_disk_full_is_stored_once_there_is_room() {
    let home = Home::new().await;
    let Some(disk) = SmallDisk::on(home.data()) else {
        println!("skipped: mounting a small disk needs root");
        return;
    };
    // Each time that it is stored it needs more room than the time before, whatever of the log is used again.
    let answer = "words ".repeat(10_000).trim_end().to_owned();
    let script = format!("scripted:text={answer};chunk=6000;delay_ms=100");
    let server = TestServer::again(home, &[("model", &script)]).await;
    if !server.is_on_sqlite() {
        println!("skipped: the data of this run lies on PostgreSQL, not in the folder");
        return;
    }
    let mut socket = Account::sign_up(&server, "ada").await.chat(&server, LIVE).await;
    socket.ask("Hello", None).await;
    socket.next_of("stream_chunk").await;
    let filler = disk.fill(&server).await;
    // The person is told that it is kept in memory for now.
    assert_eq!(socket.next_of("error").await["code"], "storage");
    std::fs::remove_file(filler).expect("the filler goes");
    assert_eq!(socket.next_message("assistant").await["content"]["text"], answer);
}
