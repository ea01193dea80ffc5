//! Numbers in a narrower type, or not at all.

/// The float of an integer, if nothing is lost, which the way back shows.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "what is lost is refused")]
pub(crate) fn float(integer: i64) -> Option<f64> {
    let real = integer as f64;
    (real as i64 == integer).then_some(real)
}

/// The nearest float of 32 bits; one that leaves their range is refused.
#[allow(clippy::cast_possible_truncation, reason = "rounding is what f32 means")]
pub(crate) fn single(real: f64) -> Option<f32> {
    let single = real as f32;
    (single.is_finite() || !real.is_finite()).then_some(single)
}
