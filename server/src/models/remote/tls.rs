//! The connection to a language model: TLS with the roots of the public web, and those that the operator adds.

use std::path::Path;

use reqwest::redirect::Policy;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::config::Settings;
use crate::tls;

/// A client as the settings ask for. It follows no redirect: what a person wrote goes where the operator said. `near`:
/// the model runs on this machine.
pub(super) fn client(settings: &Settings, near: bool) -> Result<reqwest::Client, String> {
    let mut roots = tls::public_roots();
    if let Some(file) = &settings.model_ca_file {
        add(&mut roots, file).map_err(|cause| format!("`model_ca_file` {}: {cause}", file.display()))?;
    }
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls::client_config(roots)?)
        .connect_timeout(settings.model_connect)
        .redirect(Policy::none())
        .tcp_nodelay(true);
    // What runs on this machine is not looked for through a proxy.
    let client = if near { client.no_proxy() } else { client };
    client.build().map_err(|error| format!("no connection to a language model can be set up: {error}"))
}

fn add(roots: &mut RootCertStore, file: &Path) -> Result<(), String> {
    let certificates = CertificateDer::pem_file_iter(file).map_err(|error| error.to_string())?;
    let mut added = 0;
    for certificate in certificates {
        roots.add(certificate.map_err(|error| error.to_string())?).map_err(|error| error.to_string())?;
        added += 1;
    }
    if added == 0 { Err("there is no certificate in it".to_owned()) } else { Ok(()) }
}
