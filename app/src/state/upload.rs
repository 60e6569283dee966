//! A file on its way to the server, with how much of it has arrived.

use leptos::prelude::*;
use protocol::document::Document;

/// Kinds that a file dialog offers. What a file is, the server sees by its content.
pub const ACCEPT: &str = ".pdf,.docx,.md,.markdown,.txt,.html,.htm,.png,.jpg,.jpeg,.webp,application/pdf,text/plain,\
                          text/markdown,text/html,image/png,image/jpeg,image/webp";

/// Where a file stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// So much of it has arrived, from 0 to 1.
    Sending(f64),
    /// All of it has; it is being looked at.
    Checking,
    /// It is there.
    Taken(Box<Document>),
    /// It was not taken, and why.
    Refused(String),
}

/// A file on its way.
#[derive(Debug, Clone, Copy)]
pub struct Upload {
    /// Names it on the page.
    pub key: u32,
    /// What it is called.
    pub name: StoredValue<String>,
    /// Where it stands.
    pub stage: RwSignal<Stage>,
    #[cfg(feature = "hydrate")]
    request: StoredValue<Option<web_sys::XmlHttpRequest>, LocalStorage>,
}

impl Upload {
    /// Gives it up.
    pub fn cancel(&self) {
        #[cfg(feature = "hydrate")]
        if let Some(request) = self.request.try_get_value().flatten() {
            let _ = request.abort();
        }
    }
}

/// The files on their way from one place of a page.
#[derive(Debug, Clone, Copy)]
pub struct Uploads {
    /// In the order in which they were chosen.
    pub all: RwSignal<Vec<Upload>>,
    /// The most bytes of a file, where that is known.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "files are sent by a browser only"))]
    most: u64,
    #[cfg(feature = "hydrate")]
    next: StoredValue<u32>,
}

impl Uploads {
    /// None yet.
    pub fn new(most: u64) -> Self {
        Self {
            all: RwSignal::new(Vec::new()),
            most,
            #[cfg(feature = "hydrate")]
            next: StoredValue::new(0),
        }
    }

    /// Takes one off the list, and gives it up where it is on its way.
    pub fn remove(&self, key: u32) {
        let gone = self.all.try_update(|all| {
            let at = all.iter().position(|one| one.key == key)?;
            Some(all.remove(at))
        });
        if let Some(gone) = gone.flatten() {
            gone.cancel();
        }
    }

    /// What is there of it.
    pub fn taken(&self) -> Vec<Document> {
        self.all.with(|all| {
            let taken = all.iter().filter_map(|one| match one.stage.get() {
                Stage::Taken(document) => Some(*document),
                _ => None,
            });
            taken.collect()
        })
    }

    /// Whether any is on its way.
    pub fn is_busy(&self) -> bool {
        self.all.with(|all| all.iter().any(|one| matches!(one.stage.get(), Stage::Sending(_) | Stage::Checking)))
    }
}

#[cfg(feature = "hydrate")]
mod sending {
    use leptos::prelude::*;
    use protocol::document::Document;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    use web_sys::{File, FormData, ProgressEvent, XmlHttpRequest};

    use super::{Stage, Upload, Uploads};

    /// What the server says where it takes nothing.
    #[derive(serde::Deserialize)]
    struct Problem {
        detail: String,
    }

    impl Uploads {
        /// Sends files; `done` hears of each that is there.
        pub fn send(self, files: &web_sys::FileList, done: Callback<Document>) {
            for at in 0..files.length() {
                if let Some(file) = files.item(at) {
                    self.send_one(&file, done);
                }
            }
        }

        fn send_one(self, file: &File, done: Callback<Document>) {
            let key = self.next.get_value();
            self.next.set_value(key + 1);
            let upload = Upload {
                key,
                name: StoredValue::new(file.name()),
                stage: RwSignal::new(Stage::Sending(0.0)),
                request: StoredValue::new_local(None),
            };
            self.all.update(|all| all.push(upload));
            #[expect(clippy::cast_precision_loss, reason = "the size of a file")]
            let too_large = self.most > 0 && file.size() > self.most as f64;
            if too_large {
                let most = self.most >> 20;
                upload.stage.set(Stage::Refused(format!(
                    "This file is too large; {most} MiB is the most. Upload the part that matters, or save it smaller."
                )));
            } else if begin(upload, file, done).is_none() {
                upload.stage.set(Stage::Refused("The browser could not send this file.".to_owned()));
            }
        }
    }

    fn begin(upload: Upload, file: &File, done: Callback<Document>) -> Option<()> {
        const LOST: &str = "The file did not arrive. Check your connection and try again.";
        let form = FormData::new().ok()?;
        form.append_with_blob_and_filename("file", file, &file.name()).ok()?;
        let request = XmlHttpRequest::new().ok()?;
        request.open("POST", "/api/documents").ok()?;
        request.set_request_header("Accept", "application/json").ok()?;
        let progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
            if event.length_computable() {
                let share = event.loaded() / event.total().max(1.0);
                let stage = if share < 1.0 { Stage::Sending(share) } else { Stage::Checking };
                upload.stage.try_set(stage);
            }
        });
        request.upload().ok()?.set_onprogress(Some(progress.as_ref().unchecked_ref()));
        let sent = request.clone();
        // Once it is over, nothing of it is held any more.
        let ended = Closure::once_into_js(move || {
            let _held = &progress;
            let text = sent.response_text().ok().flatten().unwrap_or_default();
            let stage = match sent.status() {
                Ok(201) => match serde_json::from_str::<Document>(&text) {
                    Ok(document) => {
                        let shown = document.clone();
                        if upload.stage.try_set(Stage::Taken(Box::new(shown))).is_none() {
                            done.try_run(document);
                        }
                        return;
                    }
                    Err(_) => Stage::Refused(LOST.to_owned()),
                },
                Ok(0) | Err(_) => Stage::Refused(LOST.to_owned()),
                Ok(_) => {
                    let said = serde_json::from_str::<Problem>(&text).map(|problem| problem.detail);
                    Stage::Refused(said.unwrap_or_else(|_| LOST.to_owned()))
                }
            };
            upload.stage.try_set(stage);
        });
        request.set_onloadend(Some(ended.unchecked_ref()));
        request.send_with_opt_form_data(Some(&form)).ok()?;
        upload.request.set_value(Some(request));
        Some(())
    }
}
