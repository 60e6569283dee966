//! What the documents name is there: files, routes, settings, commands, functions, links; and the README's table of
//! settings is the one in the source.

use std::fs;
use std::path::{Path, PathBuf};

/// Every document whose `code` is held against the source.
const DOCUMENTS: [&str; 5] = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/operations.md", "docs/api.md"];

/// The repository, as far as documents speak of it.
struct Repository {
    root: PathBuf,
    /// Rust sources: path below the root, text.
    sources: Vec<(String, String)>,
    settings: Vec<Setting>,
}

struct Setting {
    name: String,
    variable: String,
    default: String,
    meaning: String,
}

impl Repository {
    fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask stands in a folder of the repository");
        let mut sources = Vec::new();
        for folder in ["app/src", "crates", "frontend/src", "server/src", "server/benches", "server/tests", "xtask/src"]
        {
            collect(root, &root.join(folder), &mut sources);
        }
        let settings = settings_of(source(&sources, "server/src/config.rs"));
        assert!(settings.len() > 10, "the settings are no longer where this test reads them");
        Self { root: root.to_owned(), sources, settings }
    }

    fn source(&self, path: &str) -> &str {
        source(&self.sources, path)
    }

    fn document(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// What is wrong with a piece of `code`, if it names something that can be looked up. What holds an ellipsis is cut.
    fn fault(&self, code: &str) -> Option<String> {
        if code.contains('…') {
            return None;
        }
        let words: Vec<&str> = code.split_whitespace().collect();
        let (there, what) = match words[..] {
            ["cargo", "xtask", habit, ..] => (self.has_habit(habit), "habit in xtask/src/main.rs"),
            ["anamnesis", ref rest @ ..] => (self.has_command(rest), "subcommand or flag in server/src/cli.rs"),
            [method, route] if is_method(method) => (self.has_route(Some(method), route), "route"),
            [route] if route.starts_with('/') => (self.has_route(None, route), "route"),
            [name] if name.starts_with("ANAMNESIS_") || name == "DATABASE_URL" => {
                (self.has_variable(name), "setting or secret")
            }
            [name] if name.contains("::") || name.ends_with("()") => {
                (self.has_definition(name.trim_end_matches("()")), "function or type")
            }
            [path] if looks_like_a_path(path) => (self.has_path(path), "file or folder"),
            _ => (true, ""),
        };
        (!there).then(|| format!("`{code}`: there is no such {what}"))
    }

    fn has_habit(&self, name: &str) -> bool {
        self.source("xtask/src/main.rs").contains(&format!("name: \"{name}\""))
    }

    /// Subcommands and flags; words in capitals or quotation marks, and addresses, are a person's own.
    fn has_command(&self, words: &[&str]) -> bool {
        let cli = self.source("server/src/cli.rs").to_owned()
            + self.source("server/src/cli/library.rs")
            + self.source("server/src/cli/feedback.rs");
        words.iter().take_while(|word| !word.starts_with('"')).all(|word| match word.strip_prefix("--") {
            Some("help" | "version") => true,
            Some(flag) => {
                let flag = flag.split('=').next().unwrap_or(flag);
                let setting = flag.replace('-', "_");
                cli.contains(&format!(".long(\"{flag}\")")) || self.settings.iter().any(|known| known.name == setting)
            }
            None if word.starts_with(|c: char| c.is_ascii_lowercase()) => {
                cli.contains(&format!("Command::new(\"{word}\")")) || cli.contains(&format!("\"{word}\""))
            }
            None => true,
        })
    }

    fn has_variable(&self, name: &str) -> bool {
        let secret = name.strip_prefix("ANAMNESIS_").map(|name| name.strip_suffix("_FILE").unwrap_or(name));
        let secret =
            secret.and_then(|name| name.strip_suffix("_KEY")).map(|name| format!("one(\"{}\"", name.to_lowercase()));
        let quoted = format!("\"{name}\"");
        let of_build = self.sources.iter().any(|(path, text)| path.starts_with("xtask/src/") && text.contains(&quoted));
        self.settings.iter().any(|setting| setting.variable == name)
            || secret.is_some_and(|call| self.source("server/src/secrets.rs").contains(&call))
            || of_build
    }

    /// A route of the server, a page, a server function, or a file of the site.
    fn has_route(&self, method: Option<&str>, route: &str) -> bool {
        // A query is cut; the `?` of an optional part of a page's path is not.
        let route = route.split_once('?').filter(|(_, query)| !query.is_empty()).map_or(route, |(path, _)| path);
        let quoted = format!(".route(\"{route}\",");
        let server = self.sources.iter().filter(|(path, _)| path.starts_with("server/src/")).any(|(_, text)| {
            // However the source is broken into lines.
            let text: String = text.split_whitespace().collect();
            text.split_once(&quoted).is_some_and(|(_, rest)| {
                let handlers = rest.split(".route(").next().unwrap_or(rest);
                method.is_none_or(|method| handlers.contains(&format!("{}(", method.to_lowercase())))
            })
        });
        let page = self.source("app/src/lib.rs").contains(&format!("path!(\"{route}\")"));
        let function = route.strip_prefix("/fn/").is_some_and(|name| {
            let endpoint = format!("endpoint = \"{name}\"");
            self.sources.iter().any(|(path, text)| path.starts_with("app/src/api/") && text.contains(&endpoint))
        });
        let get = method.is_none_or(|method| method == "GET");
        server || (page && get) || function || (get && self.root.join("app/public").join(&route[1..]).is_file())
    }

    /// `a::b::c` or `C::d`: a file that is within the modules, has something to do with the types, and defines the last.
    fn has_definition(&self, name: &str) -> bool {
        let mut parts: Vec<&str> = name.split("::").collect();
        let last = parts.pop().unwrap_or_default();
        self.sources.iter().any(|(path, text)| {
            let within = parts.iter().all(|part| {
                let module = part.starts_with(|c: char| c.is_ascii_lowercase());
                if module {
                    path.trim_end_matches(".rs").split('/').any(|folder| folder == *part)
                } else {
                    knows(text, part)
                }
            });
            within && defines(text, last)
        })
    }

    /// A path below the root, perhaps with a `*` in its last part. What a run leaves is looked for in the source.
    fn has_path(&self, path: &str) -> bool {
        if let Some(made) = path.strip_prefix("./data").or_else(|| path.strip_prefix("data/")) {
            let server = self.sources.iter().filter(|(path, _)| path.starts_with("server/src/"));
            let text: String = server.map(|(_, text)| text.as_str()).collect();
            let known = |part: &str| {
                text.contains(&format!("\"{part}\""))
                    || part.strip_suffix(".key").is_some_and(|key| text.contains(&format!("one(\"{key}\"")))
            };
            return made.split('/').filter(|part| !part.is_empty() && !part.contains('*')).all(known);
        }
        if let Some(binary) = path.strip_prefix("target/release/") {
            return self.document("server/Cargo.toml").contains(&format!("name = \"{binary}\""));
        }
        match path.split_once('*') {
            // A name alone may be that of any source.
            None if !path.contains('/') && path.rsplit('.').next() == Some("rs") => {
                self.sources.iter().any(|(known, _)| known.rsplit('/').next() == Some(path))
            }
            None => self.root.join(path).exists(),
            Some((before, ending)) => {
                let (folder, start) = before.rsplit_once('/').unwrap_or((".", before));
                let files = fs::read_dir(self.root.join(folder)).into_iter().flatten().flatten();
                let mut names = files.map(|file| file.file_name().to_string_lossy().into_owned());
                names.any(|name| name.starts_with(start) && name.ends_with(ending))
            }
        }
    }
}

