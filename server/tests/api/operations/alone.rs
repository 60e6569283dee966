//! The binary alone, in an empty folder.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command};

use tempfile::TempDir;

use super::{at, folder};

/// The binary and nothing else in a folder, serving.
struct Alone {
    child: Child,
    url: String,
    folder: TempDir,
}

impl Alone {
    fn start(flags: &[&str]) -> Self {
        let folder = folder();
        let program = folder.path().join("anamnesis");
        let built = Path::new(env!("CARGO_BIN_EXE_anamnesis"));
        std::fs::hard_link(built, &program).or_else(|_| std::fs::copy(built, &program).map(drop)).expect("the binary");
        let mut command = at(&program);
        command.args(["serve", "--addr", "127.0.0.1:0"]).args(flags).current_dir(folder.path());
        let mut child = command.spawn().expect("it starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let line = lines.next().expect("a line").expect("text");
        let url = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).to_owned();
        // Kept open, so that whatever else it prints has a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url, folder }
    }

    async fn status(&self, path: &str) -> u16 {
        let http = loadgen::http_builder().build().expect("a client");
        http.get(format!("{}{path}", self.url)).send().await.expect("an answer").status().as_u16()
    }

    /// Tells it to stop, and gives its exit code.
    fn stop(&mut self) -> Option<i32> {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill runs");
        assert!(told.success());
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn it_prints_where_it_listens_and_serves_there() {
    let server = Alone::start(&[]);
    assert!(server.url.starts_with("http://127.0.0.1:") && !server.url.ends_with(":0"), "{}", server.url);
    for path in ["/health", "/ready", "/"] {
        assert_eq!(server.status(path).await, 200, "{path}");
    }
}

#[tokio::test]
async fn told_to_stop_it_ends_well() {
    let mut server = Alone::start(&[]);
    assert_eq!(server.status("/health").await, 200);
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn what_it_makes_is_for_its_owner_only() {
    let server = Alone::start(&[]);
    let mode = |path: &str| {
        let place = server.folder.path().join("data").join(path);
        std::fs::metadata(&place).unwrap_or_else(|error| panic!("{path}: {error}")).permissions().mode() & 0o777
    };
    assert_eq!(mode("."), 0o700);
    for secret in ["jwt", "master", "pepper"] {
        assert_eq!(mode(&format!("secrets/{secret}.key")), 0o600, "{secret}");
    }
}

#[tokio::test]
async fn demo_mode_names_its_accounts() {
    let folder = folder();
    let mut command = super::binary();
    command.args(["serve", "--addr", "127.0.0.1:0", "--demo", "1"]).current_dir(folder.path());
    let mut child = command.spawn().expect("it starts");
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines().take(5);
    let printed: Vec<String> = lines.map(|line| line.expect("text")).collect();
    let _ = child.kill();
    let _ = child.wait();
    for role in ["patient", "clinician", "admin"] {
        assert!(printed.iter().any(|line| line.trim_start().starts_with(role) && line.contains('@')), "{printed:?}");
    }
}

#[test]
fn a_second_start_keeps_the_secrets() {
    let mut server = Alone::start(&[]);
    let master = server.folder.path().join("data/secrets/master.key");
    let before = std::fs::read(&master).expect("a secret");
    server.stop();
    let started = at(&server.folder.path().join("anamnesis")).arg("migrate").current_dir(server.folder.path()).output();
    assert!(started.expect("it runs").status.success());
    assert_eq!(std::fs::read(&master).expect("a secret"), before);
}
