//! The whole document around the app, on the server.
//!
//! Leptos' own hydration script preloads without a nonce and looks for hash files beside the binary, so the document
//! starts the app itself, in one inline script that the policy allows by its nonce.

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::App;

/// Where the built site is, by its hashed addresses.
#[derive(Debug, Clone, Default)]
pub struct ShellOptions {
    /// The script that loads the app.
    pub js: String,
    /// The app.
    pub wasm: String,
    /// The stylesheet.
    pub css: String,
    /// Whether there is a built app; without it pages are read, not used.
    pub has_app: bool,
    /// The theme that the reader chose, where the server knows it.
    pub theme: Option<String>,
}

/// What the reader chose, before the first paint.
const LOOK: &str = "try{for(const n of['theme','text']){const v=localStorage.getItem(n);\
                    if(v)document.documentElement.setAttribute('data-'+n,v)}}catch{}";

/// The document.
pub fn shell(options: ShellOptions) -> impl IntoView {
    let ShellOptions { js, wasm, css, has_app, theme } = options;
    let start = has_app.then(|| {
        let nonce = use_nonce();
        let script = start_script(&js, &wasm);
        view! {
            <link rel="modulepreload" href=js nonce=nonce.clone()/>
            <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous" nonce=nonce.clone()/>
            <script nonce=nonce.clone() inner_html=LOOK></script>
            <script type="module" nonce=nonce inner_html=script></script>
        }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#fbfaf8"/>
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#10151b"/>
                <meta name="description" content="Private health conversations: answers in plain words, from a library with named sources."/>
                <link rel="stylesheet" href=css/>
                <link rel="icon" href="/favicon.svg" r#type="image/svg+xml"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                {start}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// Addresses go into the script as JSON strings, in which `<` can't end it.
fn start_script(js: &str, wasm: &str) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string().replace('<', "\\u003c");
    format!(
        "import init,{{hydrate}} from {};init({{module_or_path:{}}}).then(()=>hydrate());",
        quoted(js),
        quoted(wasm)
    )
}

#[cfg(test)]
mod tests {
    use super::start_script;

    #[test]
    fn an_address_cannot_leave_the_script() {
        let script = start_script("/pkg/a.js\"</script>", "/pkg/a.wasm");
        assert!(!script.contains("</script>"));
        assert!(script.starts_with("import init,{hydrate} from \"/pkg/a.js\\\""));
    }
}