fn source<'a>(sources: &'a [(String, String)], path: &str) -> &'a str {
    let found = sources.iter().find(|(known, _)| known == path);
    found.map_or_else(|| panic!("{path} is not there"), |(_, text)| text.as_str())
}

fn collect(root: &Path, folder: &Path, sources: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            collect(root, &path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let below = path.strip_prefix(root).expect("found below it").to_string_lossy().into_owned();
            sources.push((below, fs::read_to_string(&path).expect("a readable source")));
        }
    }
}

/// Reads `settings! { /// meaning … name: Kind = "default", "allowed"; … }`.
fn settings_of(config: &str) -> Vec<Setting> {
    let (_, block) = config.split_once("\nsettings! {\n").expect("config.rs lists the settings in `settings!`");
    let (block, _) = block.split_once("\n}\n").expect("the list ends");
    let (mut settings, mut meaning) = (Vec::new(), Vec::new());
    for line in block.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(words) = line.strip_prefix("///") {
            meaning.push(words.trim());
        } else {
            let (name, rest) = line.split_once(": ").unwrap_or_else(|| panic!("not a setting: {line}"));
            let default = rest.split('"').nth(1).unwrap_or_else(|| panic!("no default: {line}"));
            let variable = if name == "database_url" {
                "DATABASE_URL".to_owned()
            } else {
                format!("ANAMNESIS_{}", name.to_uppercase())
            };
            let meaning = std::mem::take(&mut meaning).join(" ");
            settings.push(Setting { name: name.to_owned(), variable, default: default.to_owned(), meaning });
        }
    }
    settings
}

