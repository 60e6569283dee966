//! `/statistics`: how much is talked, for administrators. Figures only, of everybody together.

use leptos::prelude::*;
use protocol::rest::{ChatStats, UserRole};

use super::RecordsPage;
use crate::api::conversations::figures;

/// The page.
#[component]
pub fn StatisticsPage() -> impl IntoView {
    let stats = Resource::new(|| (), |()| figures());
    view! {
        <RecordsPage title="Statistics" needs=stats only=Some(UserRole::Admin) let((_viewer, stats))>
            <Figures stats/>
        </RecordsPage>
    }
}

#[component]
fn Figures(stats: ChatStats) -> impl IntoView {
    let tile = |label: &'static str, figure: String| {
        view! { <div class="figure"><dt>{label}</dt><dd>{figure}</dd></div> }
    };
    let connections = stats.websocket_connections;
    let answered: i64 = stats.model_usage.values().sum();
    let mut models: Vec<(String, i64)> = stats.model_usage.into_iter().collect();
    models.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let rows = models.into_iter().map(|(model, count)| {
        #[expect(clippy::cast_precision_loss, reason = "a share in percent")]
        let share = 100.0 * count as f64 / answered.max(1) as f64;
        view! {
            <tr>
                <th scope="row">{model}</th>
                <td>{grouped(count)}</td>
                <td><meter class="figure-share" aria-hidden="true" min="0" max="100" value=format!("{share:.1}")></meter>{format!(" {share:.1} %")}</td>
            </tr>
        }
    });
    view! {
        <p class="quiet shared-lead">"Of all people together, as of now. What anybody said is not in it."</p>
        <dl class="figure-grid">
            {tile("Conversations", grouped(stats.total_conversations))}
            {tile("Messages", grouped(stats.total_messages))}
            {tile("Messages a conversation", format!("{:.1}", stats.avg_messages_per_conversation))}
            {tile("Tokens read and written", grouped(stats.total_tokens_used))}
            {tile("Until an answer is whole", stats.avg_response_time.map_or_else(|| "–".to_owned(), |seconds| format!("{seconds:.1} s")))}
            {tile("Connections now", grouped_size(connections.total_connections))}
            {tile("Conversations open now", grouped_size(connections.active_conversations))}
        </dl>
        <section class="records-part" aria-labelledby="models-title">
            <h2 id="models-title">"Who answered"</h2>
            {(answered == 0).then(|| view! { <p class="quiet">"Nothing was answered yet."</p> })}
            {(answered > 0).then(|| view! {
                <table class="figure-table">
                    <thead><tr><th scope="col">"Answered by"</th><th scope="col">"Answers"</th><th scope="col">"Share"</th></tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            })}
        </section>
    }
}

/// In groups of three, as it is read.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = if number < 0 { "-".to_owned() } else { String::new() };
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn grouped_size(number: usize) -> String {
    grouped(i64::try_from(number).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn figures_are_grouped_by_three() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (-12_345, "-12,345"), (1_234_567, "1,234,567")]
        {
            assert_eq!(grouped(number), text);
        }
    }
}
