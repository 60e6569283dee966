//! A soft tone where a step begins, for who closes their eyes. Off until asked for.

/// How high, in hertz: C5, one that is heard on a small speaker and startles nobody.
const PITCH_HZ: f32 = 523.25;
/// How loud, of 1.
const GAIN: f32 = 0.06;
/// How long it takes to come, and to go, in seconds.
const RISE: f64 = 0.08;
const FALL: f64 = 0.9;

/// Plays it; a browser that can't stays silent.
pub(super) fn play(context: &web_sys::AudioContext) {
    let _ = try_play(context);
}

fn try_play(context: &web_sys::AudioContext) -> Result<(), wasm_bindgen::JsValue> {
    let (oscillator, gain) = (context.create_oscillator()?, context.create_gain()?);
    let now = context.current_time();
    oscillator.frequency().set_value(PITCH_HZ);
    gain.gain().set_value_at_time(0.0, now)?;
    gain.gain().linear_ramp_to_value_at_time(GAIN, now + RISE)?;
    gain.gain().linear_ramp_to_value_at_time(0.0, now + RISE + FALL)?;
    oscillator.connect_with_audio_node(&gain)?;
    gain.connect_with_audio_node(&context.destination())?;
    oscillator.start()?;
    oscillator.stop_with_when(now + RISE + FALL)
}
