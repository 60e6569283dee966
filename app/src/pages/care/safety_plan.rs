//! `/safety-plan`: what to do when it gets dark, in one's own words; kept sealed, printed, deleted.

use std::collections::BTreeMap;

use leptos::form::ActionForm;
use leptos::prelude::*;
use protocol::UserId;
use protocol::care::{KeepPlan, PlanStep, SafetyPlan};

use super::CarePage;
use crate::api::ApiFailure;
use crate::api::care::{DeleteSafetyPlan, keep_safety_plan, read_safety_plan};
use crate::components::confirm::Confirm;
use crate::components::field::{FormNotice, use_alive};
use crate::components::icon::Icon;
use crate::components::timestamp::{Shape, Timestamp};
use crate::state::storage;

/// What stands in the fields, by the id of the step.
type Texts = BTreeMap<String, String>;

/// The page.
#[component]
pub fn SafetyPlanPage() -> impl IntoView {
    let plan = Resource::new(|| (), |()| read_safety_plan());
    view! {
        <CarePage title="Safety plan" needs=plan let((viewer, plan))>
            <main class="container care-main plan" data-width="narrow" id="main">
                <Plan plan user=viewer.id().clone()/>
            </main>
        </CarePage>
    }
}

fn texts_of(steps: &[PlanStep]) -> Texts {
    steps.iter().map(|step| (step.id.clone(), step.lines.join("\n"))).collect()
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[component]
fn Plan(plan: SafetyPlan, user: UserId) -> impl IntoView {
    let alive = use_alive();
    let place = StoredValue::new(format!("anamnesis:plan:{user}"));
    let kept = RwSignal::new(texts_of(&plan.steps));
    let texts = RwSignal::new(kept.get_untracked());
    let at = RwSignal::new(plan.updated_at.clone());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiFailure>);
    let changed = Memo::new(move |_| texts.with(|texts| kept.with(|kept| texts != kept)));
    // What was not kept yet is there again after a reload.
    Effect::new(move |restored: Option<()>| {
        if restored.is_none()
            && let Some(drafted) = place.with_value(|place| storage::read_visit(place))
            && let Ok(drafted) = serde_json::from_str::<Texts>(&drafted)
        {
            texts.update(|texts| texts.extend(drafted));
        }
        let text = if changed.get() {
            texts.with(|texts| serde_json::to_string(texts).unwrap_or_default())
        } else {
            String::new()
        };
        place.with_value(|place| storage::write_visit(place, &text));
    });
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let sent = texts.get_untracked();
        let steps = sent.iter().map(|(id, text)| (id.clone(), lines(text))).collect();
        leptos::task::spawn_local(async move {
            let said = keep_safety_plan(KeepPlan { steps }).await;
            // The page may have moved on meanwhile.
            if busy.try_set(false).is_some() {
                return;
            }
            match said {
                Ok(plan) => {
                    // What was typed meanwhile is not kept yet.
                    if texts.with_untracked(|texts| *texts == sent) {
                        texts.set(texts_of(&plan.steps));
                    }
                    kept.set(texts_of(&plan.steps));
                    at.set(plan.updated_at);
                }
                Err(said) => failure.set(Some(ApiFailure { field: None, ..said })),
            }
        });
    };
    let SafetyPlan { title, intro, stop_first, with_someone, keep, source, steps, .. } = plan;
    let steps = steps.into_iter().map(|step| view! { <Step step texts alive/> }).collect_view();
    view! {
        <header class="care-head">
            <h1 class="care-title">{title}</h1>
            <p class="notice" data-kind="warn">
                <Icon name="alert"/>
                <span><strong>{stop_first}</strong>" " <a href="/resources">"Crisis lines and emergency numbers"</a></span>
            </p>
            <p class="care-lead">{intro}</p>
            <p class="quiet">{with_someone}</p>
            {move || at.with(Option::is_none).then(|| view! {
                <p class="quiet">"You have none yet. Begin with any step; a few words are enough, and you can come back."</p>
            })}
        </header>
        <form class="care-form" on:submit=on_submit>
            {steps}
            <FormNotice failure=failure.into()/>
            <div class="plan-foot">
                <button
                    class="button"
                    data-kind="primary"
                    type="submit"
                    disabled=move || !alive.get()
                    aria-busy=move || busy.get().then_some("true")
                >
                    "Keep the plan"
                </button>
                <span class="small" role="status">
                    {move || match (busy.get(), changed.get(), at.get()) {
                        (true, ..) => view! { "Keeping it …" }.into_any(),
                        (false, true, _) => view! { "Not kept yet." }.into_any(),
                        (false, false, Some(at)) => view! { "Kept " <Timestamp at shape=Shape::Short/> }.into_any(),
                        (false, false, None) => ().into_any(),
                    }}
                </span>
            </div>
        </form>
        <p class="quiet">{keep}</p>
        <div class="row care-tools">
            <Print alive/>
            {move || at.with(Option::is_some).then(|| view! { <Delete place/> })}
        </div>
        <p class="cited">{source}</p>
    }
}