/// The README's table of settings, as it has to stand there.
fn table(settings: &[Setting]) -> String {
    let rows = settings.iter().map(|Setting { name, variable, default, meaning }| {
        let default = if default.is_empty() { "empty".to_owned() } else { format!("`{default}`") };
        format!("| `{name}` | `{variable}` | {default} | {meaning} |\n")
    });
    format!("| name | environment | default | meaning |\n| --- | --- | --- | --- |\n{}", rows.collect::<String>())
}

fn is_method(word: &str) -> bool {
    ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&word)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn looks_like_a_path(code: &str) -> bool {
    const ENDINGS: [&str; 7] = [".rs", ".toml", ".md", ".sql", ".css", ".json", ".ts"];
    let plain = code.chars().all(|c| is_word(c) || "./-*".contains(c))
        && !code.starts_with("..")
        && !code.starts_with(|c: char| c.is_ascii_digit());
    let file = ENDINGS.iter().any(|ending| code.ends_with(ending)) && !code.starts_with('*');
    plain && (file || code.trim_end_matches('/').contains('/') || code.ends_with('/'))
}

/// Whether `before` and this word stand there, the word as a whole.
fn stands(text: &str, before: &str, word: &str) -> bool {
    let needle = format!("{before}{word}");
    text.match_indices(&needle).any(|(at, _)| {
        let preceded = text[..at].chars().next_back().is_none_or(|c| !is_word(c));
        preceded && text[at + needle.len()..].chars().next().is_none_or(|c| !is_word(c))
    })
}

/// Whether a source defines this: an item, a variant, or a line of a macro's table.
fn defines(text: &str, name: &str) -> bool {
    const ITEMS: [&str; 9] =
        ["fn ", "struct ", "enum ", "trait ", "type ", "const ", "static ", "mod ", "macro_rules! "];
    let listed = |line: &str| {
        line.trim_start()
            .strip_prefix(name)
            .is_some_and(|rest| [",", "(", " {", " = "].iter().any(|s| rest.starts_with(s)))
    };
    let capital = name.starts_with(|c: char| c.is_ascii_uppercase());
    ITEMS.iter().any(|item| stands(text, item, name)) || (capital && text.lines().any(listed))
}

/// Whether a source defines this type or implements something for it.
fn knows(text: &str, name: &str) -> bool {
    let implements = |line: &str| line.trim_start().starts_with("impl") && stands(line, "", name);
    ["struct ", "enum ", "trait ", "type "].iter().any(|item| stands(text, item, name)) || text.lines().any(implements)
}

/// Everything in backquotes, and the commands and addresses in fenced blocks.
fn code_in(document: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, part) in document.split("```").enumerate() {
        if at % 2 == 0 {
            found.extend(part.split('`').skip(1).step_by(2).map(str::to_owned));
            continue;
        }
        for line in part.lines().map(str::trim) {
            let command = line.split(['#', '|', '&']).next().unwrap_or_default().trim();
            if command.starts_with("cargo xtask ") || command.starts_with("anamnesis ") {
                found.push(command.to_owned());
            }
            let words = line.split(|c: char| c.is_whitespace() || "\"'".contains(c));
            let addresses =
                words.filter_map(|word| word.split_once("127.0.0.1:3000").or_else(|| word.split_once("$A")));
            found.extend(addresses.map(|(_, route)| route).filter(|route| route.starts_with('/')).map(str::to_owned));
        }
    }
    found
}

