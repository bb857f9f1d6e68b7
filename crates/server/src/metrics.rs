//! Measures of the running server in the text format of Prometheus.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use metrics::{Unit, with_local_recorder};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use thiap_engine::Status;

/// Upper ends of the latency buckets, in seconds: from a cached file to a large batch of drafts.
const LATENCY_BUCKETS_SECONDS: [f64; 13] =
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0];

/// The measures of one server. They live in a recorder of their own, so that several servers in a process keep apart.
#[derive(Clone)]
pub(crate) struct Metrics {
    recorder: Arc<PrometheusRecorder>,
    handle: PrometheusHandle,
}

impl Metrics {
    pub fn new() -> Self {
        let latency = Matcher::Full("thiap_http_request_duration_seconds".to_owned());
        let builder = PrometheusBuilder::new();
        // refused only for an empty list of buckets, which this one is not
        let recorder = match builder.set_buckets_for_metric(latency, &LATENCY_BUCKETS_SECONDS) {
            Ok(builder) => builder.build_recorder(),
            Err(_) => PrometheusBuilder::new().build_recorder(),
        };
        with_local_recorder(&recorder, || {
            metrics::describe_counter!(
                "thiap_http_requests_total",
                "Requests answered, by method, route and status."
            );
            metrics::describe_histogram!(
                "thiap_http_request_duration_seconds",
                Unit::Seconds,
                "Time from request to answer, by route."
            );
            metrics::describe_gauge!("thiap_projects", "Projects in the store.");
            metrics::describe_gauge!("thiap_projects_indexed", "Projects that can be found.");
            metrics::describe_gauge!(
                "thiap_index_lag_changes",
                "Changes of the store that the index has not taken in."
            );
            metrics::describe_gauge!(
                "thiap_ready",
                "1 when the store answers and an index is there, else 0."
            );
        });
        Self { handle: recorder.handle(), recorder: Arc::new(recorder) }
    }

    /// Counts an answered request.
    pub fn request(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        // methods that nobody serves share a label, so that callers cannot add labels without end
        let method = match method.as_str() {
            known @ ("GET" | "POST" | "HEAD") => known.to_owned(),
            _ => "other".to_owned(),
        };
        let route = route.to_owned();
        with_local_recorder(&*self.recorder, || {
            metrics::counter!(
                "thiap_http_requests_total",
                "method" => method, "route" => route.clone(), "status" => status.as_str().to_owned()
            )
            .increment(1);
            metrics::histogram!("thiap_http_request_duration_seconds", "route" => route)
                .record(took.as_secs_f64());
        });
    }

    /// Notes the state of the data; `None` when it cannot be told.
    pub fn status(&self, status: Option<&Status>) {
        with_local_recorder(&*self.recorder, || {
            let ready = status.is_some_and(|status| status.indexed_projects.is_some());
            metrics::gauge!("thiap_ready").set(f64::from(u8::from(ready)));
            let Some(status) = status else { return };
            metrics::gauge!("thiap_projects").set(status.projects as f64);
            metrics::gauge!("thiap_projects_indexed").set(status.indexed_projects.unwrap_or(0) as f64);
            metrics::gauge!("thiap_index_lag_changes").set(index_lag(status) as f64);
        });
    }

    /// Everything, in the text format of Prometheus.
    pub fn render(&self) -> String {
        self.handle.render()
    }

    /// Folds samples into their histograms.
    pub fn upkeep(&self) {
        self.handle.run_upkeep();
    }
}

/// Changes of the store that words or vectors have not taken in.
pub(crate) fn index_lag(status: &Status) -> u64 {
    let reached = status.lexical_change_number.unwrap_or(0).min(status.vector_change_number.unwrap_or(0));
    status.change_number.saturating_sub(reached)
}
