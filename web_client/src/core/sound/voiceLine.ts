/** Two tracks as one, in a context of its own. */
interface Mix {
  readonly context: AudioContext;
  readonly out: MediaStreamAudioDestinationNode;
  voice: MediaStreamAudioSourceNode | null;
}

/**
 * What goes out as the microphone: the voice alone, or mixed with the sound of the screen that is shared, so that no line
 * is negotiated for it. Where the browser plays nothing in the page the voice goes alone: sound of a screen costs nobody
 * their voice.
 */
export class VoiceLine {
  #voice: MediaStreamTrack | null = null;
  #mix: Mix | null = null;
  #shared: MediaStreamTrack | null = null;

  constructor(private readonly put: (track: MediaStreamTrack | null) => Promise<void>) {}

  /** Sends another voice, or none with null. */
  async speak(voice: MediaStreamTrack | null): Promise<void> {
    this.#voice = voice;
    if (this.#mix) this.#join(this.#mix);
    else await this.put(voice);
  }

  /** Sends the sound of a screen as well, in place of one before; with null the voice alone again. */
  async share(sound: MediaStreamTrack | null): Promise<void> {
    this.#shared = sound;
    const mix = sound && (await begin(sound));
    // Another one, or none, was wanted since.
    if (sound !== this.#shared) return mix ? end(mix) : undefined;
    const former = this.#mix;
    this.#mix = null;
    if (mix) {
      this.#join(mix);
      this.#mix = mix;
      // Taken away by the system: what is said goes on without it.
      mix.context.onstatechange = () => {
        if (mix === this.#mix && mix.context.state !== "running") void this.share(null);
      };
    }
    if (former || mix) await this.put(mix?.out.stream.getAudioTracks()[0] ?? this.#voice);
    if (former) end(former);
  }

  #join(mix: Mix): void {
    mix.voice?.disconnect();
    mix.voice = this.#voice && source(mix.context, this.#voice);
    mix.voice?.connect(mix.out);
  }
}

async function begin(sound: MediaStreamTrack): Promise<Mix | null> {
  const context = new AudioContext();
  await context.resume();
  if (context.state !== "running") {
    await context.close();
    return null;
  }
  const out = context.createMediaStreamDestination();
  // The line carries one channel.
  out.channelCount = 1;
  source(context, sound).connect(out);
  return { context, out, voice: null };
}

function end({ context, out }: Mix): void {
  context.onstatechange = null;
  for (const track of out.stream.getTracks()) track.stop();
  void context.close();
}

function source(context: AudioContext, track: MediaStreamTrack): MediaStreamAudioSourceNode {
  return context.createMediaStreamSource(new MediaStream([track]));
}
