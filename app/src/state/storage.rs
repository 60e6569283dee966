//! What the browser keeps: drafts, unsent messages, the reader's choices; and, for as long as a tab is open, where an
//! exercise stands. Where storage is refused (private windows), it is kept as long as the page is open.

#[cfg(feature = "hydrate")]
mod kept {
    use std::cell::RefCell;
    use std::collections::HashMap;

    thread_local! {
        static PAGE: RefCell<HashMap<String, String>> = RefCell::new(HashMap::new());
    }

    fn storage() -> Option<web_sys::Storage> {
        web_sys::window()?.local_storage().ok()?
    }

    fn visit() -> Option<web_sys::Storage> {
        web_sys::window()?.session_storage().ok()?
    }

    /// What is kept under this name.
    pub(crate) fn read(name: &str) -> Option<String> {
        read_in(storage(), name)
    }

    /// Keeps it; nothing empty is kept.
    pub(crate) fn write(name: &str, value: &str) {
        write_in(storage(), name, value);
    }

    /// What is kept under this name for as long as the tab is open. No name is used for both.
    pub(crate) fn read_visit(name: &str) -> Option<String> {
        read_in(visit(), name)
    }

    /// Keeps it for as long as the tab is open; nothing empty is kept.
    pub(crate) fn write_visit(name: &str, value: &str) {
        write_in(visit(), name, value);
    }

    /// Forgets all that is kept for as long as the tab is open.
    pub(crate) fn clear_visit() {
        if let Some(storage) = visit() {
            let _ = storage.clear();
        }
    }

    fn read_in(storage: Option<web_sys::Storage>, name: &str) -> Option<String> {
        let kept = storage.and_then(|storage| storage.get_item(name).ok().flatten());
        kept.or_else(|| PAGE.with_borrow(|page| page.get(name).cloned()))
    }

    fn write_in(storage: Option<web_sys::Storage>, name: &str, value: &str) {
        PAGE.with_borrow_mut(|page| page.remove(name));
        if value.is_empty() {
            if let Some(storage) = storage {
                let _ = storage.remove_item(name);
            }
        } else if storage.is_none_or(|storage| storage.set_item(name, value).is_err()) {
            PAGE.with_borrow_mut(|page| page.insert(name.to_owned(), value.to_owned()));
        }
    }

    /// The names that begin so.
    pub(crate) fn names(prefix: &str) -> Vec<String> {
        let mut names = PAGE.with_borrow(|page| page.keys().cloned().collect::<Vec<_>>());
        if let Some(storage) = storage() {
            let count = storage.length().unwrap_or(0);
            names.extend((0..count).filter_map(|n| storage.key(n).ok().flatten()));
        }
        names.retain(|name| name.starts_with(prefix));
        names
    }
}

#[cfg(not(feature = "hydrate"))]
mod kept {
    /// Nothing is kept on the server.
    pub(crate) fn read(_name: &str) -> Option<String> {
        None
    }

    /// Nothing is kept on the server.
    pub(crate) fn write(_name: &str, _value: &str) {}

    /// Nothing is kept on the server.
    pub(crate) fn read_visit(_name: &str) -> Option<String> {
        None
    }

    /// Nothing is kept on the server.
    pub(crate) fn write_visit(_name: &str, _value: &str) {}

    /// Nothing is kept on the server.
    pub(crate) fn names(_prefix: &str) -> Vec<String> {
        Vec::new()
    }
}

#[cfg(feature = "hydrate")]
pub(crate) use kept::clear_visit;
pub(crate) use kept::{names, read, read_visit, write, write_visit};
