//! Settings: one struct, each with a default, an explanation and what is allowed.
//!
//! Precedence: flags, environment (`ANAMNESIS_…`), `Leptos.toml` in the working folder, the copy of it in the binary.
//! A wrong value names the setting, the value and what is allowed, and the server does not start.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::alerts;
use crate::limits::Rate;

/// The copy that the binary carries.
const EMBEDDED: &str = include_str!("../../Leptos.toml");

/// A value that can stand in a setting.
pub trait Value: Sized {
    /// Reads it; `None` where it is not one.
    fn parse(text: &str) -> Option<Self>;
}

macro_rules! parsed_by_standard_library {
    ($($kind:ty),*) => { $(impl Value for $kind {
        fn parse(text: &str) -> Option<Self> {
            text.parse().ok()
        }
    })* };
}
parsed_by_standard_library!(SocketAddr, PathBuf, String, u8, u16, u32, u64, usize, f64);

impl Value for bool {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "1" | "true" | "yes" | "on" => Some(true),
            "0" | "false" | "no" | "off" => Some(false),
            _ => None,
        }
    }
}

impl Value for Duration {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let amount: u64 = digits.parse().ok()?;
        if amount == 0 {
            return None;
        }
        Some(match &text[digits.len()..] {
            "ms" => Self::from_millis(amount),
            "s" => Self::from_secs(amount),
            "min" => Self::from_secs(amount.checked_mul(60)?),
            "h" => Self::from_secs(amount.checked_mul(3600)?),
            "d" => Self::from_secs(amount.checked_mul(86_400)?),
            _ => return None,
        })
    }
}

impl<T: Value> Value for Option<T> {
    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() { Some(None) } else { T::parse(text).map(Some) }
    }
}

/// A list with commas between.
#[derive(Debug, Clone, Default)]
pub struct List<T>(pub Vec<T>);

impl Value for List<String> {
    fn parse(text: &str) -> Option<Self> {
        Some(Self(text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(ToOwned::to_owned).collect()))
    }
}

impl Value for List<IpAddr> {
    fn parse(text: &str) -> Option<Self> {
        let parts: Option<Vec<IpAddr>> =
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect();
        parts.map(Self)
    }
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl Value for LogFormat {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// Whether the rate limits hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limiting {
    /// They hold.
    On,
    /// They do not; on loopback only.
    Off,
}

impl Value for Limiting {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "on" | "1" => Some(Self::On),
            "off" | "0" => Some(Self::Off),
            _ => None,
        }
    }
}

/// A setting as `--help` and `--print-config` show it.
#[derive(Debug)]
pub struct Described {
    /// Its name in a file and as a flag (with dashes).
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// Where nothing is said.
    pub default: &'static str,
    /// What may stand there.
    pub allowed: &'static str,
}

impl Described {
    /// Its name in the environment.
    pub fn variable(&self) -> String {
        if self.name == "database_url" {
            "DATABASE_URL".to_owned()
        } else {
            format!("ANAMNESIS_{}", self.name.to_uppercase())
        }
    }
}

/// A value that may not stand where it does.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// It can't be read as what it should be.
    #[error("setting `{name}` (from {origin}): `{value}` is not allowed; allowed: {allowed}")]
    Value {
        /// Which setting.
        name: &'static str,
        /// Where the value came from.
        origin: String,
        /// The value.
        value: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// Nobody knows it.
    #[error("unknown setting `{name}` in {origin}; `anamnesis serve --print-config` lists them all")]
    Unknown {
        /// Its name.
        name: String,
        /// Where it stands.
        origin: String,
    },
    /// The file is not TOML.
    #[error("Leptos.toml can't be read: {0}")]
    File(String),
    /// Two settings that can't stand together.
    #[error("{0}")]
    Together(String),
}

macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $name:ident: $kind:ty = $default:literal, $allowed:literal;)*) => {
        /// Every setting.
        #[derive(Debug, Clone)]
        pub struct Settings { $($(#[doc = $doc])+ pub $name: $kind,)* }

        /// The same, as a list.
        pub const SETTINGS: &[Described] = &[$(Described {
            name: stringify!($name), doc: concat!($($doc),+), default: $default, allowed: $allowed,
        }),*];

        impl Settings {
            fn from_layers(layers: &Layers) -> Result<Self, ConfigError> {
                Ok(Self { $($name: {
                    let (text, origin) = layers.find(stringify!($name), $default);
                    <$kind as Value>::parse(text.trim()).ok_or_else(|| ConfigError::Value {
                        name: stringify!($name),
                        origin,
                        value: if stringify!($name).contains("url") { "…".to_owned() } else { text },
                        allowed: $allowed,
                    })?
                },)* })
            }
        }
    };
}

settings! {
    /// Where to listen. Port 0 picks a free one.
    addr: SocketAddr = "127.0.0.1:3000", "an address and a port, such as 127.0.0.1:3000";
    /// The folder of the database, the secrets and the outbox.
    data: PathBuf = "./data", "a folder that can be written";
    /// Demo accounts, one click each, and mailed codes on the page; on loopback only.
    demo: bool = "0", "0 or 1";
    /// Who answers.
    model: String = "builtin", "builtin, ollama:NAME, openai:NAME, gemini:NAME, vertex:NAME, or scripted:… in tests";
    /// Models that people may name instead (`model_name`), beside the one that answers; those over the network with the
    /// address and key of that one.
    model_choice: List<String> = "", "empty, or values of `model` with commas between";
    /// The longest wish for its answers that a conversation may have (`system_prompt`), in characters; 0 takes none.
    system_prompt_chars: usize = "2000", "a number from 0";
    /// What a client may keep beside a conversation (`metadata`), in bytes of JSON.
    conversation_metadata_bytes: usize = "8192", "a number of bytes";
    /// Where the language model is asked. Empty: where its maker offers it, and Ollama on this machine.
    model_url: Option<String> = "", "empty, or an address such as http://127.0.0.1:8080/v1/";
    /// The file of its key, or of a Google service account. Empty: the environment (see docs/operations.md).
    model_key_file: Option<PathBuf> = "", "empty, or a file that can be read";
    /// A file of further certificates to trust, in PEM, where a language model has one of a private authority.
    model_ca_file: Option<PathBuf> = "", "empty, or a file that can be read";
    /// The Google Cloud project of Vertex AI. Empty: that of the credentials.
    model_project: Option<String> = "", "empty, or a project's id";
    /// The Google Cloud location of Vertex AI.
    model_location: String = "global", "a location such as europe-west4";
    /// What a language model is told, instead of the text in the binary (server/data/prompt.md).
    prompt_file: Option<PathBuf> = "", "empty, or a file that can be read";
    /// How freely a language model words its answers. Empty: as its provider has it.
    model_temperature: Option<f64> = "", "empty, or a number such as 0.2";
    /// Tokens that a language model may say in one answer, its thinking included.
    model_answer_tokens: u32 = "4096", "a number from 1";
    /// Passages of the library that a language model is shown.
    model_passages: usize = "6", "a number from 1";
    /// The share of a language model's statements that must rest on the passages they name, at each point of
    /// the answer; what would bring it below is not shown, and where nothing is, the built-in guide answers. 0: every answer
    /// stays.
    model_tied: f64 = "0.34", "a number from 0 to 1";
    /// How long a connection to a language model may take.
    model_connect: Duration = "5s", "a duration such as 5s";
    /// How long a language model may take to begin, once connected.
    model_first_token: Duration = "30s", "a duration such as 30s";
    /// So many failures of a language model, and it is left alone for a while; the built-in guide answers meanwhile.
    model_failures: usize = "5", "a number from 1";
    /// Within which time they are counted.
    model_failures_within: Duration = "60s", "a duration such as 60s";
    /// How long it is left alone before it is tried again.
    model_rest: Duration = "30s", "a duration such as 30s";
    /// The PostgreSQL server to use instead of a file in the data folder.
    database_url: Option<String> = "", "empty, or postgres://user:password@host/database";
    /// The address people reach this server by; decides cookies and the allowed Origin. Empty: as it listens.
    public_url: Option<String> = "", "empty, or https://name";
    /// Other origins whose pages may open sockets.
    allowed_origins: List<String> = "", "origins with commas between, such as https://app.example";
    /// Proxies whose X-Forwarded-For is believed.
    trusted_proxies: List<IpAddr> = "", "IP addresses with commas between";
    /// This process's name on the audit trail. One server a database.
    node: String = "main", "a short name";
    /// How the log is written.
    log_format: LogFormat = "text", "text or json";
    /// What is logged.
    log: String = "info", "error, warn, info, debug or trace, or a filter such as server=debug";
    /// Serve /metrics to others than loopback, too.
    metrics_public: bool = "0", "0 or 1";
    /// An SMTP server for mail; without it mail is written to the outbox folder.
    smtp_url: Option<String> = "", "empty, or smtps://user:password@host";
    /// Who mail is from.
    mail_from: String = "Anamnesis <no-reply@anamnesis.example>", "an address, with a name before it or not";
    /// How many passwords are hashed at once.
    password_hashes_at_once: usize = "2", "a number from 1";
    /// How long an access token is good for.
    access_token_life: Duration = "30min", "a duration such as 30min";
    /// How long a refresh token is good for.
    refresh_token_life: Duration = "30d", "a duration such as 30d";
    /// How long a mailed code is good for.
    code_life: Duration = "15min", "a duration such as 15min";
    /// After how long without activity a patient's browser is signed out.
    idle_patient: Duration = "60min", "a duration such as 60min";
    /// The same for clinicians and administrators.
    idle_clinician: Duration = "15min", "a duration such as 15min";
    /// Whether rate limits hold; `off` on loopback only.
    limits: Limiting = "on", "on or off";
    /// Sign-in attempts for one account.
    rate_sign_in: Rate = "10/min", "a rate such as 10/min";
    /// Sign-ups, codes and resets from one address.
    rate_accounts: Rate = "20/min", "a rate such as 20/min";
    /// Codes mailed to one account.
    rate_codes: Rate = "5/min", "a rate such as 5/min";
    /// Questions of one person.
    rate_messages: Rate = "30/min", "a rate such as 30/min";
    /// Other commands of one person on sockets (typing, read marks, feedback).
    rate_commands: Rate = "240/min", "a rate such as 240/min";
    /// New sockets of one address.
    rate_sockets: Rate = "120/min", "a rate such as 120/min";
    /// Requests of one address.
    rate_requests: Rate = "1200/min", "a rate such as 1200/min";
    /// Cases of one person, and notes that are read.
    rate_cases: Rate = "60/min", "a rate such as 60/min";
    /// Shares that one person makes.
    rate_shares: Rate = "20/min", "a rate such as 20/min";
    /// Documents and pictures that one person uploads.
    rate_documents: Rate = "120/h", "a rate such as 120/h";
    /// Sockets of one person at once.
    sockets_per_user: usize = "20", "a number from 1";
    /// Sockets of one conversation at once, at the door that is of one conversation.
    sockets_per_conversation: usize = "10", "a number from 1";
    /// Bytes that may wait for a slow reader before its socket is closed.
    socket_queue_bytes: usize = "262144", "a number of bytes";
    /// A socket is pinged this often.
    socket_ping: Duration = "25s", "a duration such as 25s";
    /// A socket whose peer is silent for this long is dropped.
    socket_silence: Duration = "60s", "a duration such as 60s";
    /// Turns that run at once.
    turns_at_once: usize = "256", "a number from 1";
    /// Turns that may wait.
    turns_waiting: usize = "10000", "a number from 1";
    /// Turns of one person that may wait.
    turns_waiting_per_user: usize = "8", "a number from 1";
    /// Cases that are worked out at once.
    cases_at_once: usize = "4", "a number from 1";
    /// Cases of one person that may run at once.
    cases_running_per_user: usize = "8", "a number from 1";
    /// The longest note of a case, in characters.
    case_narrative_chars: usize = "20000", "a number from 1";
    /// The longest list of a case: symptoms, conditions, medicines, allergies.
    case_items: usize = "250", "a number from 1";
    /// Of how many exercises, questionnaires and moods of a person the last are read.
    care_entries: usize = "2000", "a number from 1";
    /// From which level of danger a clinician is told, where their patient agreed to that.
    alerts_from: alerts::FromLevel = "high", "elevated, high or imminent";
    /// Within this time a clinician is told of a patient once; of something graver, at once.
    alerts_window: Duration = "1h", "a duration such as 1h";
    /// Answers rated so or lower are read by clinicians, where their person agreed to that.
    review_rating_max: u8 = "2", "1 to 5";
    /// The longest note on an answer that is reviewed, in characters.
    review_note_chars: usize = "4000", "a number from 1";
    /// The most answers that an administrator takes out over the web at once; the command line takes them all.
    review_export_max: usize = "10000", "a number from 1";
    /// By how much ratings and opening may move a passage of the library among those that fit: a factor within so much of 1;
    /// 0 turns it off.
    ranking_spread: f64 = "0.15", "a number from 0 to 0.15";
    /// How many people must have said something of a passage before it is moved at all.
    ranking_people: u32 = "3", "a number from 2";
    /// How long a model may say nothing before the turn is ended.
    model_idle: Duration = "60s", "a duration such as 60s";
    /// The longest answer, in bytes; what is beyond is cut and said so.
    answer_bytes: usize = "65536", "a number of bytes";
    /// How often the text of a running answer is stored.
    snapshot: Duration = "200ms", "a duration such as 200ms";
    /// Room for what was said lately, kept open in memory so that a turn does not read it again.
    recall_bytes: usize = "33554432", "a number of bytes";
    /// Room for what was opened to be searched in, kept in memory for the next search.
    search_bytes: usize = "67108864", "a number of bytes";
    /// The longest entry or line that is imported into the library.
    import_entry_bytes: usize = "4194304", "a number of bytes";
    /// Messages that the model is shown at the most.
    history_messages: usize = "20", "a number from 1";
    /// Tokens of the conversation that the model is shown at the most: question, facts, summary and messages. Estimated:
    /// four ASCII characters count as one token, any other character as one.
    context_tokens: usize = "4000", "a number from 1";
    /// Messages that stay as they are where a conversation is cleaned up; those before them are folded into a summary.
    cleanup_keep: usize = "20", "a number from 2";
    /// Messages that are exported or imported at once at the most.
    export_messages: usize = "100000", "a number from 1";
    /// The largest export of conversations, in bytes: of what is in it as JSON, and of the file.
    export_bytes: usize = "67108864", "a number of bytes";
    /// How long a file of conversations waits, in or out, for another one of the same person.
    file_wait: Duration = "30s", "a duration such as 30s";
    /// The largest file of conversations that is imported, in bytes.
    import_bytes: usize = "16777216", "a number of bytes";
    /// Conversations that one person may keep. Beyond them none is imported or made over REST; a question still begins one.
    conversations_per_user: usize = "10000", "a number from 1";
    /// The largest file that is uploaded as a document or picture, in bytes.
    document_bytes: usize = "20971520", "a number of bytes";
    /// The most pages of a document.
    document_pages: u32 = "2000", "a number from 1";
    /// What may come out of a packed document (PDF, Word) at the most, in bytes.
    document_unpacked_bytes: u64 = "268435456", "a number of bytes";
    /// The most text of a document, in bytes.
    document_text_bytes: usize = "16777216", "a number of bytes";
    /// The most pixels of a picture.
    document_pixels: u64 = "50000000", "a number from 1";
    /// Documents and pictures that one person may keep.
    documents_per_user: u64 = "200", "a number from 1";
    /// Bytes that the files of one person may have together.
    documents_bytes_per_user: u64 = "524288000", "a number of bytes";
    /// Documents that are read at once, each in a process of its own.
    documents_at_once: usize = "2", "a number from 1";
    /// How long a file may be on its way.
    document_upload: Duration = "10min", "a duration such as 10min";
    /// After how long without a byte an upload is given up.
    document_idle: Duration = "30s", "a duration such as 30s";
    /// How many passages all documents of one person may have; a passage is a paragraph or a few.
    documents_passages_per_user: u64 = "20000", "a number from 1";
    /// How many documents of one person may wait to be read.
    documents_waiting_per_user: u64 = "20", "a number from 1";
    /// How long reading one document may take.
    document_time: Duration = "120s", "a duration such as 120s";
    /// Memory that reading one document may take, in bytes.
    document_memory_bytes: u64 = "1073741824", "a number of bytes";
    /// How long an upload waits for its document to be read before it is answered with `reading`.
    document_wait: Duration = "2s", "a duration such as 2s";
    /// The program that reads documents, called with `read-document`. Empty: this one.
    document_reader: Option<PathBuf> = "", "empty, or a program";
    /// Room for the indexes of people's own documents, in memory only.
    documents_index_bytes: usize = "67108864", "a number of bytes";
    /// Documents and pictures that may be attached to one message.
    attachments_max: usize = "5", "a number from 1";
    /// Whether the language model can see pictures: only then is one that is attached sent to it.
    model_sees: bool = "0", "0 or 1";
    /// Whether a language model is shown what was found in a person's own documents. What they attach to a message it is
    /// shown in any case.
    model_documents: bool = "0", "0 or 1";
    /// How long the server waits for running answers when it is told to stop.
    shutdown_grace: Duration = "5s", "a duration such as 5s";
    /// How long a deleted conversation can be restored.
    restore_within: Duration = "30d", "a duration such as 30d";
}

/// The sources of settings, the strongest first.
#[derive(Debug, Default)]
pub struct Layers(Vec<(&'static str, BTreeMap<String, String>)>);

impl Layers {
    /// Flags (already by setting name), the environment, the file in the working folder, the embedded copy.
    pub fn gather(
        flags: BTreeMap<String, String>,
        environment: impl Fn(&str) -> Option<String>,
        file: Option<&str>,
    ) -> Result<Self, ConfigError> {
        let environment = SETTINGS
            .iter()
            .filter_map(|setting| Some((setting.name.to_owned(), environment(&setting.variable())?)))
            .collect();
        let mut layers = vec![("a flag", flags), ("the environment", environment)];
        if let Some(text) = file {
            layers.push(("Leptos.toml", section(text)?));
        }
        layers.push(("the embedded Leptos.toml", section(EMBEDDED)?));
        for (origin, values) in &layers {
            if let Some(name) = values.keys().find(|name| SETTINGS.iter().all(|setting| setting.name != name.as_str()))
            {
                return Err(ConfigError::Unknown { name: name.clone(), origin: (*origin).to_owned() });
            }
        }
        Ok(Self(layers))
    }

    fn find(&self, name: &str, default: &str) -> (String, String) {
        self.0
            .iter()
            .find_map(|(origin, values)| Some((values.get(name)?.clone(), (*origin).to_owned())))
            .unwrap_or_else(|| (default.to_owned(), "the default".to_owned()))
    }
}

/// The `[anamnesis]` section of a settings file, each value as text.
fn section(text: &str) -> Result<BTreeMap<String, String>, ConfigError> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| ConfigError::File(error.to_string()))?;
    let Some(section) = table.get("anamnesis").and_then(toml::Value::as_table) else { return Ok(BTreeMap::new()) };
    Ok(section
        .iter()
        .map(|(name, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
            (name.clone(), value)
        })
        .collect())
}

impl Settings {
    /// Reads every setting and checks those that must fit together.
    pub fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let settings = Self::from_layers(layers)?;
        let mut models = std::iter::once(&settings.model).chain(&settings.model_choice.0);
        let remote = models.any(|model| model.contains(':') && !model.starts_with("scripted:"));
        if remote && settings.model_connect + settings.model_first_token > settings.model_idle {
            return Err(ConfigError::Together(
                "a model that has not begun must not be given up before it was tried again: set `model_idle` to \
                 `model_connect` and `model_first_token` together, or more"
                    .to_owned(),
            ));
        }
        if !(0.0..=0.15).contains(&settings.ranking_spread) || settings.ranking_people < 2 {
            return Err(ConfigError::Together(format!(
                "ratings may move a passage a little, and one person alone may not: `ranking_spread` is {} (allowed: 0 to \
                 0.15) and `ranking_people` is {} (allowed: from 2)",
                settings.ranking_spread, settings.ranking_people
            )));
        }
        if !(0.0..=1.0).contains(&settings.model_tied) {
            return Err(ConfigError::Together(format!(
                "`model_tied` is a share, from 0 to 1: it is {}",
                settings.model_tied
            )));
        }
        if settings.cleanup_keep < 2 {
            return Err(ConfigError::Together(
                "the last question and its answer are never folded away: set `cleanup_keep` to 2 or more".to_owned(),
            ));
        }
        let loopback = settings.addr.ip().is_loopback();
        if settings.demo && !loopback {
            return Err(ConfigError::Together(format!(
                "demo mode signs anybody in, so it listens on loopback only: `addr` is {}; set it to 127.0.0.1:3000, or `demo` to 0",
                settings.addr
            )));
        }
        if settings.limits == Limiting::Off && !loopback {
            return Err(ConfigError::Together(format!(
                "rate limits can be lifted on loopback only: `addr` is {}; set `limits` to on",
                settings.addr
            )));
        }
        let https = settings.public_url.as_ref().is_some_and(|url| url.starts_with("https://"));
        if !loopback && !https {
            return Err(ConfigError::Together(format!(
                "a sign-in cookie must not cross a network in the clear: `addr` is {}, so set `public_url` to the https:// \
                 address that people use (TLS is ended in front of this server), or `addr` to 127.0.0.1:3000",
                settings.addr
            )));
        }
        Ok(settings)
    }

    /// Every setting with its value and where it came from, as `[anamnesis]` of a settings file.
    pub fn print(layers: &Layers) -> String {
        let mut out = String::from("[anamnesis]\n");
        for setting in SETTINGS {
            let (value, origin) = layers.find(setting.name, setting.default);
            let secret = setting.name.ends_with("_url") && value.contains('@');
            let value = if secret { "…".to_owned() } else { value };
            let _ = writeln!(
                out,
                "\n#{}\n# allowed: {}; environment: {}; this value is from {origin}\n{} = {}",
                setting.doc,
                setting.allowed,
                setting.variable(),
                setting.name,
                toml::Value::String(value)
            );
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(flags: &[(&str, &str)], environment: &[(&str, &str)], file: Option<&str>) -> Result<Settings, ConfigError> {
        let own = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
        };
        let environment = own(environment);
        let layers = Layers::gather(own(flags), |name| environment.get(name).cloned(), file)?;
        Settings::read(&layers)
    }

    #[test]
    fn flags_win_over_environment_over_file() {
        let file = "[anamnesis]\nnode = \"file\"\ndata = \"/file\"\nsockets_per_user = 7\n";
        let settings =
            read(&[("node", "flag")], &[("ANAMNESIS_NODE", "env"), ("ANAMNESIS_DATA", "/env")], Some(file)).unwrap();
        assert_eq!(settings.node, "flag");
        assert_eq!(settings.data, PathBuf::from("/env"));
        assert_eq!(settings.sockets_per_user, 7);
    }

    #[test]
    fn a_wrong_value_names_setting_value_and_what_is_allowed() {
        let error = read(&[], &[("ANAMNESIS_ADDR", "here")], None).unwrap_err().to_string();
        assert_eq!(
            error,
            "setting `addr` (from the environment): `here` is not allowed; allowed: an address and a port, such as 127.0.0.1:3000"
        );
        let error = read(&[], &[], Some("[anamnesis]\nrate_messages = \"lots\"")).unwrap_err().to_string();
        assert!(error.contains("`rate_messages`") && error.contains("`lots`") && error.contains("30/min"), "{error}");
    }

    #[test]
    fn an_unknown_setting_is_named() {
        let error = read(&[], &[], Some("[anamnesis]\nadress = \"x\"")).unwrap_err().to_string();
        assert!(error.contains("`adress`"), "{error}");
    }

    #[test]
    fn a_share_is_between_none_and_all() {
        for wrong in ["1.5", "-0.1", "NaN"] {
            let error = read(&[("model_tied", wrong)], &[], None).unwrap_err().to_string();
            assert!(error.contains("`model_tied`"), "{error}");
        }
        assert!(read(&[("model_tied", "1")], &[], None).is_ok());
    }

    #[test]
    fn ratings_move_little_and_one_person_nothing() {
        for (name, value) in [("ranking_spread", "0.2"), ("ranking_spread", "-0.1"), ("ranking_people", "1")] {
            let error = read(&[(name, value)], &[], None).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
        assert!(read(&[("ranking_spread", "0")], &[], None).is_ok());
    }

    #[test]
    fn demo_and_lifted_limits_need_loopback() {
        for (name, value) in [("ANAMNESIS_DEMO", "1"), ("ANAMNESIS_LIMITS", "off")] {
            assert!(read(&[], &[(name, value)], None).is_ok());
            let error = read(&[], &[(name, value), ("ANAMNESIS_ADDR", "0.0.0.0:3000")], None).unwrap_err();
            assert!(matches!(error, ConfigError::Together(_)), "{error}");
        }
    }

    #[test]
    fn printed_settings_can_be_read_again() {
        let layers = Layers::gather(BTreeMap::new(), |_| None, None).unwrap();
        let printed = Settings::print(&layers);
        assert!(read(&[], &[], Some(&printed)).is_ok(), "{printed}");
    }
}
