//! A button that asks before it deletes: a popover with the form in it, which works without a script.

use leptos::prelude::*;

use super::icon::Icon;

/// The button, and what it opens. The children are the form.
#[component]
pub fn Confirm(
    /// Names the popover on the page.
    #[prop(into)]
    id: String,
    /// What stands on the button.
    label: &'static str,
    /// What a reader of the button hears; it begins with the label.
    #[prop(into)]
    name: String,
    /// What is asked.
    ask: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <button class="button" data-kind="quiet" data-size="small" type="button" popovertarget=id.clone() aria-label=name>
            <Icon name="trash" small=true/>
            {label}
        </button>
        <div class="menu confirm" id=id popover="auto">
            <p>{ask}</p>
            <div class="row" data-justify="end">
                <button class="button" data-size="small" type="button" popovertarget=id.clone() popovertargetaction="hide">"Keep"</button>
                {children()}
            </div>
        </div>
    }
}