/// Where links and pictures lead, as far as that is a file here.
fn links_in(document: &str) -> Vec<&str> {
    let targets = document.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets
        .map(|target| target.split('#').next().unwrap_or(target))
        .filter(|target| !target.is_empty() && !target.contains("://"))
        .collect()
}

#[test]
fn what_documents_name_is_in_the_source() {
    let repository = Repository::read();
    let faults = DOCUMENTS.iter().flat_map(|document| {
        let code = code_in(&repository.document(document));
        assert!(code.len() > 5, "{document} names nothing, or its code is no longer read");
        code.iter()
            .filter_map(|code| repository.fault(code))
            .map(|fault| format!("{document}: {fault}"))
            .collect::<Vec<_>>()
    });
    let faults: Vec<String> = faults.collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn links_between_documents_lead_somewhere() {
    let repository = Repository::read();
    let mut documents: Vec<PathBuf> = DOCUMENTS.iter().map(PathBuf::from).collect();
    documents.push("CHANGELOG.md".into());
    for decision in fs::read_dir(repository.root.join("docs/decisions")).expect("decisions are kept") {
        documents.push(Path::new("docs/decisions").join(decision.expect("a readable folder").file_name()));
    }
    let mut broken = Vec::new();
    for document in documents {
        let text = repository.document(&document.to_string_lossy());
        let folder = repository.root.join(&document).parent().expect("a file has a folder").to_owned();
        let lost = links_in(&text).into_iter().filter(|target| !folder.join(target).exists());
        broken.extend(lost.map(|target| format!("{}: {target}", document.display())));
    }
    assert!(broken.is_empty(), "these links lead nowhere:\n{}\n", broken.join("\n"));
}

#[test]
fn the_table_of_settings_is_the_one_in_the_source() {
    let repository = Repository::read();
    let wanted = table(&repository.settings);
    assert!(repository.document("README.md").contains(&wanted), "README.md must hold this table:\n\n{wanted}");
}

#[test]
fn what_is_not_there_is_noticed() {
    let repository = Repository::read();
    for wrong in [
        "cargo xtask deploy",
        "anamnesis frobnicate",
        "anamnesis serve --colour",
        "ANAMNESIS_COLOUR",
        "ANAMNESIS_COLOUR_KEY",
        "GET /auth/signup",
        "/auth/sign-up",
        "/fn/nothing",
        "/nowhere",
        "turns::nothing",
        "audit::ask",
        "Hub::commit",
        "Nobody::commit",
        "nothing_of_this_name()",
        "server/src/nothing.rs",
        "nothing.rs",
        "server/library/*.rs",
        "nothing.toml",
        "data/no_such_place/",
        "target/release/nothing",
    ] {
        assert!(repository.fault(wrong).is_some(), "`{wrong}` passed");
    }
}

#[test]
fn what_is_there_passes() {
    let repository = Repository::read();
    for right in [
        "cargo xtask run",
        "anamnesis user role EMAIL patient",
        "anamnesis serve --print-config",
        "anamnesis serve --public-url URL",
        "ANAMNESIS_ADDR",
        "DATABASE_URL",
        "ANAMNESIS_JWT_KEY_FILE",
        "POST /auth/signup",
        "/chat/:id?",
        "/fn/sign-up",
        "/favicon.svg",
        "turns::ask",
        "Hub::publish",
        "Action::CRISIS",
        "server/library/*.md",
        "data/outbox/*.eml",
        "data/secrets/jwt.key",
        "target/release/anamnesis",
        "ack",
    ] {
        assert_eq!(repository.fault(right), None);
    }
}

#[test]
fn code_is_read_from_spans_and_from_fenced_blocks() {
    let text = "a `b` c\n```sh\ncargo xtask run  # serves\ncurl -s $A/auth/me\n```\nd `e f`";
    assert_eq!(code_in(text), ["b", "cargo xtask run", "/auth/me", "e f"]);
    assert_eq!(links_in("[a](b.md#c) ![d](e.png) [f](https://g) [h](#i)"), ["b.md", "e.png"]);
}
