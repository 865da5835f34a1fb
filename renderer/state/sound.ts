// The sound that goes with what the desktop is told: two short tones, made here.
const TONES = [660, 880];
const LASTS = 0.12;
const LOUD = 0.12;

let context: AudioContext | null = null;

/** A browser that lets no page sound before it was pressed somewhere stays silent. */
export function chime(): void {
  context ??= new AudioContext();
  const { currentTime: now } = context;
  for (const [i, frequency] of TONES.entries()) {
    const tone = new OscillatorNode(context, { frequency });
    const loud = new GainNode(context, { gain: 0 });
    const from = now + i * LASTS;
    // Faded in and out: a tone that begins at once clicks.
    loud.gain.setValueAtTime(0, from);
    loud.gain.linearRampToValueAtTime(LOUD, from + 0.02);
    loud.gain.linearRampToValueAtTime(0, from + LASTS);
    tone.connect(loud).connect(context.destination);
    tone.start(from);
    tone.stop(from + LASTS);
  }
  void context.resume();
}
