//! Where to find a person now. Never behind a click; the page's one alert.

use leptos::prelude::*;
use protocol::message::ResourceMethod;
use protocol::{Element, SafetyType};

use super::icon::Icon;

/// A way to reach help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Help {
    /// Its name.
    pub label: String,
    /// How it is reached.
    pub method: ResourceMethod,
    /// A number, a word to text, or an address.
    pub info: String,
    /// Whether it is the emergency number.
    pub emergency: bool,
}

impl Help {
    fn new(label: &str, method: ResourceMethod, info: &str, emergency: bool) -> Self {
        Self { label: label.to_owned(), method, info: info.to_owned(), emergency }
    }
}

/// The resources among a message's elements, the emergency number first.
pub fn helps(elements: &[Element]) -> Vec<Help> {
    let mut helps: Vec<Help> = elements
        .iter()
        .filter_map(|element| match element {
            Element::Resource { label, method, info, emergency, .. } => {
                Some(Help::new(label, *method, info, *emergency))
            }
            _ => None,
        })
        .collect();
    helps.sort_by_key(|help| !help.emergency);
    helps
}

/// What to offer where nothing is known of the place.
pub fn anywhere() -> Vec<Help> {
    vec![
        Help::new("Call your emergency number", ResourceMethod::Phone, "112, 911, 999 or your local number", true),
        Help::new("988 Suicide & Crisis Lifeline (US)", ResourceMethod::Phone, "988", false),
        Help::new("Crisis Text Line (US)", ResourceMethod::Text, "Text HOME to 741741", false),
        Help::new("Samaritans (UK and Ireland)", ResourceMethod::Phone, "116 123", false),
        Help::new("Find a helpline in your country", ResourceMethod::Website, "https://findahelpline.com", false),
    ]
}

/// Where pressing it leads. Of several numbers the first is called.
pub fn address(help: &Help) -> Option<String> {
    let number = || {
        let runs = help.info.split(|c: char| !(c.is_ascii_digit() || " -()+".contains(c)));
        let digits = |run: &str| run.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect::<String>();
        runs.map(digits).find(|run| run.len() >= 2)
    };
    match help.method {
        ResourceMethod::Phone => number().map(|number| format!("tel:{number}")),
        ResourceMethod::Text => number().map(|number| format!("sms:{number}")),
        ResourceMethod::Chat | ResourceMethod::Website => {
            let info = help.info.trim();
            let whole = if info.contains("://") { info.to_owned() } else { format!("https://{info}") };
            let plain = whole.starts_with("https://") && !whole.chars().any(char::is_whitespace);
            plain.then_some(whole)
        }
    }
}

/// The links, big enough to be hit by a shaking thumb.
#[component]
pub fn HelpList(helps: Vec<Help>) -> impl IntoView {
    let links = helps.into_iter().map(|help| {
        let (method, icon) = match help.method {
            ResourceMethod::Phone => ("phone", "phone"),
            ResourceMethod::Text => ("text", "text"),
            ResourceMethod::Chat => ("chat", "chat"),
            ResourceMethod::Website => ("website", "website"),
        };
        let rel = (method == "website" || method == "chat").then_some("noopener noreferrer");
        let href = address(&help);
        let info = help.info.trim_start_matches("https://").to_owned();
        view! {
            <li>
                <a class="crisis-resource" data-method=method data-emergency=help.emergency.then_some("true") href=href rel=rel>
                    <Icon name=icon/>
                    <span class="crisis-resource-label">{help.label}</span>
                    <span class="crisis-resource-info">{info}</span>
                </a>
            </li>
        }
    });
    view! { <ul class="crisis-resources">{links.collect_view()}</ul> }
}

/// The card above an answer in a crisis.
#[component]
pub fn CrisisCard(
    /// What was noticed.
    types: Vec<SafetyType>,
    /// Where to turn.
    helps: Vec<Help>,
    /// It is the latest one on the page.
    #[prop(into)]
    alert: Signal<bool>,
    /// Names its title on the page.
    id: String,
) -> impl IntoView {
    let medical = types.into_iter().any(|kind| matches!(kind, SafetyType::MedicalEmergency | SafetyType::Overdose));
    let (title, text) = if medical {
        (
            "This may be an emergency. Please get help now.",
            "Call your emergency number and say what is happening. I am a computer program and cannot see you; the people there can send help.",
        )
    } else {
        (
            "Please talk to a person now. You do not have to go through this alone.",
            "I am a computer program and cannot keep you safe, but these people can, and they want to hear from you.",
        )
    };
    let helps = if helps.is_empty() { anywhere() } else { helps };
    let title_id = id.clone();
    view! {
        <section class="crisis-card" role=move || alert.get().then_some("alert") aria-labelledby=title_id>
            <h3 class="crisis-title" id=id>{title}</h3>
            <div class="crisis-text"><p>{text}</p></div>
            <HelpList helps/>
            {(!medical).then(|| view! { <p><a href="/safety-plan">"Your safety plan"</a></p> })}
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_help_is_a_link_that_works() {
        let cases = [
            (ResourceMethod::Phone, "112, 911, 999 or your local number", Some("tel:112")),
            (ResourceMethod::Phone, "116 123", Some("tel:116123")),
            (ResourceMethod::Phone, "+1 (800) 222-1222", Some("tel:+18002221222")),
            (ResourceMethod::Phone, "your local number", None),
            (ResourceMethod::Text, "Text HOME to 741741", Some("sms:741741")),
            (ResourceMethod::Website, "findahelpline.com", Some("https://findahelpline.com")),
            (ResourceMethod::Chat, "https://988lifeline.org/chat", Some("https://988lifeline.org/chat")),
            (ResourceMethod::Website, "javascript:alert(1)", Some("https://javascript:alert(1)")),
            (ResourceMethod::Website, "http://x.example", None),
        ];
        for (method, info, expected) in cases {
            assert_eq!(address(&Help::new("x", method, info, false)).as_deref(), expected, "{info}");
        }
        assert!(anywhere().iter().all(|help| address(help).is_some()));
    }

    #[test]
    fn the_emergency_number_comes_first() {
        let resource = |id: &str, emergency| Element::Resource {
            id: id.to_owned(),
            label: id.to_owned(),
            method: ResourceMethod::Phone,
            info: "1".to_owned(),
            emergency,
        };
        let helps = helps(&[resource("a", false), resource("b", true), resource("c", false)]);
        assert_eq!(helps.iter().map(|help| help.label.as_str()).collect::<Vec<_>>(), ["b", "a", "c"]);
    }
}
