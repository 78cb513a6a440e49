//! Log lines to standard error, and spans to a collector.

use std::io::IsTerminal as _;
use std::time::Duration;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::WithExportConfig as _;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Subscriber;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};
use tracing_subscriber::{EnvFilter, Layer, fmt};

/// How a log line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One object a line, for machines.
    Json,
}

/// What is told, and to whom.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Such as `info` or `usher_engine=debug`. What cannot be read becomes `info`.
    pub filter: String,
    pub format: LogFormat,
    /// Base address of a collector that takes OTLP over HTTP, such as `http://127.0.0.1:4318`. It is sent the spans
    /// that the filter lets through.
    pub otlp_endpoint: Option<String>,
}

/// Why nothing is told.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    #[error("spans cannot be sent to the collector")]
    Exporter(#[source] opentelemetry_otlp::ExporterBuildError),
    #[error("logging was started twice")]
    Twice(#[from] TryInitError),
}

/// Runs until it is stopped; dropping it loses what was not sent yet.
#[derive(Debug)]
#[must_use = "spans that wait are sent when it is stopped"]
pub struct Telemetry {
    provider: Option<SdkTracerProvider>,
}

impl Telemetry {
    /// Sends what waits. Blocks for five seconds at most: a collector that is away costs no more.
    pub fn stop(self) {
        if let Some(provider) = self.provider
            && let Err(error) = provider.shutdown_with_timeout(Duration::from_secs(5))
        {
            tracing::debug!(%error, "the last spans were not sent");
        }
    }
}

/// Starts logging, once in a process and before its runtime: the sender of spans has a thread of its own.
///
/// # Errors
/// The collector's address is none, or it was started before.
pub fn start(options: &Options) -> Result<Telemetry, TelemetryError> {
    let provider = options.otlp_endpoint.as_deref().map(provider).transpose()?;
    let filter = EnvFilter::try_new(&options.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let spans = provider
        .as_ref()
        .map(|provider| tracing_opentelemetry::layer().with_tracer(provider.tracer("usher")));
    // One filter for both: with a filter for each, a line that one of them leaves out can take the next span of
    // its thread with it.
    tracing_subscriber::registry()
        .with(filter)
        .with(lines(options.format))
        .with(spans)
        .try_init()?;
    Ok(Telemetry { provider })
}

fn lines<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    // Colours are for eyes: a file or a pipe gets the words alone.
    let plain = fmt::layer()
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => plain.boxed(),
        // Fields of the spans stay with each line: the correlation above all.
        LogFormat::Json => plain.json().flatten_event(true).with_current_span(false).boxed(),
    }
}

fn provider(endpoint: &str) -> Result<SdkTracerProvider, TelemetryError> {
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .with_timeout(Duration::from_secs(5))
        .build()
        .map_err(TelemetryError::Exporter)?;
    let resource = Resource::builder().with_service_name("usher").build();
    Ok(SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build())
}
