//! From the setting to who is asked, where, and with what key.

use std::path::Path;
use std::sync::Arc;

use gcp_auth::{CustomServiceAccount, TokenProvider};
use genai::adapter::AdapterKind;
use genai::resolver::{AuthData, Endpoint};
use genai::{ModelIden, ServiceTarget};
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::OnceCell;

use super::fault::Fault;
use crate::config::Settings;

/// What a token of Vertex AI is for.
const SCOPES: &[&str] = &["https://www.googleapis.com/auth/cloud-platform"];

/// Whose way of speaking it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ollama,
    OpenAi,
    Gemini,
    Vertex,
}

/// Who is asked.
pub(super) struct Dialect {
    kind: Kind,
    /// The model's name as its provider knows it.
    model: String,
    endpoint: Place,
    auth: Auth,
}

enum Place {
    Known(Endpoint),
    /// Of a project in a location of Google Cloud; the credentials know the project where it is not set.
    Vertex {
        project: Option<String>,
        location: String,
    },
}

enum Auth {
    /// A key; an empty one where none is needed.
    Key(SecretString),
    /// Google's tokens, renewed as they run out. Found when first needed, where no file is named.
    Google(Arc<OnceCell<Arc<dyn TokenProvider>>>),
}

impl Dialect {
    /// Reads the setting; `None` where it names no language model.
    pub(super) fn open(
        settings: &Settings,
        environment: &impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, String> {
        let Some((kind, model)) = settings.model.split_once(':') else { return Ok(None) };
        let kind = match kind {
            "ollama" => Kind::Ollama,
            "openai" => Kind::OpenAi,
            "gemini" => Kind::Gemini,
            "vertex" => Kind::Vertex,
            _ => return Ok(None),
        };
        let good = |character: char| character.is_ascii_alphanumeric() || "-_.:/@+".contains(character);
        if model.is_empty() || !model.chars().all(good) || model.contains("::") {
            return Err(format!("`model`: `{model}` is not a model's name"));
        }
        let endpoint = match (&settings.model_url, kind) {
            (Some(url), _) => Place::Known(Endpoint::from_owned(address(url)?)),
            (None, Kind::Ollama) => Place::Known(Endpoint::from_static("http://127.0.0.1:11434/")),
            (None, Kind::OpenAi) => Place::Known(Endpoint::from_static("https://api.openai.com/v1/")),
            (None, Kind::Gemini) => {
                Place::Known(Endpoint::from_static("https://generativelanguage.googleapis.com/v1beta/"))
            }
            (None, Kind::Vertex) => {
                Place::Vertex { project: settings.model_project.clone(), location: settings.model_location.clone() }
            }
        };
        if kind == Kind::Vertex && !(model.starts_with("gemini") || model.starts_with("claude")) {
            return Err(format!("`model`: Vertex AI is asked for models named gemini… or claude…, not `{model}`"));
        }
        let auth = auth(kind, settings, environment)?;
        Ok(Some(Self { kind, model: model.to_owned(), endpoint, auth }))
    }

    /// Whether it runs on this machine.
    pub(super) fn is_near(&self) -> bool {
        match &self.endpoint {
            Place::Known(endpoint) => Url::parse(endpoint.base_url()).is_ok_and(|url| is_here(&url)),
            Place::Vertex { .. } => false,
        }
    }

    /// Who is asked, with a key that is good now.
    pub(super) async fn target(&self) -> Result<ServiceTarget, Fault> {
        let (key, project) = match &self.auth {
            Auth::Key(key) => (key.expose_secret().to_owned(), None),
            Auth::Google(provider) => {
                let provider = provider.get_or_try_init(gcp_auth::provider).await.map_err(|_| Fault::NoCredentials)?;
                let token = provider.token(SCOPES).await.map_err(|_| Fault::NoCredentials)?;
                (token.as_str().to_owned(), provider.project_id().await.ok())
            }
        };
        let endpoint = match &self.endpoint {
            Place::Known(endpoint) => endpoint.clone(),
            Place::Vertex { project: wanted, location } => {
                let project = wanted.as_deref().or(project.as_deref()).ok_or(Fault::NoCredentials)?;
                Endpoint::from_owned(vertex_address(project, location))
            }
        };
        let kind = match self.kind {
            Kind::Ollama => AdapterKind::Ollama,
            Kind::OpenAi => AdapterKind::OpenAI,
            Kind::Gemini => AdapterKind::Gemini,
            Kind::Vertex => AdapterKind::Vertex,
        };
        let model = ModelIden::new(kind, self.model.as_str());
        Ok(ServiceTarget { endpoint, auth: AuthData::from_single(key), model })
    }
}

fn vertex_address(project: &str, location: &str) -> String {
    let host = if location == "global" { String::new() } else { format!("{location}-") };
    format!("https://{host}aiplatform.googleapis.com/v1/projects/{project}/locations/{location}/")
}

/// An address that paths can be put behind. It must carry no password: addresses get into messages.
fn address(setting: &str) -> Result<String, String> {
    let wrong = || "`model_url` is not an http:// or https:// address without a password".to_owned();
    let url = Url::parse(setting.trim()).map_err(|_| wrong())?;
    let plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    if !plain || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong());
    }
    if url.scheme() == "http" && !is_here(&url) {
        tracing::warn!("the language model is asked in the clear: what people write crosses a network unencrypted");
    }
    let text = String::from(url);
    Ok(if text.ends_with('/') { text } else { text + "/" })
}

fn is_here(url: &Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

fn auth(kind: Kind, settings: &Settings, environment: &impl Fn(&str) -> Option<String>) -> Result<Auth, String> {
    if kind == Kind::Vertex {
        let provider: Option<Arc<dyn TokenProvider>> = match &settings.model_key_file {
            Some(file) => {
                let account = CustomServiceAccount::from_file(file)
                    .map_err(|_| format!("`model_key_file` {} is no key of a service account", file.display()))?;
                Some(Arc::new(account))
            }
            None => None,
        };
        return Ok(Auth::Google(Arc::new(OnceCell::new_with(provider))));
    }
    let variable = match kind {
        Kind::OpenAi => "OPENAI_API_KEY",
        Kind::Gemini => "GEMINI_API_KEY",
        Kind::Ollama | Kind::Vertex => return Ok(Auth::Key(String::new().into())),
    };
    let file = settings.model_key_file.clone().or_else(|| environment(&format!("{variable}_FILE")).map(Into::into));
    let key = match (file, environment(variable)) {
        (Some(file), _) => Some(read_key(&file)?),
        (None, key) => key.filter(|key| !key.trim().is_empty()).map(SecretString::from),
    };
    match key {
        Some(key) => Ok(Auth::Key(key)),
        // A server of one's own mostly needs none, but the header must hold something.
        None if kind == Kind::OpenAi && settings.model_url.is_some() => Ok(Auth::Key("none".to_owned().into())),
        None => {
            Err(format!("model `{}` needs a key: set `model_key_file`, {variable} or {variable}_FILE", settings.model))
        }
    }
}

fn read_key(file: &Path) -> Result<SecretString, String> {
    let text = std::fs::read_to_string(file).map_err(|cause| format!("the key in {}: {cause}", file.display()))?;
    let key = text.trim();
    if key.is_empty() || key.contains(char::is_whitespace) {
        return Err(format!("{} holds no key: one line without blanks is expected", file.display()));
    }
    Ok(key.to_owned().into())
}

#[cfg(test)]
#[path = "dialect_tests.rs"]
mod tests;
