//! One id from the click to the connector call, as the id of a trace.

use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState,
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use usher_vocabulary::CorrelationId;

/// Makes the correlation the trace of a new span, so that a request and the jobs that follow from it are one
/// trace, in whichever process they run. To be called before the span is entered; without a collector it does
/// nothing.
pub fn follow(span: &Span, correlation: CorrelationId) {
    // Without the layer, and for a span that nobody listens to, there is nothing to set.
    let _ =
        span.set_parent(opentelemetry::Context::new().with_remote_span_context(cause(correlation)));
}

/// The 128 bits of the correlation are the id of the trace; its random half stands for whoever caused it.
fn cause(correlation: CorrelationId) -> SpanContext {
    let bytes = correlation.0.into_bytes();
    let mut half = [0_u8; 8];
    half.copy_from_slice(&bytes[8..]);
    SpanContext::new(
        TraceId::from_bytes(bytes),
        SpanId::from_bytes(half),
        TraceFlags::SAMPLED,
        true,
        TraceState::NONE,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trace_is_the_correlation_without_its_dashes() {
        let id: CorrelationId = "01a1fd12-2e8c-71f8-a6dd-bd18e4163f51".parse().expect("an id");
        let cause = cause(id);
        assert_eq!(cause.trace_id().to_string(), "01a1fd122e8c71f8a6ddbd18e4163f51");
        assert!(cause.is_valid() && cause.is_sampled());
    }
}