/// A step: what is asked, what others wrote, and a field; on paper and without a script its lines.
#[component]
fn Step(step: PlanStep, texts: RwSignal<Texts>, alive: ReadSignal<bool>) -> impl IntoView {
    let PlanStep { id, heading, why, prompts, examples, .. } = step;
    let key = StoredValue::new(id.clone());
    let title_id = format!("plan-{id}-title");
    let labelled = title_id.clone();
    let (field, hint) = (format!("plan-{id}"), format!("plan-{id}-hint"));
    let text =
        Memo::new(move |_| key.with_value(|key| texts.with(|texts| texts.get(key).cloned())).unwrap_or_default());
    let written = move || lines(&text.get()).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let prompts = prompts.into_iter().map(|prompt| view! { <li>{prompt}</li> }).collect_view();
    let examples = examples.into_iter().map(|example| view! { <li>{example}</li> }).collect_view();
    view! {
        <section class="plan-step" aria-labelledby=labelled>
            <h2 class="care-subtitle" id=title_id>{heading.clone()}</h2>
            <p class="plan-why">{why}</p>
            <ul class="plan-prompts" id=hint.clone()>{prompts}</ul>
            <details class="fold plan-examples">
                <summary>"What others write"</summary>
                <ul class="plain-list">{examples}</ul>
            </details>
            <div class="field plan-field" hidden=move || !alive.get()>
                <label class="field-label" for=field.clone()>"Your words " <span class="field-optional">"(a line each)"</span></label>
                <textarea
                    class="input"
                    id=field
                    aria-describedby=hint
                    prop:value=text
                    on:input=move |event| {
                        let value = event_target_value(&event);
                        key.with_value(|key| texts.update(|texts| drop(texts.insert(key.clone(), value))));
                    }
                ></textarea>
            </div>
            <ul class="plan-lines" data-alive=move || alive.get().then_some("true")>{written}</ul>
        </section>
    }
}

#[component]
fn Print(alive: ReadSignal<bool>) -> impl IntoView {
    let on_print = move |_| {
        #[cfg(feature = "hydrate")]
        let _ = window().print();
    };
    view! {
        <button class="button" data-size="small" type="button" disabled=move || !alive.get() on:click=on_print>
            <Icon name="print" small=true/>
            "Print"
        </button>
    }
}

/// It is gone with everything in it, on this page, too.
#[component]
fn Delete(place: StoredValue<String>) -> impl IntoView {
    let delete = ServerAction::<DeleteSafetyPlan>::new();
    let failure = crate::components::field::failure_of(delete.value());
    let on_delete = move |_| place.with_value(|place| storage::write_visit(place, ""));
    view! {
        <Confirm
            id="delete-plan"
            label="Delete"
            name="Delete the plan"
            ask="Delete the plan? It can’t be brought back."
        >
            <ActionForm action=delete>
                <button class="button" data-kind="danger" data-size="small" type="submit" on:click=on_delete>"Delete it"</button>
            </ActionForm>
        </Confirm>
        <FormNotice failure/>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_kept_as_it_is_and_empty_ones_are_not() {
        assert_eq!(lines("  walk the dog \n\n call Ana\n"), ["walk the dog", "call Ana"]);
    }
}
