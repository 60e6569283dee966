//! How the page looks: the reader's own choice, kept in the browser and put on `<html>` before the first paint by the
//! script in the document's head ([`crate::shell`]).

/// The name of the choice of light and dark; also the attribute, after `data-`.
pub const THEME: &str = "theme";
/// The name of the choice of text size.
pub const TEXT: &str = "text";
/// The first is what nobody chose.
pub const THEMES: [(&str, &str); 3] = [("system", "As the device"), ("light", "Light"), ("dark", "Dark")];
/// The first is what nobody chose.
pub const TEXTS: [(&str, &str); 3] = [("normal", "Normal"), ("large", "Large"), ("larger", "Larger")];

/// What was chosen before.
pub fn kept(name: &str, choices: &[(&'static str, &'static str); 3]) -> &'static str {
    let kept = super::storage::read(name);
    choices.iter().find(|(value, _)| kept.as_deref() == Some(value)).map_or(choices[0].0, |(value, _)| value)
}

/// Chooses, keeps it, and shows it.
pub fn choose(name: &str, value: &str) {
    let plain = value == THEMES[0].0 || value == TEXTS[0].0;
    super::storage::write(name, if plain { "" } else { value });
    #[cfg(feature = "hydrate")]
    if let Some(page) = leptos::prelude::document().document_element() {
        let attribute = format!("data-{name}");
        let _ = if plain { page.remove_attribute(&attribute) } else { page.set_attribute(&attribute, value) };
    }
}
