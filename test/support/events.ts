/** One server-sent event, or an id alone. */
export interface SentEvent {
  readonly event?: string;
  readonly id?: string;
  readonly data: string;
}

/** Listens as an EventSource does; ends where the server ends, or the caller leaves the loop. */
export async function* eventsOf(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): AsyncGenerator<SentEvent> {
  const abort = new AbortController();
  const response = await fetch(new URL("events", url), { headers, signal: abort.signal });
  let rest = "";
  try {
    for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split("\n\n");
      rest = blocks.pop()!;
      yield* blocks.map(parsed);
    }
  } finally {
    abort.abort();
  }
}

function parsed(block: string): SentEvent {
  const fields = block.split("\n").map((line) => /^(\w+): ?(.*)$/.exec(line)!.slice(1));
  const all = (name: string) =>
    fields.filter(([own]) => own === name).map(([, value]) => value!);
  return { event: all("event")[0], id: all("id")[0], data: all("data").join("\n") };
}
